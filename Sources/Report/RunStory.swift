public import AssayCore

/// A saved run in full, as text.
public struct RunStory {
  private let run: StoredRun
  private let log: String
  private let telemetry: TelemetrySeries?

  /// - Parameters:
  ///   - log: the state of the record log, in words.
  ///   - telemetry: the readings of the sensors, if there are any.
  public init(_ run: StoredRun, log: String, telemetry: TelemetrySeries? = nil) {
    self.run = run
    self.log = log
    self.telemetry = telemetry
  }

  public func text() -> String {
    let cell = run.report
    let tags = run.tags.isEmpty ? "" : " · \(run.tags.joined(separator: ", ").printable)"
    var parts = [
      "Run \(run.id) · \(run.kind.rawValue) · \(cell.status.rawValue) · \(RunList.minute(run.created)) UTC\(tags)\n",
      section("Cell", cellFacts()),
    ]
    if let error = cell.error {
      parts.append("Error\n" + indented("\(error)") + (error.outputTail.map(indented) ?? ""))
    }
    if let steadiness = cell.steadiness {
      parts.append(list("Findings", SteadinessText.lines(steadiness)))
    }
    if !cell.goals.isEmpty {
      parts.append(
        section(
          "Goals", cell.goals.map { ($0.goal.text, "\($0.word)\($0.measured.isEmpty ? "" : ": \($0.measured)")") }))
    }
    if let line = run.gateLine { parts.append(list("Gate", [line])) }
    if let telemetry { parts.append(section("Sensors", TelemetryText.facts(telemetry))) }
    if let latency = cell.latency {
      parts.append(section("Latency", latencyFacts(latency)))
      parts.append("Histogram\n" + Self.histogram(latency.histogram))
    }
    let execution = ExecutionText.sentences(of: cell)
    if !execution.isEmpty { parts.append(list("What the engine made of the model", execution.map { "\($0)." })) }
    if let accuracy = cell.accuracy { parts.append(section("Accuracy", accuracyFacts(accuracy))) }
    let warnings = (run.host.warnings + cell.warnings).map(\.text)
    if !warnings.isEmpty { parts.append(list("Warnings", warnings)) }
    parts.append(section("Records", recordFacts()))
    parts.append("Host\n" + DiagnosisText.host(run.host))
    let environment = run.environment.sorted { $0.key < $1.key }.map { ($0.key, Optional($0.value)) }
    if !environment.isEmpty { parts.append(section("Environment", environment)) }
    return parts.joined(separator: "\n").printableLines
  }

  private func cellFacts() -> [(String, String?)] {
    let cell = run.report
    let spec = run.spec
    let shapes = spec.options.shapes.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }
    return [
      ("Model", spec.model.path), ("SHA-256", cell.model.sha256), ("Size", cell.model.bytes.map(Figures.bytes)),
      ("Converted", cell.model.conversion?.facts),
      ("Target", spec.target.description), ("Device", cell.device),
      ("Engine", cell.engine.name + (cell.engine.version.map { " \($0)" } ?? "")), ("Library", cell.engine.library),
      ("Threads", "\(cell.options.threads)"), ("Batch", cell.options.batch.map { "\($0)" }),
      ("Shapes", shapes.isEmpty ? nil : shapes.joined(separator: ", ")), ("Seed", "\(cell.options.seed)"),
      ("Inputs", spec.inputs),
      ("Load", cell.loadMilliseconds.map(Figures.milliseconds)),
      ("First", cell.firstInferenceMilliseconds.map(Figures.milliseconds)),
      ("Warm-up", cell.warmUpCount.map { "\($0) inferences" }),
      ("Peak memory", cell.peakResidentBytes.map(Figures.bytes)), ("Assay", run.assay),
      ("Commit", cell.origin?.revision), ("Note", cell.origin?.note),
    ]
  }

  private func latencyFacts(_ latency: LatencySummary) -> [(String, String?)] {
    let interval = latency.medianInterval.map { " (95 %: \(Figures.short($0[0])) – \(Figures.short($0[1])))" } ?? ""
    return [
      ("Count", "\(latency.count)"), ("Median", Figures.milliseconds(latency.p50) + interval),
      ("Mean", Figures.milliseconds(latency.mean)), ("Deviation", latency.standardDeviation.map(Figures.milliseconds)),
      ("Minimum", Figures.milliseconds(latency.minimum)), ("p90", latency.p90.map(Figures.milliseconds)),
      ("p95", latency.p95.map(Figures.milliseconds)), ("p99", latency.p99.map(Figures.milliseconds)),
      ("p99.9", latency.p999.map(Figures.milliseconds)), ("Maximum", Figures.milliseconds(latency.maximum)),
      ("Inferences", run.report.rate.map { "\(Figures.short($0.inferences))/s" }),
      ("Samples", run.report.rate.map { "\(Figures.short($0.samples))/s" }),
      ("Harness", run.report.harnessOverheadNanoseconds.map { "\(Figures.short($0)) ns an inference" }),
    ]
  }

  private func accuracyFacts(_ accuracy: AccuracyReport) -> [(String, String?)] {
    let shares = accuracy.top.map { top in
      let interval = top.interval.map { " (95 %: \(Figures.percentRange($0)))" } ?? ""
      return ("Top-\(top.k)", top.share.map { Figures.percent($0) + interval })
    }
    return [("Images", "\(accuracy.images)"), ("Data set", accuracy.dataset.text)] + shares + [
      ("Unreadable", "\(accuracy.unreadableCount)"), ("Prepared", accuracy.preprocessing),
      ("Timing", accuracy.timing.rawValue),
      ("Rate", accuracy.imagesPerSecond.map { "\(Figures.short($0)) images/s" }),
    ]
  }

  private func recordFacts() -> [(String, String?)] {
    [
      ("Log", run.report.recordLog), ("Telemetry", run.report.telemetry), ("State", log),
      ("Count", run.log.map { "\($0.count)" }),
      ("Size", run.log.map { Figures.bytes($0.bytes) }), ("SHA-256", run.log?.sha256),
    ]
  }

  /// One line per bin: its lower end, a bar, its count; then what lies above them all.
  static func histogram(_ histogram: LatencyHistogram) -> String {
    let highest = max(histogram.counts.max() ?? 0, histogram.overflow, 1)
    let width = (histogram.to - histogram.from) / Double(max(histogram.counts.count, 1))
    var counts = histogram.counts
    var bounds = counts.indices.map { Figures.short(histogram.from + width * Double($0)) }
    if histogram.overflow > 0 {
      counts.append(histogram.overflow)
      bounds.append("> \(Figures.short(histogram.to))")
    }
    let margin = bounds.map(\.count).max() ?? 0
    return zip(bounds, counts).map { bound, count in
      let length = count == 0 ? 0 : max(1, count * 50 / highest)
      let padding = String(repeating: " ", count: margin - bound.count)
      let bar = String(repeating: "█", count: length)
      return "  \(padding)\(bound) ms  \(bar)\(length > 0 ? " " : "")\(count)\n"
    }.joined()
  }

  private func section(_ title: String, _ facts: [(String, String?)]) -> String {
    title + "\n"
      + facts.compactMap { name, fact in
        fact.map { "  \(name)\(String(repeating: " ", count: max(13 - name.count, 0))) \($0.printable)\n" }
      }.joined()
  }

  private func list(_ title: String, _ lines: [String]) -> String {
    let excerpt = Excerpt(first: lines, limit: 200)
    return title + excerpt.note + "\n" + excerpt.shown.map(indented).joined()
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }
}
