import AssayCore
import Foundation
import Glibc
import Testing

@testable import Telemetry

@Suite("A telemetry log is read as far as it makes sense")
struct TelemetryLogTests {
  private static let header = Self.header(["a", "b"])

  @Test("Samples, nulls and events are read, and times counted from the begin of the measurement")
  func whole() throws {
    let series = try read(
      """
      \(Self.header)
      [0,1.5,null]
      {"origin_s":0.75}
      [1,2e3,0.12345678901234567890]
      {"detail":"the machine slept for 3 s","kind":"suspended","seconds":1.25}
      [2,null,0.001]

      """)
    #expect(series.seconds == [-0.75, 0.25, 1.25])
    #expect(series.values == [[1.5, 2000, nil], [nil, 0.12345678901234568, 0.001]])
    #expect(series.events == [TelemetryEvent(seconds: 0.5, kind: .suspended, detail: "the machine slept for 3 s")])
    #expect(series.damagedLines == 0)
  }

  @Test("A last line without its end is ignored")
  func tornLine() throws {
    for torn in ["[1,2", "[1,2,3]", "{\"kind\"", "n"] {
      let series = try read("\(Self.header)\n[0,1,2]\n\(torn)")
      #expect(series.seconds == [0])
      #expect(series.damagedLines == 0)
    }
  }

  @Test(
    "A line that makes no sense is left out and counted",
    arguments: [
      "[5,1]", "[5,1,2,3]", "[5,1,2", "[5,1,]", "[5,1,2]]", "[,1,2]", "[5,--1,2]", "[5,1.2.3,2]", "[nan,1,2]",
      "[5,inf,1]", "[5,1e999,1]", "[0,1,2]", "[-1,1,2]", "{}", "{\"kind\":\"suspended\"}", "\u{0}\u{0}\u{0}", "5,1,2",
      "null", "[]",
      "[5,NULL,1]", "[5 ,1,2]", "[5,1e300,2]", "[5,1,-1]",
    ])
  func damagedLine(line: String) throws {
    let series = try read("\(Self.header)\n[0,1,2]\n\(line)\n[9,3,4]\n")
    #expect(series.seconds == [0, 9])
    #expect(series.values == [[1, 3], [2, 4]])
    #expect(series.damagedLines == 1)
  }

  @Test("Where a header is damaged nobody knows what the samples after it are of, until the next header")
  func damagedHeader() throws {
    let damaged = Self.header.replacingOccurrences(of: "sensors", with: "sens0rs")
    let series = try read("\(Self.header)\n[0,1,2]\n\(damaged)\n[1,7,7]\n\(Self.header)\n[2,3,4]\n")
    #expect(series.values == [[1, 3], [2, 4]])
    #expect(series.damagedLines == 2)
  }

  @Test("Sensors of all parts are joined by their ids")
  func otherSensors() throws {
    let series = try read(
      "\(Self.header)\n[0,1,2]\n\(Self.header(["b", "c"], offset: 10))\n[0,20,30]\n{\"origin_s\":0}\n")
    #expect(series.sensors.map(\.id) == ["a", "b", "c"])
    #expect(series.seconds == [0, 10])
    #expect(series.values == [[1, nil], [2, 20], [nil, 30]])
    #expect(series.events.map(\.kind) == [.resumed])
  }

  @Test("The last reason counts why a sensor is not available, in the order of first mention", .timeLimit(.minutes(1)))
  func unavailable() throws {
    let header = { (count: Int, reason: String, offset: Double) in
      let missing = (0..<count).map { #"{"name":"m\#($0)","reason":"\#(reason)"}"# }.joined(separator: ",")
      return
        #"{"assay_telemetry":1,"started":"","interval_s":1,"offset_s":\#(offset),"sensors":[],"unavailable":[\#(missing)]}"#
    }
    // Quadratic work would take minutes.
    let series = try read("\(header(60_000, "none", 0))\n\(header(2, "lost", 5))\n")
    #expect(series.unavailable.count == 60_000)
    #expect(series.unavailable.prefix(3).map(\.reason) == ["lost", "lost", "none"])
    #expect(series.unavailable.map(\.name).prefix(2) == ["m0", "m1"])
  }

  @Test("Of very many events an evenly chosen part is kept, and all are counted")
  func events() throws {
    let count = 50_000
    let lines = (0..<count).map { #"{"detail":"e\#($0)","kind":"sensor_lost","seconds":\#($0)}"# }.joined(
      separator: "\n")
    let series = try read("\(Self.header)\n\(lines)\n")
    #expect(series.eventCount == count)
    #expect((2000...10_000).contains(series.events.count))
    let steps = zip(series.events, series.events.dropFirst()).map { $1.seconds - $0.seconds }
    #expect(Set(steps).count == 1, "from begin to end at the same distance")
    #expect(series.events.first?.seconds == 0)
    #expect((series.events.last?.seconds ?? 0) > Double(count) - 20)
  }

  @Test("Many sensors have fewer samples, so that memory stays bounded; also sensors that come later")
  func manySensors() throws {
    let tree = try RecordedTree(text: "")
    let samples = (0..<500).map { "[\($0),1,2]\n" }.joined()
    let later = (500..<900).map { "[\($0),1,2,3,4]\n" }.joined()
    tree.write(
      "\(Self.header(["a", "b"]))\n\(samples)\(Self.header(["a", "b", "c", "d"], offset: 500))\n"
        + later.replacingOccurrences(of: "[", with: "[1"), to: "log")
    let series = try TelemetryLogReader.read("\(tree.root)/log", maximumSamples: 400, maximumValues: 400)
    #expect(series.damagedLines == 0)
    #expect((50...100).contains(series.seconds.count))
    #expect(series.values.allSatisfy { $0.count == series.seconds.count })
    #expect(series.values.map { Set($0.compactMap(\.self)) } == [[1], [2], [3], [4]])
    #expect(zip(series.seconds, series.seconds.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("What was recorded before a run went on does not go back in time")
  func overlap() throws {
    let series = try read(
      "\(Self.header)\n[0,1,1]\n[10,2,2]\n\(Self.header(["a", "b"], offset: 10.5))\n[0,3,3]\n[2,4,4]\n{\"origin_s\":1}\n"
    )
    #expect(series.seconds == [0, 10, 11.5])
    #expect(series.values.first == [1, 2, 4])
    #expect(series.damagedLines == 0)
  }

  @Test("Files that are no telemetry logs are refused, each with its reason")
  func otherFiles() throws {
    let tree = try RecordedTree(text: "==> other.csv <==\ntime,value\n0,1\n==> empty <==\n")
    tree.makeHanging("fifo")
    let newer = Self.header.replacingOccurrences(of: "\"assay_telemetry\":1", with: "\"assay_telemetry\":2")
    tree.write(newer + "\n", to: "newer")
    for (path, code) in [
      ("other.csv", AssayError.Code.badData), ("fifo", .badData), ("", .badData), ("newer", .badData),
      ("missing", .inputOutput),
    ] {
      #expect("reading “\(path)”") { try TelemetryLogReader.read("\(tree.root)/\(path)") } throws: {
        ($0 as? AssayError)?.code == code
      }
    }
    #expect(try TelemetryLogReader.read("\(tree.root)/empty") == TelemetrySeries())
    #expect(try read(String(Self.header.prefix(40))) == TelemetrySeries(), "it was ended in its first line")
  }

  @Test("A long log is thinned out: means stay, flags stay raised, and no time is lost")
  func thinning() throws {
    var text = Self.header(["a", "throttled.x"]) + "\n"
    for second in 0..<1003 { text += "[\(second),\(second),\(second == 500 ? 1 : 0)]\n" }
    let tree = try RecordedTree(text: "==> log <==\n" + text)
    let series = try TelemetryLogReader.read("\(tree.root)/log", maximumSamples: 64)
    #expect((32...64).contains(series.seconds.count))
    #expect(series.seconds.last == 1002)
    #expect(series.values.allSatisfy { $0.count == series.seconds.count })
    #expect(series.values[1].compactMap(\.self).reduce(0, +) == 1)
    #expect(series.values[0].first == 15.5 / 2 - 0.25, "the mean of the first samples")
    for (seconds, value) in zip(series.seconds, series.values[0]) {
      let value = try #require(value)
      #expect(value <= seconds && value > seconds - 40)
    }
  }

  @Test("Numbers are read as the standard library reads them")
  func numbers() {
    var generator = SplitMix64(seed: 1)
    var values: [Double] = []
    var wrong: [String] = []
    for _ in 0..<2000 {
      let scale = [1, 1e-3, 1e3, 1e-9, 1e12, 1e-20][Int(generator.next() % 6)]
      let value = (Double(generator.next() >> 11) / Double(1 << 53) - 0.5) * scale
      let texts = ["\(value)", "\((value * 1000).rounded() / 1000)", "\(Int(max(min(value, 1e15), -1e15)))"]
      for text in texts {
        let line = Array("[1,\(text)]".utf8)
        let first = line.withUnsafeBytes { NumberLine.parse($0, into: &values) }
        if first != 1 || values != [Double(text) ?? .nan] { wrong.append(text) }
      }
    }
    #expect(wrong == [])
  }

  private func read(_ text: String) throws -> TelemetrySeries {
    let tree = try RecordedTree(text: "")
    tree.write(text, to: "log")
    return try TelemetryLogReader.read("\(tree.root)/log")
  }

  /// A header of sensors that are called so; those of flags are named for it.
  private static func header(_ ids: [String], offset: Double = 0) -> String {
    let sensors = ids.map {
      let quantity = $0.hasPrefix("throttled") ? "throttled" : "load"
      return #"{"id":"\#($0)","name":"\#($0)","quantity":"\#(quantity)","source":"/x"}"#
    }
    return #"{"assay_telemetry":1,"interval_s":1,"offset_s":\#(offset),"sensors":["#
      + sensors.joined(separator: ",") + #"],"started":"2026-01-01T00:00:00Z","unavailable":[]}"#
  }
}
