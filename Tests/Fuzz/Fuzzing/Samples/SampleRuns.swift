import Assay
import AssayCore
import Foundation
import ResultStore
import SimulatedRuns

/// Runs that Assay's own writers made.
enum SampleRuns {
  /// Record logs: without a record, with a few, and of patterns with findings.
  static func recordLogs(_ bench: Workbench) throws -> [[UInt8]] {
    var runs: [any SimulatedRun] = [
      NoiseRun(.white, seed: 1, base: 1, seconds: 0), NoiseRun(.white, seed: 1, base: 1, seconds: 0.005),
      NoiseRun(.pareto, seed: 2, base: 1, seconds: 0.4, shift: .init(time: 0.2, change: 0.5)),
      NoiseRun(.lognormal, seed: 3, base: 100, seconds: 40, drift: 40),
    ]
    return try runs.indices.map { index in
      let name = "sample-\(index)-\(UUID().uuidString).records"
      try runs[index].write(to: bench.path(name))
      return try bench.read(name)
    }
  }

  /// Claims of runs whose parent died, as every measure writes them. The records are those of `recordLogs`.
  static func unfinishedRuns() -> [UnfinishedRun] {
    let host = HostDescription(
      cpu: "AMD EPYC", architecture: "x86_64", cores: 4, physicalCores: 2, allowedCores: 4, allowedPhysicalCores: 2,
      memoryBytes: 8 << 30, os: "Debian", loadAverage: 0.5, container: true)
    let environment = ["OMP_NUM_THREADS": "2"]
    return reports().map { UnfinishedRun(report: $0, host: host, environment: environment) }
  }

  private static func reports() -> [CellReport] {
    let images = ImageSet(
      DatasetSource(folder: "/data/images", groundTruth: "/data/val.txt", labels: "/data/labels.txt"),
      sampling: Sampling(.count(20), seed: 1))
    var accuracy = AccuracyMeasure(images: images)
    accuracy.labelOffset = 1
    var bench = report(of: .latency(.exactly(60)))
    bench.warnings = warnings
    bench.turns = Turns(
      comparison: "7D1F", cell: 1, reference: 2,
      blocks: [RecordRange(first: 0, count: 3), RecordRange(first: 3, count: 2)],
      interleaving: Interleaving(ending: .precise, rounds: 2, blockMilliseconds: 30, seconds: 1.5, precision: 0.01))
    bench.against = SavedGate(
      baseline: 1,
      gate: Gate(
        limit: 0.05, ratio: 1.04, interval: [0.9, 1.2], detectable: 0.15, outcome: .unsure, doubt: .fewEarlierRuns),
      runSpread: RunSpread(earlierRuns: 2, deviation: nil, assumedRatio: 1.5))
    var classified = report(of: .accuracy(accuracy))
    classified.accuracy = AccuracyReport(
      accuracyCounts, timing: .isolated,
      dataset: DatasetDescription(
        images: 300,
        labels: .file(.init(name: "val.txt", format: .columns, imageColumn: "image", labelColumn: "label")),
        backgroundList: "labels.txt", sample: .init(count: 20, seed: 1)), classNames: ["tench", "eel", "hen"],
      interval: { _, _ in 0.1...0.9 })
    classified.predictions = "run.predictions.csv"
    var failed = report(of: .latency(RepetitionRule()))
    failed.status = .failed
    failed.error = AssayError(
      .crashed, "The worker died.", advice: "Look at its output.", outputTail: "terminate called")
    var stress = report(of: .stress(StressMeasure(rule: .exactly(300), images: images, discardAbove: 2)))
    stress.telemetry = "run.telemetry.jsonl"
    return [bench, stress, classified, failed]
  }

  private static func report(of measure: Measure) -> CellReport {
    var options = CellOptions(threads: 2, batch: 4, shapes: ["input": [1, 3, 8, 8]], seed: 7)
    options.given = GivenInputs(values: ["ids": [.numbers("1,2,3")]], ranges: ["": InputRange(low: 0, high: 49)])
    var report = CellReport(
      CellSpec(
        model: ModelReference(
          path: "/models/net.onnx", format: .onnx, sha256: String(repeating: "ab", count: 32), bytes: 1234),
        target: Target(engine: "onnxruntime", device: "cpu"), engineLibrary: "/lib/libonnxruntime.so", options: options,
        measure: measure))
    report.status = .ok
    report.engine.version = "1.23.0"
    let tensor = TensorSpec(
      name: "input", type: .float32, shape: [1, 3, 8, 8], quantization: Quantization(scale: 0.5, zeroPoint: 3))
    (report.inputs, report.outputs) = ([tensor], [TensorSpec(name: "y", type: .int8, shape: [1, 10])])
    report.inputsChosen = [InputChoice(name: "input", source: .range, low: 0, high: 49, values: ["1", "2"])]
    (report.loadMilliseconds, report.firstInferenceMilliseconds, report.warmUpCount) = (12.5, 3.25, 17)
    (report.harnessOverheadNanoseconds, report.peakResidentBytes) = (120, 64 << 20)
    return report
  }

  static var accuracyCounts: AccuracyCounts {
    var counts = AccuracyCounts()
    counts.images = 20
    counts.top = [TopCount(k: 1, correct: 12), TopCount(k: 5, correct: 18)]
    counts.add(UnreadableImage(path: "/data/x.jpg", reason: "is truncated"))
    counts.seconds = 1.5
    counts.preprocessing = "imagenet"
    counts.otherReadings = [
      OtherReading(reading: "labels + 1", advice: "--label-offset 1", images: 20, correct: 2, otherCorrect: 12)
    ]
    counts.classes = [
      ClassCount(label: 0, images: 10, top1Correct: 6), ClassCount(label: 2, images: 10, top1Correct: 6),
    ]
    counts.confusions = [Confusion(label: 0, predicted: 2, images: 4)]
    counts.warnings = warnings
    return counts
  }

  static let warnings: [Warning] = [
    .latencyVariation(coefficient: 0.034), .outliers(extreme: 3, tukey: 12, count: 500), .slowStart(change: 0.08),
    .drift(change: -0.04),
    .fallback(message: "Softmax runs on the CPU."), .sortedOutput, .testDataUnused(message: "It does not fit."),
    .indexOutOfRange(input: "ids", low: 0, high: 99, last: 49), .signatureChosen("first", of: ["first", "second"]),
    .brokenScores(notANumber: 20, infinite: 0, constant: 5, images: 25), .sharedMachine,
    .telemetryFailed(message: "The disk is full.", advice: "Free some space."), .governor("ondemand"),
    .loadAverage(3.5, cores: 4), .onBattery,
    .swapUsed(bytes: 300 << 20), .lowMemory(availableBytes: 100 << 20), .virtualMachine(hypervisor: "kvm"),
    .restrictedAffinity(allowed: 2, cores: 4), .recorded("it varies: look"),
  ]
}
