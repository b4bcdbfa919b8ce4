import AssayCore
import Foundation

@testable import Report

/// Runs whose figures are made up by a seeded generator: the four patterns of the thesis, with and without telemetry.
enum SampleRuns {
  enum Name: String, CaseIterable {
    case throttling, fourModes, steady, spread

    var run: ReportedRun {
      switch self {
      case .throttling: SampleRuns.throttling
      case .fourModes: SampleRuns.fourModes
      case .steady: SampleRuns.steady
      case .spread: SampleRuns.spread
      }
    }
  }

  static let host = HostDescription(
    cpu: "4 × Cortex-A72", architecture: "aarch64", board: "Raspberry Pi 4 Model B Rev 1.4", cores: 4, physicalCores: 4,
    allowedCores: 4, allowedPhysicalCores: 4, governor: "ondemand", memoryBytes: 3_980_000_000,
    os: "Debian GNU/Linux 12",
    kernel: "6.1.21-v8+")

  static func cell(
    _ model: String = "/models/mobilenet_v2_1.0_224_quant.tflite", on target: Target = Target(engine: "litert")
  ) -> CellReport {
    var cell = CellReport(
      CellSpec(
        model: ModelReference(
          path: model, format: .tflite, sha256: String(repeating: "a1b2c3d4", count: 8), bytes: 3_577_760),
        target: target, options: CellOptions(threads: 4), measure: .latency(RepetitionRule())))
    cell.engine = EngineReport(name: target.engine, version: "2.3.0", library: "/engines/\(target.engine)/lib.so")
    cell.status = .ok
    cell.loadMilliseconds = 12.3
    cell.firstInferenceMilliseconds = 71.4
    cell.warmUpCount = 12
    cell.harnessOverheadNanoseconds = 61
    cell.peakResidentBytes = 38_400_000
    return cell
  }

  /// What a device does: the latency at a time, in ms.
  typealias Pattern = (_ seconds: Double, inout SplitMix64) -> Double

  static func run(
    _ title: String, cell: CellReport = cell(), hours: Double = 3, pieces: Int = 720, telemetry: TelemetrySeries? = nil,
    pattern: Pattern
  ) -> ReportedRun {
    ReportedRun(
      title: title, report: cell, host: host, created: "2026-11-26T02:05:09.123Z",
      steadiness: report(seconds: hours * 3600, pieces: pieces, pattern: pattern), telemetry: telemetry)
  }

  /// A hundred inferences stand for each piece of the time.
  static func report(seconds: Double, pieces: Int, pattern: Pattern) -> SteadinessReport {
    var random = SplitMix64(seed: 7)
    let width = seconds / Double(pieces)
    var all: [Double] = []
    var columns: [[Double]] = []
    var report = SteadinessReport(count: 0, seconds: seconds)
    for piece in 0..<pieces {
      let start = Double(piece) * width
      let values = (0..<100).map { pattern(start + width * Double($0) / 100, &random) }
      let sorted = values.sorted()
      report.envelope.append(
        EnvelopePiece(
          start: start, end: start + width, count: 100, minimum: sorted[0], p50: sorted[50], p99: sorted[98],
          maximum: sorted[99]))
      columns.append(values)
      all += values
    }
    all.sort()
    report.count = all.count
    report.latency = summary(all)
    report.density = density(columns, all, seconds: seconds)
    report.quantiles = ((0...100).map { Double($0) / 100 } + [0.995, 0.999, 0.9995, 0.9999, 0.99999, 1]).map {
      QuantilePoint(probability: $0, latency: quantile(all, $0))
    }
    for half in [0.05, 0.1, 0.2] {
      let middle = quantile(all, 0.5)
      report.shares.append(share(all, middle * (1 - half), middle * (1 + half)))
    }
    report.densest = [0.5, 0.9, 0.95].map { part in
      let length = Int(part * Double(all.count))
      let start = (0..<all.count - length).min { all[$0 + length] - all[$0] < all[$1 + length] - all[$1] } ?? 0
      return share(all, all[start], all[start + length])
    }
    return report
  }

  static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    sorted[min(Int(probability * Double(sorted.count)), sorted.count - 1)]
  }

  private static func share(_ sorted: [Double], _ from: Double, _ to: Double) -> LatencyShare {
    let count = sorted.count { (from...to).contains($0) }
    return LatencyShare(from: from, to: to, count: count, share: Double(count) / Double(sorted.count))
  }

  private static func summary(_ sorted: [Double]) -> LatencySummary {
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    var summary = LatencySummary(
      count: sorted.count, mean: mean, standardDeviation: mean / 20, minimum: sorted[0],
      maximum: sorted[sorted.count - 1],
      p50: quantile(sorted, 0.5),
      histogram: LatencyHistogram(from: sorted[0], to: sorted[sorted.count - 1], counts: [1, 2, 1]))
    summary.p90 = quantile(sorted, 0.9)
    summary.p99 = quantile(sorted, 0.99)
    summary.p999 = quantile(sorted, 0.999)
    summary.medianInterval = [quantile(sorted, 0.498), quantile(sorted, 0.502)]
    return summary
  }

  private static func density(_ pieces: [[Double]], _ sorted: [Double], seconds: Double) -> LatencyDensity {
    let low = quantile(sorted, 0.0005) / 1.02
    let high = quantile(sorted, 0.9995) * 1.02
    let (columns, rows) = (min(250, pieces.count), 120)
    let step = log(high / low) / Double(rows)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: rows), count: columns)
    for (index, piece) in pieces.enumerated() {
      for value in piece {
        counts[index * columns / pieces.count][Int(min(max(log(value / low) / step, 0), Double(rows - 1)))] += 1
      }
    }
    return LatencyDensity(
      timeEdges: (0...columns).map { seconds * Double($0) / Double(columns) },
      latencyEdges: (0...rows).map { low * exp(step * Double($0)) }, counts: counts)
  }

  // MARK: The four patterns

  static func normal(_ random: inout SplitMix64) -> Double {
    let (one, two) = (Double.random(in: 1e-12...1, using: &random), Double.random(in: 0...1, using: &random))
    return (-2 * log(one)).squareRoot() * cos(2 * .pi * two)
  }

  /// Slows down by a third at 6000 s, as the clock falls.
  static let throttling: ReportedRun = {
    var run = SampleRuns.run("mobilenet_v2_1.0_224_quant.tflite on litert:cpu", telemetry: heating) { seconds, random in
      let level = seconds < 6000 ? 71.2 : 95.4
      let outlier = Double.random(in: 0...1, using: &random) < 0.004 ? Double.random(in: 5...60, using: &random) : 0
      return level * (1 + 0.012 * normal(&random)) + abs(0.8 * normal(&random)) + outlier
    }
    var shift = LevelShift(
      at: 6003, atRange: [5994, 6012], statistic: .median, from: 71.7, to: 96.0, change: 0.339,
      changeRange: [0.335, 0.342], pValue: 1e-9)
    shift.cause = .clock(.init(sensor: "CPU clock", from: 1500, to: 1100, temperature: 81, isThermal: true))
    let start = SlowStart(endsAt: 40, from: 73.1, to: 71.7)
    run.steadiness?.shifts = [shift]
    run.steadiness?.findings = [
      Finding(.throttling(shift), strength: .strong),
      Finding(.outliers(.init(maximum: 154, p99: 98.2, maximumOverMedian: 2.1)), strength: .moderate),
      Finding(.slowStart(start), strength: .weak),
    ]
    run.steadiness?.slowStart = start
    run.steadiness?.energy = EnergyUse(
      sensor: "INA3221 VDD_IN", joules: 58_200, meanWatts: 5.39, millijoulesPerInference: 452)
    run.steadiness?.trend = LatencyTrend(millisecondsPerHour: 0.04, range: [-0.02, 0.1], pValue: 0.21)
    return run
  }()

  /// Jumps between four speeds and stays at each for a while.
  static let fourModes: ReportedRun = {
    let centers = [36.1, 47.5, 61.0, 88.4]
    let steps = [0, 1, 3, 2, 1, 0, 3, 1, 2, 3, 1, 2]
    var run = SampleRuns.run(
      "squeezenet.xml on openvino:myriad",
      cell: cell("/models/squeezenet.xml", on: Target(engine: "openvino", device: "myriad"))
    ) { seconds, random in
      centers[steps[Int(seconds / 420) % steps.count]] * (1 + 0.01 * normal(&random))
    }
    guard let report = run.steadiness else { return run }
    run.steadiness?.modes = centers.enumerated().map { index, center in
      let activity = report.envelope.map { abs($0.p50 / center - 1) < 0.1 ? 1.0 : 0 }
      return LatencyMode(
        center: center, from: center * 0.96, to: center * 1.04,
        share: Double(steps.count { $0 == index }) / Double(steps.count),
        activity: activity)
    }
    let modes = run.steadiness?.modes ?? []
    run.steadiness?.findings = [
      Finding(
        .modes(modes.map { Finding.Mode(center: $0.center, share: $0.share) }),
        strength: .strong)
    ]
    return run
  }()

  static let steady: ReportedRun = {
    var run = SampleRuns.run(
      "inception_v3.onnx on onnxruntime:cpu", cell: cell("/models/inception_v3.onnx", on: Target(engine: "onnxruntime"))
    ) {
      1065 * (1 + 0.006 * normal(&$1) + 0 * $0)
    }
    run.steadiness?.findings = [
      Finding(
        .steady(.init(share: LatencyShare(from: 1050, to: 1080, count: 93, share: 0.93), isSearched: true)),
        strength: .strong)
    ]
    return run
  }()

  static let spread: ReportedRun = {
    var run = SampleRuns.run(
      "mobilenet_v1.onnx on tensorrt:gpu",
      cell: cell("/models/mobilenet_v1.onnx", on: Target(engine: "tensorrt", device: "gpu"))
    ) {
      0.62 * exp(0.22 * normal(&$1)) + (Double.random(in: 0...1, using: &$1) < 0.01 ? 1.6 : 0) + 0 * $0
    }
    run.steadiness?.findings = [
      Finding(
        .spread(
          .init(shares: [LatencyShare(from: 0.5, to: 1.004, count: 95, share: 0.95)], slowestOverFastest: 6.2)),
        strength: .moderate)
    ]
    return run
  }()

  // MARK: Telemetry

  /// A board that heats up, and lowers its clock at 6000 s.
  static let heating: TelemetrySeries = {
    var random = SplitMix64(seed: 3)
    let seconds = (0..<10_800).map(Double.init)
    func row(_ value: (Double) -> Double?) -> [Double?] { seconds.map(value) }
    func noise(_ scale: Double) -> Double { scale * normal(&random) }
    return TelemetrySeries(
      sensors: (0..<4).map {
        Sensor(
          id: "clock.cpu\($0)", name: "CPU \($0)", quantity: .clock,
          source: "/sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_cur_freq")
      } + [
        Sensor(
          id: "temperature.thermal.cpu-thermal", name: "cpu-thermal", quantity: .temperature,
          source: "/sys/class/thermal/thermal_zone0/temp"),
        Sensor(id: "power.ina3221", name: "VDD_IN", quantity: .power, source: "/sys/class/hwmon/hwmon3/power1_input"),
        Sensor(id: "throttled", name: "firmware", quantity: .throttled, source: "vcgencmd get_throttled"),
        Sensor(id: "memory.worker", name: "assay-worker", quantity: .workerMemory, source: "/proc/self/statm"),
        Sensor(id: "utilization", name: "all CPUs", quantity: .utilization, source: "/proc/stat"),
        Sensor(id: "steal", name: "all CPUs", quantity: .steal, source: "/proc/stat"),
      ],
      unavailable: [
        UnavailableSensor(name: "gpu", reason: "no nvidia-smi found"),
        UnavailableSensor(name: "context switches", reason: "/proc/stat has no line ctxt"),
      ], seconds: seconds,
      values: (0..<4).map { _ in
        row { $0 < 6000 ? 1500 : 1100 + ($0.truncatingRemainder(dividingBy: 97) < 9 ? 100 : 0) }
      } + [
        row { 46 + 35 * (1 - exp(-$0 / 1700)) + noise(0.25) },
        row { $0 > 4000 && $0 < 4300 ? nil : ($0 < 6000 ? 5.9 : 4.7) + noise(0.08) }, row { $0 < 6000 ? 0 : 1 },
        row { 36.5 + 0.00002 * $0 }, row { _ in 0.97 + noise(0.006) }, row { _ in 0 },
      ],
      events: [TelemetryEvent(seconds: 4000, kind: .sensorLost, detail: "VDD_IN did not answer for 300 s")])
  }()
}
