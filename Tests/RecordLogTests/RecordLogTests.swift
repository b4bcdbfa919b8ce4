import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("A record log returns what was written to it")
struct RecordLogTests {
  private let sandbox: Sandbox
  private let path: String

  init() throws {
    sandbox = try Sandbox()
    path = sandbox.path("log.records")
  }

  @Test("Only a log that was killed before its first record surely has none")
  func mayHoldRecords() throws {
    #expect(!RecordLogReader.mayHoldRecords(path), "there is no log")
    for content in [Data(), Data(count: 4096)] {
      try sandbox.write(content, to: "log.records")
      #expect(!RecordLogReader.mayHoldRecords(path), "it was being made")
    }
    try sandbox.write(Data("no log".utf8), to: "log.records")
    #expect(RecordLogReader.mayHoldRecords(path), "it cannot be read")
    try FileManager.default.removeItem(atPath: path)
    var writer = try RecordLogWriter(creating: path, expectedCount: 10)
    #expect(RecordLogReader.mayHoldRecords(path), "its writer lives")
    try append(0..<1, to: &writer)
    try writer.finish()
    #expect(RecordLogReader.mayHoldRecords(path))
    let empty = sandbox.path("empty.records")
    try RecordLogWriter(creating: empty, expectedCount: 10).finish()
    #expect(!RecordLogReader.mayHoldRecords(empty))
    try FileManager.default.createSymbolicLink(atPath: sandbox.path("link"), withDestinationPath: empty)
    #expect(RecordLogReader.mayHoldRecords(sandbox.path("link")), "nobody looks through a link")
  }

  @Test("Records are read in order across windows")
  func roundTrip() throws {
    let count = 256 + 3 * RecordLogWriter.longRunWindowCount + 5000
    let before = UInt64(Date().timeIntervalSince1970 * 1e9)
    var writer = try RecordLogWriter(creating: path, expectedCount: 0)
    try append(0..<count, to: &writer)
    #expect(writer.count == UInt64(count))
    try writer.finish()

    let reader = try RecordLogReader(opening: path)
    #expect(reader.count() == count)
    #expect(reader.wallClockStart >= before && reader.wallClockStart < before + 60_000_000_000)
    var index = 0
    var differing = 0
    let end = try reader.read { records in
      for record in records {
        if record != Self.record(index) { differing += 1 }
        index += 1
      }
    }
    #expect(end == count && index == count)
    #expect(differing == 0)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(size == 4096 + count * 16, "unused reserved space is freed")
  }

  @Test("A growing log can be read from where the last read ended")
  func growing() throws {
    var writer = try RecordLogWriter(creating: path, expectedCount: 10)
    let reader = try RecordLogReader(opening: path)
    #expect(try read(reader) == [])
    try append(0..<100, to: &writer)
    #expect(try read(reader) == (0..<100).map(Self.record))
    try append(100..<1000, to: &writer)
    #expect(try read(reader, from: 100) == (100..<1000).map(Self.record))
    #expect(try read(reader, from: 1000) == [])
    try writer.finish()
  }

  @Test("Appending starts after the last record, even within a page", arguments: [0, 1, 300, 256 * 5, 10_000])
  func appending(count: Int) throws {
    try writeLog(count, finished: count.isMultiple(of: 2))
    var writer = try RecordLogWriter(appendingTo: path, expectedCount: 10)
    #expect(writer.count == UInt64(count))
    try append(count..<(count + 700), to: &writer)
    try writer.finish()
    #expect(try read(RecordLogReader(opening: path)) == (0..<(count + 700)).map(Self.record))
  }

  @Test("Appending overwrites the zeros that a power cut left after the last record")
  func appendingToTorn() throws {
    try writeLog(300, finished: true)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: 4096 + 200 * 16)
    try file.write(contentsOf: Data(count: 100 * 16))
    try file.close()
    var writer = try RecordLogWriter(appendingTo: path, expectedCount: 10)
    try append(200..<250, to: &writer)
    try writer.finish()
    #expect(try read(RecordLogReader(opening: path)) == (0..<250).map(Self.record))
  }

  @Test("Inferences during a stop are read, but do not count")
  func stops() throws {
    var writer = try RecordLogWriter(creating: path, expectedCount: 10)
    try append(0..<500, to: &writer)
    let reader = try RecordLogReader(opening: path)
    #expect(reader.stops().isEmpty)
    // One is in the middle of an inference, one between two, one after all.
    let cut = Self.record(200)
    let between = RecordedStop(start: Self.record(300).end, duration: 0)
    let late = RecordedStop(start: 1 << 60, duration: 1000)
    let stop = RecordedStop(start: cut.start, duration: max(cut.duration / 2, 1))
    for each in [stop, between, late] { #expect(RecordLogWriter.add(each, to: path)) }
    #expect(reader.stops() == [stop, between, late])
    var counted: [InferenceRecord] = []
    let end = try reader.readCounted { counted += $0 }
    let cutAll = (0..<500).map(Self.record).filter { record in reader.stops().contains { $0.cuts(record) } }
    #expect(end == 500 && cutAll.contains(cut))
    #expect(counted == (0..<500).map(Self.record).filter { !cutAll.contains($0) })
    #expect(try read(reader).count == 500)
    try append(500..<600, to: &writer)
    try writer.finish()
    #expect(reader.stops().count == 3)
  }

  @Test("No more stops are noted than the header has room for, and a damaged number of them is no harm")
  func manyStops() throws {
    try writeLog(10, finished: true)
    let added = (0..<300).count { RecordLogWriter.add(RecordedStop(start: UInt64($0), duration: 1), to: path) }
    #expect(added == 200)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: 512)
    try file.write(contentsOf: Data(repeating: 0xff, count: 8))
    try file.close()
    #expect(try RecordLogReader(opening: path).stops().count == 200)
    #expect(try read(RecordLogReader(opening: path)) == (0..<10).map(Self.record))
  }

  @Test("A log that is removed or truncated while it is written is an error", arguments: ["removed", "truncated"])
  func lost(_ how: String) throws {
    var writer = try RecordLogWriter(creating: path, expectedCount: 10)
    try append(0..<200, to: &writer)
    if how == "removed" { unlink(path) } else { truncate(path, 5000) }
    do throws(AssayError) {
      try writer.finish()
      Issue.record("Nothing was said of a log that was \(how).")
    } catch {
      #expect(error.code == .inputOutput && error.message.contains("was \(how) during the run"))
    }
  }

  @Test("A second writer is refused, and so is appending to a file that is not a log")
  func secondWriter() throws {
    var writer = try RecordLogWriter(creating: path, expectedCount: 10)
    try append(0..<10, to: &writer)
    #expect { _ = try RecordLogWriter(appendingTo: path, expectedCount: 10) } throws: { error in
      (error as? AssayError)?.message.contains("Another process is writing") == true
    }
    try writer.finish()
    let other = try sandbox.write(Data("no log".utf8), to: "other")
    #expect { _ = try RecordLogWriter(appendingTo: other, expectedCount: 10) } throws: { error in
      (error as? AssayError)?.code == .badData
    }
    #expect(try Data(contentsOf: URL(filePath: other)) == Data("no log".utf8))
  }

  @Test("A log that was never finished has every appended record")
  func unfinished() throws {
    try writeLog(300, finished: false)
    #expect(try read(RecordLogReader(opening: path)) == (0..<300).map(Self.record))
  }

  @Test("An existing file is never overwritten")
  func existing() throws {
    try sandbox.write(Data("precious".utf8), to: "log.records")
    let error = #expect(throws: AssayError.self) { _ = try RecordLogWriter(creating: path, expectedCount: 10).count }
    #expect(error?.code == .inputOutput)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
  }

  @Test("A missing folder is an error that names the file")
  func missingFolder() throws {
    let missing = sandbox.path("missing/log.records")
    let error = #expect(throws: AssayError.self) { _ = try RecordLogWriter(creating: missing, expectedCount: 10).count }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains(missing) == true)
  }

  @Test(
    "A truncated file is read up to its last whole record", arguments: [0, 1, 15, 16, 16 * 150 + 7, 16 * 300])
  func truncated(bytes: Int) throws {
    try writeLog(300)
    try #require(truncate(path, off_t(4096 + bytes)) == 0)
    #expect(try read(RecordLogReader(opening: path)) == (0..<(bytes / 16)).map(Self.record))
  }

  @Test("If the count reached the disk but the records did not, the log ends before the zeros")
  func zeroedTail() throws {
    try writeLog(300)
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 4096 + 16 * 200)
    try file.write(contentsOf: Data(count: 16 * 100))
    try file.close()
    #expect(try read(RecordLogReader(opening: path)) == (0..<200).map(Self.record))
  }

  @Test("Reading stops where the file is truncated meanwhile")
  func cutWhileRead() throws {
    let count = 1 << 17
    try writeLog(count)
    let reader = try RecordLogReader(opening: path)
    var seen = 0
    let end = try reader.read { records in
      seen += records.count
      _ = truncate(path, off_t(4096 + seen * 16 + 5))
    }
    #expect(end == seen && seen > 0 && seen < count)
  }

  @Test("Other files, newer versions and damaged headers are refused with the reason")
  func notALog() throws {
    try expectRefusal(Data(), "is not a record log")
    try expectRefusal(Data("ASSAYLOG".utf8), "is not a record log")
    try expectRefusal(Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 * 37) }), "is not a record log")
    try writeLog(3)
    let log = try Data(contentsOf: URL(filePath: path))
    var newer = log
    newer[8] = 3
    try expectRefusal(newer, "version 3")
    var damaged = log
    damaged[16] = 24
    try expectRefusal(damaged, "is damaged")
  }

  @Test("A missing file is an input error that names it")
  func missing() {
    let error = #expect(throws: AssayError.self) { _ = try RecordLogReader(opening: "/no/such.records") }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("/no/such.records") == true)
  }

  // MARK: Helpers

  /// A record that is unique to its index.
  private static func record(_ index: Int) -> InferenceRecord {
    InferenceRecord(start: UInt64(index) * 1_000_003, duration: UInt64(index) ^ 0x5555)
  }

  private func append(_ indices: Range<Int>, to writer: inout RecordLogWriter) throws {
    for index in indices {
      if !writer.hasRoom { try writer.makeRoom() }
      let record = Self.record(index)
      writer.append(start: record.start, duration: record.duration)
    }
  }

  private func writeLog(_ count: Int, finished: Bool = true) throws {
    var writer = try RecordLogWriter(creating: path, expectedCount: count)
    try append(0..<count, to: &writer)
    if finished { try writer.finish() }
  }

  private func read(_ reader: RecordLogReader, from first: Int = 0) throws -> [InferenceRecord] {
    var all: [InferenceRecord] = []
    try reader.read(from: first) { all += $0 }
    return all
  }

  private func expectRefusal(_ content: Data, _ reason: String) throws {
    let file = try sandbox.write(content, to: UUID().uuidString)
    let error = #expect(throws: AssayError.self) { _ = try RecordLogReader(opening: file) }
    #expect(error?.code == .badData)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(file) == true)
  }
}
