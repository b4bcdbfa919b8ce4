public import AssayCore
import FoundationEssentials
import Glibc

/// Reads telemetry logs, whole ones and what is left of others.
public enum TelemetryLogReader {
  /// As many samples as charts and correlations have use for: nine hours at one a second. Longer logs are thinned out to a half, a quarter … of
  /// their samples: a value is then the mean over the time since the one before, or, of flags, whether it was raised at all.
  public static let maximumSamples = 1 << 15

  /// Lines that make no sense are left out and counted. A last line without its end was being written when the recording was killed, and
  /// is no damage. A file whose first line was never finished is an empty series.
  ///
  /// - Throws: `.inputOutput` where the file cannot be read, `.badData` where it is no telemetry log.
  public static func read(_ path: String) throws(AssayError) -> TelemetrySeries {
    try read(path, maximumSamples: maximumSamples)
  }

  static func read(_ path: String, maximumSamples: Int) throws(AssayError) -> TelemetrySeries {
    let lines = try LogLines(path)
    // When the measurement began stands behind the samples from before it; so parts are known before samples are placed.
    var parts: [LogPart?] = []
    try lines.forEach { line in
      switch LogEntry(line) {
      case .header(let header): parts.append(LogPart(header: header))
      case .damagedHeader: parts.append(nil)
      case .origin(let origin) where !parts.isEmpty: parts[parts.count - 1]?.origin = origin
      default: break
      }
    }
    if let version = parts.compactMap({ $0?.header.version }).max(), version > TelemetryLogHeader.currentVersion {
      throw AssayError(
        .badData, "\(path) was written by a newer Assay (telemetry log of version \(version)).",
        advice: "Read it with that Assay.")
    }
    guard lines.mayHoldNothing || parts.contains(where: { $0 != nil }) else {
      throw AssayError(
        .badData, "\(path) is no telemetry log: no line tells what was recorded.",
        advice: "Telemetry logs are written by assay stress.")
    }
    var builder = SeriesBuilder(maximumSamples: maximumSamples)
    var part = -1
    try lines.forEach { line in
      // A run that goes on may have begun another part since they were counted.
      guard part < parts.count else { return }
      if line.first == UInt8(ascii: "{") {
        switch LogEntry(line) {
        case .header, .damagedHeader:
          part += 1
          if part < parts.count { builder.begin(parts[part]) }
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

/// A header and what belongs to it.
struct LogPart {
  let header: TelemetryLogHeader
  /// Seconds since the recording began.
  var origin = 0.0
}

/// A line that is an object.
private enum LogEntry {
  case header(TelemetryLogHeader)
  /// What follows it cannot be told apart.
  case damagedHeader
  case origin(Double)
  case event(TelemetryEvent)
  case damage

  /// What headers begin with.
  static let headerMark = #"{"assay_telemetry""#

  init(_ line: UnsafeRawBufferPointer) {
    guard line.first == UInt8(ascii: "{") else {
      self = .damage
      return
    }
    let decoder = JSONDecoder()
    let data = Data(line)
    if line.starts(with: Self.headerMark.utf8) {
      self = (try? decoder.decode(TelemetryLogHeader.self, from: data)).map { .header($0) } ?? .damagedHeader
    } else if let event = try? decoder.decode(TelemetryEvent.self, from: data), event.seconds.isFinite {
      self = .event(event)
    } else if let origin = try? decoder.decode(TelemetryLogOrigin.self, from: data), origin.origin.isFinite {
      self = .origin(origin.origin)
    } else {
      self = .damage
    }
  }
}

/// The complete lines of a file, read in pieces.
private struct LogLines {
  /// No header is longer, of whatever machine.
  private static let maximumLength = 1 << 22
  private static let pieceLength = 1 << 18

  let path: String
  /// Whether the file is empty, or was ended in its first line, as on a full disk.
  let mayHoldNothing: Bool

  init(_ path: String) throws(AssayError) {
    self.path = path
    // A FIFO would make open wait for a writer.
    let descriptor = try Self.open(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw AssayError(.badData, "\(path) is no file.", advice: "Name a telemetry log.")
    }
    let mark = Array(LogEntry.headerMark.utf8)
    var begin = [UInt8](repeating: 0, count: mark.count)
    let count = pread(descriptor, &begin, begin.count, 0)
    mayHoldNothing = count >= 0 && begin.prefix(count).elementsEqual(mark.prefix(count))
  }

  private static func open(_ path: String) throws(AssayError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    return descriptor
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(.inputOutput, "Cannot read the telemetry log \(path): \(String(cString: strerror(errno))).")
  }

  /// Hands each line on without its end. What is longer than any line can be is handed on in pieces, which make no sense.
  func forEach(_ body: (UnsafeRawBufferPointer) -> Void) throws(AssayError) {
    let descriptor = try Self.open(path)
    defer { close(descriptor) }
    var buffer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: Self.pieceLength)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
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

  /// - Returns: the bytes that were whole lines.
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
