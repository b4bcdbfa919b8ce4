public import AssayCore
import Glibc
import JSONCoding
import Platform

/// Reads telemetry logs, even damaged ones and those of killed runs.
public enum TelemetryLogReader {
  /// As many samples as charts and correlations can use: nine hours at one a second. Of longer logs every 2, 4, 8 … samples become one: the mean,
  /// or for flags whether any was raised.
  public static let maximumSamples = 1 << 15
  /// Of all sensors together: 128 MiB.
  static let maximumValues = 1 << 23

  /// Skips and counts damaged lines. An unfinished last line is what a killed recording leaves, and no damage. A file whose first line is
  /// unfinished is an empty series.
  ///
  /// - Throws: `.inputOutput` if the file cannot be read, `.badData` if it is no telemetry log.
  public static func read(_ path: String) throws(AssayError) -> TelemetrySeries {
    try read(path, maximumSamples: maximumSamples, maximumValues: maximumValues)
  }

  static func read(
    _ path: String, maximumSamples: Int, maximumValues: Int = maximumValues
  ) throws(AssayError) -> TelemetrySeries {
    let lines = try LogLines(path)
    // The begin of the measurement stands after the samples that precede it, so all of them are read before samples are placed.
    var origins: [Double] = []
    var version: Int?
    try lines.forEach { line in
      guard line.first == UInt8(ascii: "{") else { return }
      switch LogEntry(line) {
      case .header(let header):
        origins.append(0)
        version = max(version ?? 0, header.version)
      case .damagedHeader: origins.append(0)
      case .origin(let origin) where !origins.isEmpty: origins[origins.count - 1] = origin
      default: break
      }
    }
    if let version, version > TelemetryLogHeader.currentVersion {
      throw AssayError(
        .badData, "\(path) was written by a newer Assay (telemetry log of version \(version)).",
        advice: "Read it with that Assay.")
    }
    guard lines.mayHoldNothing || version != nil else {
      throw AssayError(
        .badData, "\(path) is no telemetry log: it has no header.",
        advice: "Telemetry logs are written by assay stress.")
    }
    var builder = SeriesBuilder(maximumSamples: maximumSamples, maximumValues: maximumValues)
    var part = -1
    try lines.forEach { line in
      // A running recording may have started another part since the first pass.
      guard part < origins.count else { return }
      if line.first == UInt8(ascii: "{") {
        switch LogEntry(line) {
        case .header(let header):
          part += 1
          if part < origins.count { builder.begin(header, origin: origins[part]) }
        case .damagedHeader:
          part += 1
          builder.beginUnknown()
        case .event(let event): builder.add(event)
        case .origin: break
        case .damage: builder.countDamage()
        }
      } else {
        builder.addSample(line)
      }
    }
    return builder.finish()
  }
}

/// A line that is a JSON object.
private enum LogEntry {
  case header(TelemetryLogHeader)
  /// The columns of the samples after it are unknown.
  case damagedHeader
  case origin(Double)
  case event(TelemetryEvent)
  case damage

  /// The begin of every header.
  static let headerMark = #"{"assay_telemetry""#

  init(_ line: UnsafeRawBufferPointer) {
    guard line.first == UInt8(ascii: "{") else {
      self = .damage
      return
    }
    let text = Array(line)
    if line.starts(with: Self.headerMark.utf8) {
      self = (try? JSONReader.decode(TelemetryLogHeader.self, from: text)).map { .header($0) } ?? .damagedHeader
    } else if let event = try? JSONReader.decode(TelemetryEvent.self, from: text), event.seconds.isFinite {
      self = .event(event)
    } else if let origin = try? JSONReader.decode(TelemetryLogOrigin.self, from: text), origin.origin.isFinite {
      self = .origin(origin.origin)
    } else {
      self = .damage
    }
  }
}

/// The complete lines of a file, read in pieces.
private struct LogLines {
  /// No machine has a longer header.
  private static let maximumLength = 1 << 22
  private static let pieceLength = 1 << 18

  let path: String
  /// Whether the file is empty or ends in its first line, as on a full disk.
  let mayHoldNothing: Bool

  init(_ path: String) throws(AssayError) {
    self.path = path
    let file = try Self.open(path)
    var status = stat()
    guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw AssayError(.badData, "\(path) is no file.", advice: "Name a telemetry log.")
    }
    let mark = Array(LogEntry.headerMark.utf8)
    var begin = [UInt8](repeating: 0, count: mark.count)
    let count = pread(file.number, &begin, begin.count, 0)
    mayHoldNothing = count >= 0 && begin.prefix(count).elementsEqual(mark.prefix(count))
  }

  private static func open(_ path: String) throws(AssayError) -> FileDescriptor {
    do throws(SystemError) {
      // O_NONBLOCK: a FIFO would make open wait for a writer.
      return try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
    } catch {
      throw failure(path, error)
    }
  }

  private static func failure(_ path: String, _ error: SystemError) -> AssayError {
    AssayError(.inputOutput, "Cannot read the telemetry log \(path): \(error).")
  }

  /// Passes on each line without its end. A line that is too long comes in pieces, which count as damage.
  func forEach(_ body: (UnsafeRawBufferPointer) -> Void) throws(AssayError) {
    let file = try Self.open(path)
    var buffer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: Self.pieceLength)
    while true {
      let count: Int
      do throws(SystemError) { count = try file.read(into: &piece) } catch { throw Self.failure(path, error) }
      guard count > 0 else { return }
      buffer += piece[..<count]
      let used = buffer.withUnsafeBytes { Self.handOn($0, to: body) }
      buffer.removeFirst(used)
      if buffer.count > Self.maximumLength {
        buffer.withUnsafeBytes { body($0) }
        buffer = []
      }
    }
  }

  /// - Returns: the length of the whole lines.
  private static func handOn(_ bytes: UnsafeRawBufferPointer, to body: (UnsafeRawBufferPointer) -> Void) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var start = 0
    while let end = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) {
      let length = UnsafeRawPointer(end) - (base + start)
      if length > 0 { body(UnsafeRawBufferPointer(start: base + start, count: length)) }
      start += length + 1
      if start == bytes.count { break }
    }
    return start
  }
}
