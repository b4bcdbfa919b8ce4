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

  /// Runs of all kinds: analysed, with accuracy, counted without records, failed.
  static let mixed: [ReportedRun] = {
    func accuracy(_ correct: Int) -> AccuracyReport {
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
}
