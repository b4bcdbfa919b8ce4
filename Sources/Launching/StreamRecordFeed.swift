import AssayCore
import RecordLog

/// Appends the records of several streams, as frames bring them, to a log on this machine.
final class StreamRecordFeed {
  private let log: StreamRecordLog
  private let writers: [Writer]

  /// A writer, as an object that an array can hold.
  private final class Writer {
    var writer: StreamRecordWriter

    init(_ log: StreamRecordLog, stream: Int) { writer = StreamRecordWriter(log, stream: stream) }
  }

  /// - Throws: `.inputOutput`
  init(creating path: String, streamCount: Int) throws(AssayError) {
    let log = try StreamRecordLog(creating: path, expectedCount: RecordLogWriter.longRunWindowCount)
    self.log = log
    writers = (1...streamCount).map { Writer(log, stream: $0) }
  }

  /// - Returns: whether these are records of streams that the cell has.
  /// - Throws: `.inputOutput` for a full disk.
  func append(_ bytes: ArraySlice<UInt8>) throws(AssayError) -> Bool {
    let size = MemoryLayout<StreamRecord>.stride
    guard bytes.count.isMultiple(of: size) else { return false }
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: size) {
      let record = bytes[start..<(start + size)].withUnsafeBytes { $0.loadUnaligned(as: StreamRecord.self) }
      let index = Int(record.stream) - 1
      guard writers.indices.contains(index) else { return false }
      if !writers[index].writer.hasRoom { try writers[index].writer.makeRoom() }
      writers[index].writer.append(
        start: record.start, duration: record.duration, scheduled: record.scheduled, query: record.query)
    }
    return true
  }

  /// - Throws: `.inputOutput` if somebody removed or truncated the log.
  func finish() throws(AssayError) { try log.finish() }
}
