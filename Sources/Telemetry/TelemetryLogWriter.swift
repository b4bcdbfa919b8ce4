import AssayCore
import Glibc
import JSONCoding
import Platform

/// The first line of each part of a telemetry log: the columns of the samples after it.
struct TelemetryLogHeader: Codable {
  static let currentVersion = 1

  /// The version of the format, under the key that identifies the file.
  var version = currentVersion
  /// Wall clock when the recording began: ISO 8601, UTC.
  var started: String
  /// Seconds between samples.
  var interval: Double
  /// Where on the whole log's time axis this part's measurement begins: 0, or for a resumed run the length of what came before.
  var offset: Double
  var sensors: [Sensor]
  var unavailable: [UnavailableSensor]

  enum CodingKeys: String, CodingKey {
    case version = "assay_telemetry"
    case started, sensors, unavailable
    case interval = "interval_s"
    case offset = "offset_s"
  }
}

/// A line with the start of the measurement, in seconds since the recording began.
struct TelemetryLogOrigin: Codable {
  var origin: Double

  enum CodingKeys: String, CodingKey {
    case origin = "origin_s"
  }
}

/// Appends to a telemetry log: lines of JSON, each written at once, so that a killed process loses at most the last one.
///
/// A header comes first. Each sample is an array: the seconds since the recording began, and the value of each sensor or `null`. Each event is an
/// object, and so is the start of the measurement. A resumed run adds another header.
struct TelemetryLogWriter {
  private let path: String
  private let file: FileDescriptor
  /// Why writing stopped.
  private(set) var failure: AssayError?

  /// Opens or makes the file.
  ///
  /// - Returns: the file for `init(path:file:)`.
  /// - Throws: `.inputOutput`
  static func open(_ path: String) throws(AssayError) -> FileDescriptor {
    do throws(SystemError) {
      return try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write the telemetry log \(path): \(error).",
        advice: "Check that its folder exists and can be written.")
    }
  }

  init(path: String, file: FileDescriptor) {
    self.path = path
    self.file = file
    endTornLine()
  }

  mutating func write(_ line: some Encodable) {
    guard let bytes = try? JSONWriter.encode(line) else { return }
    append(bytes + [UInt8(ascii: "\n")])
  }

  /// - Parameter seconds: since the recording began.
  mutating func write(seconds: Double, values: [Double?]) {
    var line = "[\(Self.rounded(seconds))"
    for value in values {
      line += ","
      line += value.map { Self.rounded($0) } ?? "null"
    }
    line += "]\n"
    append(Array(line.utf8))
  }

  /// Three decimals exceed the precision of every sensor. Whole numbers have no decimal point.
  private static func rounded(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
  }

  /// The unfinished line of a killed process must not swallow the next header.
  private mutating func endTornLine() {
    let length = lseek(file.number, 0, SEEK_END)
    var last: UInt8 = 0
    guard length > 0, pread(file.number, &last, 1, length - 1) == 1, last != UInt8(ascii: "\n") else { return }
    append([UInt8(ascii: "\n")])
  }

  private mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    do throws(SystemError) {
      try file.write(bytes)
    } catch {
      failure = AssayError(
        .inputOutput, "The telemetry log \(path) ends early: \(error).",
        advice: error.code == ENOSPC ? "Make room on the disk. What was recorded until then is kept." : nil)
    }
  }
}
