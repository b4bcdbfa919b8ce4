import AssayCore
import FoundationEssentials
import Glibc

/// The first line of each part of a telemetry log: what the columns of the samples after it are.
struct TelemetryLogHeader: Codable {
  static let currentVersion = 1

  /// The version of the format, under the name that makes the file known.
  var version = currentVersion
  /// Wall clock when the recording began: ISO 8601, UTC.
  var started: String
  /// Seconds between samples.
  var interval: Double
  /// Where on the axis of the whole log the measurement begins that this part belongs to: 0, or after a pause the length of what was before it.
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

/// A line that tells when, in seconds since the recording began, the measurement began.
struct TelemetryLogOrigin: Codable {
  var origin: Double

  enum CodingKeys: String, CodingKey {
    case origin = "origin_s"
  }
}

/// Appends to a telemetry log: lines of JSON, each written at once, so that whatever ends the process costs at most the last one.
///
/// A header comes first. Then there is an array a sample, of the seconds since the recording began and the value of each sensor, or `null`; an
/// object an event; and one that tells when the measurement began. Another header may follow, where a run went on.
struct TelemetryLogWriter: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let encoder = JSONEncoder()
  /// Why writing stopped.
  private(set) var failure: AssayError?

  /// Opens or makes the file.
  ///
  /// - Returns: a descriptor for `init(path:descriptor:)`.
  /// - Throws: `.inputOutput`
  static func open(_ path: String) throws(AssayError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw AssayError(
        .inputOutput, "Cannot write the telemetry log \(path): \(String(cString: strerror(errno))).",
        advice: "Check that its folder exists and can be written.")
    }
    return descriptor
  }

  /// Takes over the descriptor.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    endTornLine()
  }

  deinit { close(descriptor) }

  mutating func write(_ line: some Encodable) {
    guard let bytes = try? encoder.encode(line) else { return }
    append(Array(bytes) + [UInt8(ascii: "\n")])
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

  /// Three places are more than any sensor knows. Whole numbers stand without a point.
  private static func rounded(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
  }

  /// A line that a killed process left without its end must not swallow the header that comes now.
  private mutating func endTornLine() {
    let length = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    guard length > 0, pread(descriptor, &last, 1, length - 1) == 1, last != UInt8(ascii: "\n") else { return }
    append([UInt8(ascii: "\n")])
  }

  private mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        failure = AssayError(
          .inputOutput, "The telemetry log \(path) ends early: \(String(cString: strerror(code))).",
          advice: code == ENOSPC ? "Make room on the disk. What was recorded until then is kept." : nil)
        return
      }
      written += count
    }
  }
}
