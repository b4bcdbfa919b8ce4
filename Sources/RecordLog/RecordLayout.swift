/// One inference in the record log.
public struct InferenceRecord: Hashable, Sendable {
  /// From the start of the measurement to the start of this inference, in nanoseconds of CLOCK_MONOTONIC.
  public let start: UInt64
  /// Duration of the inference, in nanoseconds.
  public let duration: UInt64
  /// End of the inference, on the time axis of `start`. A damaged record can hold any number, so the sum wraps.
  public var end: UInt64 { start &+ duration }

  public init(start: UInt64, duration: UInt64) {
    self.start = start
    self.duration = duration
  }
}

/// The layout of a record log, version 1. All numbers are little-endian.
///
/// | bytes      | content                                                             |
/// | ---------- | ------------------------------------------------------------------- |
/// | 0 ..< 8    | `ASSAYLOG`                                                          |
/// | 8 ..< 12   | version (1)                                                         |
/// | 12 ..< 16  | size of this header; the first record follows it                    |
/// | 16 ..< 20  | size of a record                                                    |
/// | 24 ..< 32  | number of records, published after each record is complete          |
/// | 32 ..< 40  | wall clock at the start, in nanoseconds since 1970-01-01 UTC        |
/// | 64 ..< 512 | the columns, one a line: name, type, unit; then zeros               |
/// | 512 ..< 520 | number of stops, at most 200                                        |
/// | 520 ..< 3720 | stops of the process: start and duration of each, as of an inference |
///
/// The file may be longer than its records: disk space is reserved ahead in whole windows, so that the timed loop never waits.
enum RecordLayout {
  static let magic: [UInt8] = Array("ASSAYLOG".utf8)
  static let version: UInt32 = 1
  /// A page, so that windows of records can be mapped separately from the header.
  static let headerSize = 4096
  static let recordSize = MemoryLayout<InferenceRecord>.stride
  static let columns = "start u64 ns\nduration u64 ns\n"

  static let versionOffset = 8
  static let headerSizeOffset = 12
  static let recordSizeOffset = 16
  static let countOffset = 24
  static let wallClockOffset = 32
  static let columnsOffset = 64
  static let columnsEnd = 512
  static let stopCountOffset = 512
  static let stopsOffset = 520
  static let maximumStops = 200
}
