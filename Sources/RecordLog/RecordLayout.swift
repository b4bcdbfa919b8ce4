/// The layouts of a record log. All numbers are little-endian. The header is the same:
///
/// | bytes      | content                                                             |
/// | ---------- | ------------------------------------------------------------------- |
/// | 0 ..< 8    | `ASSAYLOG`                                                          |
/// | 8 ..< 12   | version: 1 for one stream, 2 for several                            |
/// | 12 ..< 16  | size of this header; the first record follows it                    |
/// | 16 ..< 20  | size of a record                                                    |
/// | 20 ..< 24  | size of a window; 0 in version 1                                    |
/// | 24 ..< 32  | number of records: published after each record in version 1, at the end in version 2 |
/// | 32 ..< 40  | wall clock at the start, in nanoseconds since 1970-01-01 UTC        |
/// | 64 ..< 512 | the columns, one a line: name, type, unit; then zeros               |
/// | 512 ..< 520 | number of stops, at most 200                                        |
/// | 520 ..< 3720 | stops of the process: start and duration of each, as of an inference |
///
/// Version 1 has the records of one stream, one after the other. The file may be longer than its records: disk space is reserved ahead in whole
/// windows, so that the timed loop never waits.
///
/// In version 2, the file after the header is a row of windows of equal size. A stream takes the next window and fills it with its own records
/// from the front, so that streams share neither a count nor a line of cache. A record is there once its stream, which is stored last, is not
/// zero; a window that was not filled ends with zeros.
enum RecordLayout {
  enum Kind: Hashable, Sendable {
    case oneStream
    case streams(windowSize: Int)

    var version: UInt32 { self == .oneStream ? 1 : RecordLayout.newestVersion }
    var recordSize: Int { self == .oneStream ? RecordLayout.recordSize : RecordLayout.streamRecordSize }
    var windowSize: Int { if case .streams(let size) = self { size } else { 0 } }
    var columns: String {
      let both = "start u64 ns\nduration u64 ns\n"
      return self == .oneStream ? both : both + "scheduled u64 ns\nstream u32 from 1\nquery u32 from 0\n"
    }
  }

  static let magic: [UInt8] = Array("ASSAYLOG".utf8)
  static let newestVersion: UInt32 = 2
  /// A page, so that windows of records can be mapped separately from the header.
  static let headerSize = 4096
  static let recordSize = MemoryLayout<InferenceRecord>.stride
  static let streamRecordSize = MemoryLayout<StreamRecord>.stride
  static let windowSizes = headerSize...(1 << 26)

  static let versionOffset = 8
  static let headerSizeOffset = 12
  static let recordSizeOffset = 16
  static let windowSizeOffset = 20
  static let countOffset = 24
  static let wallClockOffset = 32
  static let columnsOffset = 64
  static let columnsEnd = 512
  static let stopCountOffset = 512
  static let stopsOffset = 520
  static let maximumStops = 200
}
