import AssayCore

/// One run on a page: the result in words and figures, and the tables.
struct RunSection {
  let run: ReportedRun
  let unit: LatencyUnit

  init(_ run: ReportedRun) {
    self.run = run
    unit = LatencyUnit(fitting: run.summary.map { [$0.p50] } ?? [])
  }

  // MARK: Words

  /// The result in one line.
  var verdict: String {
    if run.report.status != .ok, run.summary == nil {
      return
        "\(run.report.status == .interrupted ? "Interrupted" : "Not measured"): \(run.report.error?.message.printable ?? run.report.status.rawValue)"
    }
    guard let summary = run.summary else {
      let share = run.report.accuracy?.top(1)?.share
      return share.map { "Top-1 is \(Figures.percent($0)); latencies were not recorded." }
        ?? "Latencies were not recorded."
    }
    return "\(words) Median \(unit.text(summary.p50))\(summary.p99.map { ", p99 \(unit.text($0))" } ?? "")."
  }

  /// The strongest finding in a few words, and how the run ended.
  var words: String {
    guard run.summary != nil else { return verdict }
    let found =
      shownFindings.first { $0.code != .competingLoad }?.headline ?? LoadText(run.report)?.headline
      ?? "Nothing unusual was found."
    return switch run.report.status {
    case .ok: found
    case .interrupted: "\(found) The run was interrupted."
    default: "\(found) The run failed\(reason)"
    }
  }

  /// `: The worker crashed.`, the first sentence of the error.
  private var reason: String {
    guard let message = run.report.error?.message.printable, !message.isEmpty else { return "." }
    let end = message.firstRange(of: ". ").map { message[..<$0.lowerBound] } ?? message[...]
    return ": \(end)\(end.hasSuffix(".") ? "" : ".")"
  }

  /// Why there are no charts of records.
  var withoutRecords: HTML {
    guard run.recordsProblem != nil || run.steadiness == nil || run.summary == nil else { return .empty }
    let sentence =
      run.recordsProblem?.printable
      ?? (run.summary == nil
        ? "This run has no records and no latencies, so there is nothing to draw."
        : "This run has no records; only its stored summary is shown.")
    return "<p class=\"note\">\(sentence)</p>"
  }

  var answer: HTML { "\(findings)\(tiles)" }

  private static let maximumFindings = 50

  /// Along a ramp latencies change because the rate does.
  private var shownFindings: [Finding] {
    (run.steadiness?.findings ?? []).filter { !run.report.spec.measure.isRamp || $0.code == .competingLoad }
  }

  private var findings: HTML {
    let findings = shownFindings
    guard !findings.isEmpty else { return .empty }
    let excerpt = Excerpt(first: findings, limit: Self.maximumFindings)
    let items: [HTML] = excerpt.shown.map { finding in
      "<li><span class=\"strength \(finding.strength.rawValue)\">\(finding.strength.rawValue)</span><span>\(finding.sentence.printable)</span></li>"
    }
    let rest: HTML = excerpt.rest.map { "<li><span></span><span>\($0)</span></li>" } ?? .empty
    return "<ul class=\"findings\">\(items)\(rest)</ul>"
  }

  // MARK: Figures

  private typealias Tile = (name: String, value: String, note: String?)

  private var tiles: HTML {
    let tiles: [HTML] = (scenarioTiles + latencyTiles + accuracyTiles).map { tile in
      "<div class=\"tile\"><dt>\(tile.name)</dt><dd><b>\(tile.value)</b>\(tile.note.map { "<small>\($0)</small>" as HTML } ?? .empty)</dd></div>"
    }
    return tiles.isEmpty ? .empty : "<dl class=\"tiles\">\(tiles)</dl>"
  }

  private var latencyTiles: [Tile] {
    guard let summary = run.summary else { return [] }
    let interval = summary.medianInterval.map { interval in
      "95 %: \(interval.map { Figures.short($0 * unit.factor) }.joined(separator: " – "))"
    }
    var tiles: [Tile] = [("Median", unit.text(summary.p50), interval)]
    if let p99 = summary.p99 { tiles.append(("p99", unit.text(p99), "one in 100 is slower")) }
    if let p999 = summary.p999 { tiles.append(("p99.9", unit.text(p999), "one in 1000 is slower")) }
    tiles.append(("Slowest", unit.text(summary.maximum), "fastest \(unit.text(summary.minimum))"))
    let seconds = run.steadiness?.seconds
    tiles.append(("Inferences", Figures.grouped(summary.count), seconds.map { "in \(Figures.duration($0))" }))
    // Of images, what counts is the rate with decoding, which stands beside the accuracy.
    if run.report.accuracy == nil,
      let rate = run.report.rate?.samples ?? seconds.flatMap({ $0 > 0 ? Double(summary.count) / $0 : nil })
    {
      let inferences = run.report.rate.flatMap {
        $0.inferences == rate ? nil : "\(Figures.short($0.inferences)) inferences/s"
      }
      tiles.append((inferences == nil ? "Throughput" : "Samples", "\(Figures.short(rate))/s", inferences))
    }
    if let energy = run.steadiness?.energy {
      tiles.append(
        (
          "Energy", "\(Figures.short(energy.millijoulesPerInference)) mJ",
          "an inference, at \(Figures.short(energy.meanWatts)) W"
        ))
    }
    return tiles
  }

  private var scenarioTiles: [Tile] {
    guard let text = ScenarioText(run.report), let scenario = run.report.spec.measure.scenario?.scenario else {
      return []
    }
    return [(scenario.rawValue, text.headline, text.validity)]
  }

  private var accuracyTiles: [Tile] {
    guard let accuracy = run.report.accuracy else { return [] }
    let shares: [Tile] = accuracy.top.compactMap { top in
      top.share.map { ("Top-\(top.k)", Figures.percent($0), top.interval.map { "95 %: \(Figures.percentRange($0))" }) }
    }
    let rate: [Tile] =
      accuracy.imagesPerSecond.map { [("Images", "\(Figures.significant($0))/s", "with decoding")] } ?? []
    return shares + rate
  }
}
