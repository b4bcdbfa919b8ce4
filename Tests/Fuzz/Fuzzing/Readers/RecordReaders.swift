import Assay
import AssayCore
import Datasets
import Foundation
import Predictions
import RecordImport
import RecordLog
import Report
import SimulatedRuns
import Steadiness
import Telemetry

extension FuzzedReader {
  /// The record log: read, exported and appended to.
  static func recordLog(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("run.records")
    return FuzzedReader(try SampleRuns.recordLogs(bench)) { input in
      try bench.write(input, to: "run.records")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        let log = try RecordLogReader(opening: path)
        _ = (log.publishedCount(), log.samples())
        try RecordExporter.write(log, to: TextSink(path: "/dev/null"))
        var writer = try RecordLogWriter(appendingTo: path, expectedCount: 10)
        try writer.makeRoom()
        writer.append(start: 1, duration: 1)
        try writer.finish()
      }
    }
  }

  /// The record log in the analysis and in every view.
  static func recordAnalysis(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("run.records")
    return FuzzedReader(try SampleRuns.recordLogs(bench)) { input in
      try bench.write(input, to: "run.records")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        let run = try ReportSources(.asked).run(recordLog: path)
        if let steadiness = run.steadiness { _ = TerminalPlot(steadiness, width: 80).text() }
        _ = ReportPage([run], bundle: "").html()
      }
    }
  }

  /// The telemetry log beside a run, in the analysis and in every view.
  static func telemetryLog(_ bench: Workbench) throws -> FuzzedReader {
    let (records, path) = (bench.path("run.records"), bench.path("run.telemetry.jsonl"))
    try bench.write(try SampleRuns.recordLogs(bench)[0], to: "run.records")
    return FuzzedReader(try bench.fixtures("Fixtures/Stores/schema-1/records", ".telemetry.jsonl")) { input in
      try bench.write(input, to: "run.telemetry.jsonl")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        let series = try TelemetryLogReader.read(path)
        guard series.values.allSatisfy({ $0.count == series.seconds.count }) else {
          throw AssayError(.crashed, "rows of \(series.values.map(\.count)) values for \(series.seconds.count) samples")
        }
        let found = try SteadinessOfRun(recordLog: records, telemetry: path, options: .asked)
        _ = TerminalPlot(found.steadiness, telemetry: found.telemetry, width: 80).text()
        _ = ReportPage([try ReportSources(.asked).run(recordLog: records)], bundle: "").html()
      }
    }
  }

  /// Tables of other tools.
  static func foreignTable(_ bench: Workbench) -> FuzzedReader {
    let path = bench.path("other.csv")
    let tables = [
      "time,took,note\n0.0,1.5,\"a, b\"\n0.002,1.6,\n0.004,1.5,c\n", "t;took\n0,0;1,5\n0,1;2,5e-1\n",
      "0\t3\n1\t4\n2\t5\n",
      "index,start_ms,latency_ms\n0,0,0.25\n1,0.3,0.26\n2,0.6,0.25\n",
    ]
    let choices = [
      ForeignColumns(latency: .init(name: "took", unit: .ms)),
      ForeignColumns(time: .init(name: "1", unit: .s), latency: .init(name: "2", unit: .us)),
      ForeignColumns(time: .init(name: "start_ms", unit: .ms), latency: .init(name: "latency_ms", unit: .ms)),
    ]
    return FuzzedReader(tables.map { Array($0.utf8) }) { input in
      try bench.write(input, to: "other.csv")
      var isAccepted = false
      for columns in choices {
        let isRead = try accepts(.badData, naming: path) { () throws(AssayError) in
          _ = ReportPage([try ReportSources(.asked).run(csv: path, columns: columns)], bundle: "").html()
        }
        isAccepted = isAccepted || isRead
      }
      return isAccepted
    }
  }

  /// Predictions of every image.
  static func predictions(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("run.predictions.csv")
    let writer = try PredictionWriter(creating: path, k: 3)
    writer.write(image: "a, \"b\".jpg", label: 2, rank: 1, classes: [2, 0, 1], scores: [0.5, 0.25, .nan])
    writer.write(image: "c.jpg", label: 0, rank: 3, classes: [-1, 1, 0], scores: [12, 3, 1])
    writer.write(image: "unreadable.jpg", label: 1)
    try writer.flush()
    let samples =
      [try bench.read("run.predictions.csv")]
      + (try bench.fixtures("Fixtures/Stores/schema-1/records", ".predictions.csv"))
    return FuzzedReader(samples) { input in
      try bench.write(input, to: "run.predictions.csv")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        var reader = try PredictionReader(opening: path)
        while let row = try reader.next() { _ = [1, 5].map { row.isRight(within: $0) } }
      }
    }
  }

  /// The list of images that the parent hands to a worker.
  static func imageManifest(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("images")
    let writer = try ImageManifestWriter(creating: path)
    try writer.append(LabelledImage(path: "/data/a.jpg", label: 3))
    try writer.append(LabelledImage(path: "/data/tab\t and ümlaut.png", label: 0, name: "b.png"))
    try writer.finish()
    return FuzzedReader([try bench.read("images")]) { input in
      try bench.write(input, to: "images")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        var reader = try ImageManifestReader(opening: path)
        while let image = try reader.next() {
          if image.label < 0 { throw AssayError(.crashed, "The label is \(image.label).") }
        }
      }
    }
  }
}

extension SteadinessOptions {
  /// With everything that a user may ask about.
  static let asked = SteadinessOptions(discardAbove: 5, shares: [CenteredInterval(center: 1, tolerance: 0.5)])
}
