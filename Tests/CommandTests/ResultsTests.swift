import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Results have the documented formats")
struct ResultsTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("JSON has the keys and types of the schema, with finite numbers only")
  func schema() throws {
    let model = try sandbox.model()
    let options = ["--runs", "100", "--warm-up", "0", "--seed", "18446744073709551615", "--threads", "1", "--no-save"]
    let (result, _) = try sandbox.bench([model], options)
    #expect(result.status == 0, "\(result)")
    let document = try json()
    #expect(document["schema"] as? Int == 2)
    #expect(document["assay"] as? String == AssayVersion.current)
    let host = try #require(document["host"] as? [String: Any])
    #expect(host["cores"] is Int && host["memory_bytes"] is Int && host["kernel"] is String)
    #expect(host["governor"] is String || host["governor"] is NSNull)
    #expect(host["warnings"] is [[String: Any]])

    let cells = try #require(document["cells"] as? [[String: Any]])
    #expect(cells.count == 1)
    let cell = try #require(cells.first)
    let described = try #require(cell["model"] as? [String: Any])
    #expect(described["path"] as? String == model)
    #expect(described["format"] as? String == "synthetic")
    #expect(described["bytes"] as? Int == (try Data(contentsOf: URL(filePath: model)).count))
    let sum = try sandbox.shell("sha256sum < '\(model)'").standardOutput.prefix(64)
    #expect(described["sha256"] as? String == String(sum))
    let engine = try #require(cell["engine"] as? [String: Any])
    #expect(engine["name"] as? String == "synthetic" && engine["version"] is String && engine["library"] == nil)
    #expect(cell["device"] as? String == "cpu")
    let used = try #require(cell["options"] as? [String: Any])
    #expect(used["threads"] as? Int == 1 && used["inputs"] as? String == "random" && used["batch"] == nil)
    #expect(used["seed"] as? UInt64 == .max)
    #expect(cell["status"] as? String == "ok" && cell["error"] is NSNull && cell["warnings"] is [[String: Any]])
    for key in [
      "load_ms", "first_inference_ms", "throughput_per_s", "inferences_per_s", "samples_per_s", "harness_overhead_ns",
    ] {
      #expect(try #require(cell[key] as? Double, "\(key)") > 0)
    }
    #expect(try #require(cell["peak_rss_bytes"] as? Int) > 1 << 20)
    #expect(cell["accuracy"] == nil && cell["record_log"] == nil && cell["run"] == nil)

    let latency = try #require(cell["latency"] as? [String: Any])
    #expect(latency["count"] as? Int == 100)
    let ordered = try ["min_ms", "p50_ms", "p90_ms", "p95_ms", "max_ms"].map {
      try #require(latency[$0] as? Double, "\($0)")
    }
    #expect(ordered == ordered.sorted() && ordered[0] >= 0.02)
    #expect(latency["mean_ms"] is Double && latency["stddev_ms"] is Double)
    #expect(latency["p99_ms"] == nil && latency["p99_9_ms"] == nil)
    #expect(latency["too_few_for"] as? [String: Int] == ["p99": 473, "p99_9": 4742])
    let interval = try #require(latency["p50_ci95_ms"] as? [Double])
    #expect(interval.count == 2 && interval[0] <= ordered[1] && ordered[1] <= interval[1])
    let histogram = try #require(latency["histogram"] as? [String: Any])
    let counts = try #require(histogram["counts"] as? [Int])
    #expect(counts.reduce(0, +) + (histogram["overflow"] as? Int ?? .min) == 100)
    expectFinite(document, "document")
  }

  @Test("A single inference gives one value, and unsupported percentiles are left out")
  func singleInference() throws {
    let (result, report) = try sandbox.bench([sandbox.model()], ["--runs", "1", "--warm-up", "0"])
    #expect(result.status == 0, "\(result)")
    let latency = try #require(report.cells.first?.latency)
    #expect(latency.count == 1 && latency.minimum == latency.maximum && latency.p50 == latency.mean)
    #expect(latency.standardDeviation == nil && latency.p90 == nil && latency.medianInterval == nil)
    #expect(!result.standardOutput.lowercased().contains("nan"))
  }

  @Test("CSV has a header and one row per cell, whatever the names")
  func csv() throws {
    let names = ["plain", "with, comma", "with \"quotes\"", "with\nline"]
    let models = try names.map { try sandbox.model($0) }
    let result = try sandbox.start(
      [Sandbox.program("assay"), "bench", "-q", "--csv", "-"] + Sandbox.quick + models
    ).wait()
    #expect(result.status == 0, "\(result)")
    let rows = try parseCSV(result.standardOutput)
    #expect(rows.count == 1 + models.count)
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    let model = try #require(rows[0].firstIndex(of: "model"))
    // A row stays on its line.
    #expect(rows.dropFirst().map { $0[model] } == models.map { $0.replacing("\n", with: " ") })
    for name in ["date_utc", "kind", "host"] {
      let column = try #require(rows[0].firstIndex(of: name))
      #expect(rows.dropFirst().allSatisfy { !$0[column].isEmpty }, "\(name)")
    }
    let column = try #require(rows[0].firstIndex(of: "count"))
    #expect(rows.dropFirst().allSatisfy { $0[column] == "20" })
    #expect(rows[0].contains("p50_ms") && rows[0].contains("sha256") && rows[0].contains("status"))
  }

  @Test("Tables have one line per cell; names can neither break them nor control the terminal")
  func tables() throws {
    let model = try sandbox.model("tear\n|\u{1B}[31mred\u{9B}1m")
    let result = try sandbox.assay(
      "bench", model, "--markdown", sandbox.path("table.md"), "--runs", "20", "--warm-up", "0")
    #expect(result.status == 0, "\(result)")
    let controls = result.standardOutput.unicodeScalars.filter {
      $0 != "\n" && $0.properties.generalCategory == .control
    }
    #expect(controls.isEmpty)
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("tear |?[31mred?1m.synthetic · ") })

    let markdown = try String(contentsOfFile: sandbox.path("table.md"), encoding: .utf8)
    let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count == 3)
    let columns = rows.map { $0.replacing("\\|", with: "").split(separator: "|").count }
    #expect(Set(columns).count == 1, "\(columns)")
    #expect(rows[2].contains(#"tear \|?\[31mred?1m.synthetic"#))
  }

  @Test("--record writes every inference, as `results export` does from a kept log")
  func records() throws {
    let model = try sandbox.model()
    let file = sandbox.path("records.csv")
    let (_, report) = try sandbox.bench([model], ["--runs", "300", "--warm-up", "0", "--record", file, "--no-save"])
    let latencies = try checkedRecords(String(contentsOfFile: file, encoding: .utf8))
    #expect(latencies.count == 300)
    #expect(latencies.min() == report.cells.first?.latency?.minimum)
    #expect(latencies.max() == report.cells.first?.latency?.maximum)
    #expect(sandbox.recordLogs.isEmpty, "with --no-save, the log of a complete cell is removed")

    let (_, failed) = try sandbox.bench(
      [sandbox.model("failing", event: ("fail", 53))], ["--runs", "300", "--warm-up", "0"])
    let log = try #require(failed.cells.first?.recordLog)
    let exported = try sandbox.assay("results", "export", log)
    #expect(exported.status == 0 && exported.standardError.isEmpty)
    #expect(try checkedRecords(exported.standardOutput).count == 49)
  }

  @Test("With several cells, --record writes one file per cell and leaves the named file alone")
  func recordsOfSeveralCells() throws {
    let models = try [sandbox.model("a"), sandbox.model("b")]
    let named = try sandbox.write(Data("precious".utf8), to: "records.csv")
    let (result, _) = try sandbox.bench(models, Sandbox.quick + ["--record", named])
    #expect(result.status == 0, "\(result)")
    #expect(try String(contentsOfFile: named, encoding: .utf8) == "precious")
    let written = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder).filter { $0.hasSuffix(".csv") }
    #expect(
      written.sorted() == ["records-1-a.synthetic-synthetic.csv", "records-2-b.synthetic-synthetic.csv", "records.csv"])
    for name in written where name != "records.csv" {
      #expect(try checkedRecords(String(contentsOfFile: sandbox.path(name), encoding: .utf8)).count == 20)
    }
  }

  @Test("A failing cell does not stop the others in a matrix")
  func matrix() throws {
    let models = try [
      sandbox.model("a"), sandbox.model("b", event: ("crash", 10)), "/no/such.synthetic", sandbox.model("c"),
    ]
    let (result, report) = try sandbox.bench(models, Sandbox.quick + ["-e", "synthetic,synthetic:npu"])
    #expect(result.status == 1, "\(result)")
    #expect(report.cells.count == 8)
    #expect(report.cells.map { $0.status == .ok } == [true, false, false, false, false, false, true, false])
    #expect(
      report.cells.map { $0.error?.code } == [
        nil, .deviceUnavailable, .crashed, .deviceUnavailable, .badModel, .badModel, nil, .deviceUnavailable,
      ])
    #expect(result.standardOutput.split(separator: "\n").filter { $0.contains("  synthetic") }.count == 8)
  }

  // MARK: Helpers

  private func json() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: sandbox.path("results.json")))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func expectFinite(_ value: Any, _ place: String) {
    if let object = value as? [String: Any] {
      for (key, value) in object { expectFinite(value, "\(place).\(key)") }
    } else if let array = value as? [Any] {
      for value in array { expectFinite(value, place) }
    } else if let number = value as? Double {
      #expect(number.isFinite, "\(place)")
    } else if let text = value as? String {
      #expect(!["nan", "inf", "-inf", "infinity"].contains(text.lowercased()), "\(place)")
    }
  }

  /// The latencies of an exported log; expects its header, indices and times to be right.
  private func checkedRecords(_ csv: String) throws -> [Double] {
    let lines = csv.split(separator: "\n")
    #expect(lines.first == "index,start_ms,latency_ms")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    try #require(rows.allSatisfy { $0.count == 3 })
    #expect(rows.map { Int($0[0]) } == Array(0..<rows.count))
    for (earlier, later) in zip(rows, rows.dropFirst()) { #expect(later[1] >= earlier[1] + earlier[2] - 1e-6) }
    return rows.map { $0[2] }
  }

  /// Reads CSV by RFC 4180.
  private func parseCSV(_ text: String) throws -> [[String]] {
    var rows: [[String]] = [[""]]
    var isQuoted = false
    for character in text.replacing("\"\"", with: "\u{1}") {
      switch character {
      case "\"": isQuoted.toggle()
      case ",": if isQuoted { fallthrough } else { rows[rows.count - 1].append("") }
      case "\n": if isQuoted || character == "," { fallthrough } else { rows.append([""]) }
      default: rows[rows.count - 1][rows[rows.count - 1].count - 1].append(character == "\u{1}" ? "\"" : character)
      }
    }
    try #require(rows.popLast() == [""], "the last line must end with a line break")
    return rows
  }
}
