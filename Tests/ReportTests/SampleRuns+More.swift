import AssayCore
import Foundation

@testable import Report

extension SampleRuns {
  /// Four hundred inferences of tens of microseconds, each known.
  static let short: ReportedRun = {
    var random = SplitMix64(seed: 11)
    let points = (0..<400).map { index in
      LatencyPoint(seconds: Double(index) * 0.01, milliseconds: 0.042 * (1 + 0.05 * abs(normal(&random))))
    }
    var run = SampleRuns.run(
      "tiny.tflite on litert:cpu", cell: cell("/models/tiny.tflite"), hours: 4.0 / 3600, pieces: 40
    ) { _, random in
      0.042 * (1 + 0.05 * abs(normal(&random)))
    }
    run.points = points
    return run
  }()

  /// So many of 500 images are right.
  static func accuracy(_ correct: Int) -> AccuracyReport {
    var counts = AccuracyCounts()
    counts.images = 500
    counts.top = [TopCount(k: 1, correct: correct)]
    return AccuracyReport(
      counts, timing: .isolated,
      dataset: DatasetDescription(
        images: 500, labels: .folders(.init(classes: 500, emptyClasses: 0, naming: .index))), classNames: nil
    ) { correct, images in
      let share = Double(correct) / Double(images)
      return share - 0.04...share + 0.04
    }
  }

  /// Runs of all kinds: analysed, with accuracy, counted without records, failed.
  static let mixed: [ReportedRun] = {
    var (spread, modes, throttling) = (SampleRuns.spread, SampleRuns.fourModes, SampleRuns.throttling)
    spread.report.accuracy = accuracy(352)
    modes.report.accuracy = accuracy(301)
    throttling.report.accuracy = accuracy(340)
    var counted = ReportedRun(
      title: "counted.onnx on onnxruntime:cpu", report: cell("/models/counted.onnx", on: Target(engine: "onnxruntime")),
      host: host)
    counted.report.latency = LatencySummary(
      count: 900, mean: 31, standardDeviation: 1.2, minimum: 28, maximum: 44, p50: 30.6,
      histogram: LatencyHistogram(from: 28, to: 40, counts: [1, 5, 90, 400, 300, 80, 20, 3, 0, 1]))
    var failed = ReportedRun(title: "broken.tflite on litert:cpu", report: cell("/models/broken.tflite"), host: host)
    failed.report.status = .failed
    failed.report.error = AssayError(.badModel, "/models/broken.tflite is damaged.", advice: "Copy it again.")
    return [throttling, modes, spread, steady, counted, failed]
  }()

  /// A run that pauses for a third of its time.
  static let paused: ReportedRun = {
    var run = SampleRuns.run("paused.tflite on litert:cpu", hours: 60.0 / 3600, pieces: 300) { _, random in
      5 * (1 + 0.01 * normal(&random))
    }
    run.steadiness?.envelope.removeAll { (20...40).contains($0.start) }
    return run
  }()

  /// Runs with many labels, close to one another.
  static let labelled: [(name: String, runs: [ReportedRun])] = [
    ("similar", similar), ("mixed", mixed), ("shifts", [shifting]), ("modes", [fourModes]), ("heating", [throttling]),
    ("paused", [paused, short]),
  ]

  /// Five models on two engines, with nearly the same accuracies and latencies.
  private static let similar: [ReportedRun] = (0..<10).map { index in
    let (model, engine) = ("net_\(index / 2)_quant.tflite", index % 2 == 0 ? "litert" : "openvino")
    var run = SampleRuns.run(
      "\(model) on \(engine)", cell: cell("/models/\(model)", on: Target(engine: engine)), hours: 0.01, pieces: 60
    ) { _, random in
      10 + 0.1 * Double(index) + 0.05 * normal(&random)
    }
    run.report.accuracy = accuracy(400 + index)
    run.report.runID = Int64(index + 1)
    return run
  }

  /// The level changes again and again.
  private static let shifting: ReportedRun = {
    var run = SampleRuns.run("shifting.tflite on litert:cpu", pieces: 360) { seconds, random in
      10 * (1 + 0.2 * Double(Int(seconds / 900) % 2) + 0.01 * normal(&random))
    }
    run.steadiness?.shifts = stride(from: 900.0, to: 10_800, by: 900).map { at in
      LevelShift(
        at: at, atRange: [at - 9, at + 9], statistic: .median, from: 10, to: 12, change: 0.2,
        changeRange: [0.19, 0.21], pValue: 1e-6)
    }
    return run
  }()
}
