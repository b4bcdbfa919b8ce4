import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("Streams write one log without sharing anything, and it is read in order")
struct StreamRecordLogTests {
  private let sandbox: Sandbox
  private var path: String { sandbox.path("log.records") }

  init() throws { sandbox = try Sandbox() }

  @Test("Records of all streams come in the order in which they were due", arguments: [1, 2, 7])
  func order(streams: Int) throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 10)
    try write(1...streams, 0..<1000, to: log)
    try log.finish()
    let reader = try RecordLogReader(opening: path)
    #expect(reader.hasStreams && reader.count() == 1000 * streams && reader.publishedCount() == UInt64(1000 * streams))
    let records = try read(reader)
    #expect(records.count == 1000 * streams)
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.scheduled <= $1.scheduled })
    for stream in 1...streams {
      #expect(records.filter { $0.stream == UInt32(stream) } == (0..<1000).map { Self.record(stream, $0) })
    }
  }

  @Test("A latency runs from the time at which the inference was due")
  func latency() throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 10)
    var writer = StreamRecordWriter(log, stream: 1)
    try writer.makeRoom()
    writer.append(start: 70, duration: 30, scheduled: 50, query: 4)
    var latencies: [InferenceRecord] = []
    try RecordLogReader(opening: path).read { latencies += $0 }
    #expect(latencies == [InferenceRecord(start: 50, duration: 50)])
  }

  @Test("A log that was never finished has every appended record, and a reader continues from its position")
  func unfinished() throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 10)
    var first = StreamRecordWriter(log, stream: 1)
    var second = StreamRecordWriter(log, stream: 2)
    let reader = try RecordLogReader(opening: path)
    var position = RecordPosition()
    var seen: [StreamRecord] = []
    for index in 0..<700 {
      try append(Self.record(1, index), to: &first)
      if index % 3 == 0 { try append(Self.record(2, index), to: &second) }
      if index % 100 == 50 { try reader.readStreams(after: &position) { seen += $0 } }
    }
    try reader.readStreams(after: &position) { seen += $0 }
    #expect(seen.count == 700 + 234 && position.count == seen.count && reader.count() == seen.count)
    #expect(
      Set(seen)
        == Set((0..<700).map { Self.record(1, $0) } + stride(from: 0, to: 700, by: 3).map { Self.record(2, $0) }))
  }

  @Test("A page that a power cut lost ends its window, for who appends as for who reads")
  func lostPage() throws {
    try write(1...1, 0..<1000, to: StreamRecordLog(creating: path, expectedCount: 1000))
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    // The second page of records.
    try file.seek(toOffset: 8192)
    try file.write(contentsOf: Data(count: 4096))
    try file.close()
    let found = try RecordLogReader(opening: path).read { _ in }
    let appended = try StreamRecordLog(appendingTo: path).count()
    #expect(found == 128 && appended == found)
    #expect(try RecordLogReader(opening: path).count() == found)
  }

  @Test("Windows that are taken before the records are used by the next writers of their streams")
  func takenWindows() throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 128)
    try log.takeWindows(streams: 3)
    // Three blocks of 30 fit into one window of 128.
    for block in 0..<3 { try write(1...3, (30 * block)..<(30 * block + 30), to: log) }
    try log.finish()
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.size] as? Int == 4096 + 3 * 4096)
    let records = try read(RecordLogReader(opening: path))
    for stream in 1...3 {
      #expect(records.filter { $0.stream == UInt32(stream) } == (0..<90).map { Self.record(stream, $0) })
    }
  }

  @Test("A file that claims a petabyte and holds nothing is read at once", .timeLimit(.minutes(1)))
  func sparse() throws {
    try write(1...2, 0..<100, to: StreamRecordLog(creating: path, expectedCount: 10))
    // File systems have limits of their own; 4 TiB are a thousand million windows.
    try #require(truncate(path, off_t(1) << 50) == 0 || truncate(path, off_t(1) << 42) == 0)
    let reader = try RecordLogReader(opening: path)
    #expect(reader.count() == 200)
    #expect(try read(reader).count == 200)
  }

  @Test("Appending goes on behind the last records")
  func appending() throws {
    try write(1...3, 0..<300, to: StreamRecordLog(creating: path, expectedCount: 10))
    let log = try StreamRecordLog(appendingTo: path)
    #expect(try log.count() == 900)
    try write(1...3, 300..<500, to: log)
    try log.finish()
    let records = try read(RecordLogReader(opening: path))
    for stream in 1...3 {
      #expect(records.filter { $0.stream == UInt32(stream) } == (0..<500).map { Self.record(stream, $0) })
    }
  }

  @Test("A log of one stream and one of several are not appended to each other")
  func mixed() throws {
    try write(1...2, 0..<10, to: StreamRecordLog(creating: path, expectedCount: 10))
    #expect(throws: AssayError.self) { _ = try RecordLogWriter(appendingTo: path, expectedCount: 10).count }
    #expect(try RecordLogReader(opening: path).count() == 20)
  }

  @Test("A truncated log is read as far as it goes", arguments: [0, 31, 32, 4096, 4096 + 50, 10_000])
  func truncated(bytes: Int) throws {
    try write(1...2, 0..<300, to: StreamRecordLog(creating: path, expectedCount: 10))
    let whole = Set(try read(RecordLogReader(opening: path)))
    try #require(truncate(path, off_t(4096 + bytes)) == 0)
    let reader = try RecordLogReader(opening: path)
    let records = try read(reader)
    #expect(whole.isSuperset(of: records) && records.count == reader.count())
    #expect(records.count <= bytes / 32 && (bytes < 32 || !records.isEmpty))
  }

  @Test("Header fields that no writer makes are refused", arguments: [(16, UInt8(16)), (20, 1), (23, 255), (8, 3)])
  func damagedHeader(offset: Int, byte: UInt8) throws {
    try write(1...2, 0..<10, to: StreamRecordLog(creating: path, expectedCount: 10))
    var log = try Data(contentsOf: URL(filePath: path))
    log[offset] = byte
    let file = try sandbox.write(log, to: "damaged")
    let error = #expect(throws: AssayError.self) { _ = try RecordLogReader(opening: file) }
    #expect(error?.code == .badData && error?.message.contains(file) == true)
  }

  @Test("Windows of thousands of streams, as damage may make them, are read in bounded memory")
  func manyStreams() throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 10)
    try write(1...2000, 0..<2, to: log)
    #expect(try read(RecordLogReader(opening: path)).count == 4000)
  }

  // MARK: Helpers

  private static func record(_ stream: Int, _ index: Int) -> StreamRecord {
    let scheduled = UInt64(index) * 1000 + UInt64(stream * 7)
    return StreamRecord(
      start: scheduled + 3, duration: UInt64(900 + stream), scheduled: scheduled, stream: UInt32(stream),
      query: UInt32(index))
  }

  private func append(_ record: StreamRecord, to writer: inout StreamRecordWriter) throws {
    if !writer.hasRoom { try writer.makeRoom() }
    writer.append(
      start: record.start, duration: record.duration, scheduled: record.scheduled, query: record.query)
  }

  private func write(_ streams: ClosedRange<Int>, _ indices: Range<Int>, to log: StreamRecordLog) throws {
    for stream in streams {
      var writer = StreamRecordWriter(log, stream: stream)
      for index in indices { try append(Self.record(stream, index), to: &writer) }
    }
  }

  private func read(_ reader: RecordLogReader) throws -> [StreamRecord] {
    var all: [StreamRecord] = []
    var position = RecordPosition()
    try reader.readStreams(after: &position) { all += $0 }
    return all
  }
}
