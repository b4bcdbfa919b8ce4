import AssayCore
import Foundation
import RecordImport
import RecordLog
import Testing

@Suite("CSV from other tools becomes a record log")
struct ForeignRecordsTests {
  private static let latencies = ForeignColumns(latency: .init(name: "latency", unit: .ms))
  private static let both = ForeignColumns(
    time: .init(name: "time", unit: .s), latency: .init(name: "latency", unit: .ms))

  private func convert(_ bytes: some DataProtocol, _ columns: ForeignColumns) throws -> [InferenceRecord] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-foreign-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (csv, log) = (folder.appending(path: "other.csv").path, folder.appending(path: "log").path)
    try Data(bytes).write(to: URL(filePath: csv))
    do {
      try ForeignRecords.convert(csv, columns: columns, to: log)
    } catch {
      #expect(!FileManager.default.fileExists(atPath: log), "a damaged table leaves no log")
      throw AssayError(
        error.code, error.message.replacing("\(folder.path)/", with: ""), advice: error.advice)
    }
    var records: [InferenceRecord] = []
    try RecordLogReader(opening: log).read { records += $0 }
    return records
  }

  @Test(
    "Delimiters, quotes, line ends and byte order marks of all kinds are read",
    arguments: [
      "time,latency\n0,1.5\n2,2\n", "latency;time\r\n1,5;100\r\n2;102\r\n", "\u{FEFF}time,latency\n5,1.5\n7,2",
      "time\tx\tlatency\n1\tnote\t1.5\n\n3\t\t2\n\n",
      "\"time\",\"note\",\"latency\"\n0,\"a, \"\"b\"\"\nc\",\"1.5\"\n2,,2\n",
      " time , latency \n1e0, 1.5 \n3,2e0\n",
    ])
  func forms(text: String) throws {
    #expect(
      try convert(Data(text.utf8), Self.both) == [
        InferenceRecord(start: 0, duration: 1_500_000), InferenceRecord(start: 2_000_000_000, duration: 2_000_000),
      ])
  }

  @Test("Without times, each inference starts when the previous one ends; columns may be numbered")
  func endToEnd() throws {
    let byNumber = ForeignColumns(latency: .init(name: "2", unit: .us))
    let expected = [InferenceRecord(start: 0, duration: 3000), InferenceRecord(start: 3000, duration: 500)]
    #expect(try convert(Data("a,3\nb,0.5\n".utf8), byNumber) == expected)
    #expect(try convert(Data("name,us\na,3\nb,0.5\n".utf8), byNumber) == expected)
  }

  @Test("Latencies that add up to centuries, in a wrong unit, are refused")
  func centuries() throws {
    let seconds = ForeignColumns(latency: .init(name: "ns", unit: .s))
    let text = "ns\n" + String(repeating: "1000000000\n", count: 30)
    let error = #expect(throws: AssayError.self) { try convert(Data(text.utf8), seconds) }
    #expect(error?.code == .badData && error?.advice == "Check --latency-unit.")
  }

  @Test("Latencies of zero do not end the log")
  func zeros() throws {
    #expect(try convert(Data("latency\n0\n0\n0\n4\n".utf8), Self.latencies).count == 4)
  }

  @Test("A table longer than a chunk is read in full, wherever a chunk ends")
  func long() throws {
    let text = "latency\n" + (1...400_000).map { "\($0).25\n" }.joined()
    let records = try convert(Data(text.utf8), Self.latencies)
    #expect(records.count == 400_000)
    #expect(records.enumerated().allSatisfy { $1.duration == UInt64($0 + 1) * 1_000_000 + 250_000 })
  }

  @Test("Of thousands of columns, or of long ones, an error shows the beginning")
  func manyColumns() throws {
    let titles = [String(repeating: "a", count: 70_000)] + (1...5000).map { "c\($0)" }
    let error = #expect(throws: AssayError.self) {
      try convert(Data("\(titles.joined(separator: ","))\n1\n".utf8), Self.latencies)
    }
    let advice = try #require(error?.advice)
    #expect(
      advice.hasPrefix("Its columns: aaaa") && advice.hasSuffix("c28, c29, ….") && advice.count < 400, "\(advice)")
  }

  @Test(
    "Errors name the line and column",
    arguments: [
      ("a,b\n1,2\n", "other.csv has no column 'latency'.", "Its columns: a, b."),
      (
        "1,2\n3,4\n", "other.csv has no column 'latency'.",
        "Its first line is not a header. Name a column by its number, from 1 to 2."
      ),
      (
        "latency\n1\nfast\n", "other.csv, line 3, column 'latency': 'fast' is not a number.",
        "Remove the line, or name another column for the latency."
      ),
      (
        "latency\n1\nnan\n", "other.csv, line 3, column 'latency': 'nan' is not a number.",
        "Remove the line, or name another column for the latency."
      ),
      (
        "latency\n1\n0x10\n", "other.csv, line 3, column 'latency': '0x10' is not a number.",
        "Remove the line, or name another column for the latency."
      ),
      (
        "a,latency\n1,1\n\n7\n", "other.csv, line 4: there is no column 2 ('latency') for the latency.",
        "The line has 1 field."
      ),
      ("latency\n-1\n", "other.csv, line 2: the latency is negative.", "Sort the rows by time, or correct the line."),
      ("latency\n1e300\n", "other.csv, line 2: the latency is longer than a century.", "Check the unit."),
      ("latency\n1e999\n", "other.csv, line 2: the latency is longer than a century.", "Check the unit."),
      ("latency\n", "other.csv holds no row of numbers.", nil), ("", "other.csv holds no row of numbers.", nil),
    ])
  func refusals(text: String, message: String, advice: String?) {
    let error = #expect(throws: AssayError.self) { try convert(Data(text.utf8), Self.latencies) }
    #expect(error?.code == .badData)
    #expect(error?.message == message)
    #expect(error?.advice == advice)
  }

  @Test("Times before the first row are refused; other backward steps are kept for the analysis to report")
  func backwards() throws {
    let error = #expect(throws: AssayError.self) { try convert(Data("time,latency\n5,1\n4,1\n".utf8), Self.both) }
    #expect(error?.message == "other.csv, line 3: the time since the first row is negative.")
    #expect(
      try convert(Data("time,latency\n5,1\n7,1\n6,1\n".utf8), Self.both).map(\.start) == [
        0, 2_000_000_000, 1_000_000_000,
      ])
  }

  @Test("An unclosed quote is refused without reading the whole file into memory")
  func unclosed() throws {
    let text = "latency\n1\n\"2\n" + String(repeating: "3\n", count: 1 << 20)
    let error = #expect(throws: AssayError.self) { try convert(Data(text.utf8), Self.latencies) }
    #expect(error?.message == "other.csv, line 3: the line has no end.")
  }

  @Test("UTF-16 and a missing file are refused")
  func unreadable() throws {
    let error = #expect(throws: AssayError.self) { try convert(Data([0xFF, 0xFE, 0x6C, 0]), Self.latencies) }
    #expect(error?.message == "other.csv is UTF-16.")
    let missing = #expect(throws: AssayError.self) {
      try ForeignRecords.convert("/no/such.csv", columns: Self.latencies, to: "/tmp/never")
    }
    #expect(missing?.code == .inputOutput)
  }
}
