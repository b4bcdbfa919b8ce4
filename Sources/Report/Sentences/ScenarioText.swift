public import AssayCore

/// What a scenario of MLPerf gave, in words.
struct ScenarioText {
  private let measure: ScenarioMeasure
  private let report: ScenarioReport

  /// `nil` for a cell of another kind, or without a result.
  init?(_ cell: CellReport) {
    guard let measure = cell.spec.measure.scenario, let report = cell.scenario else { return nil }
    self.measure = measure
    self.report = report
  }

  /// `server, mlperf rules: 600 s, 459 queries, p99 within 15 ms at 20/s`
  static func conditions(_ measure: ScenarioMeasure) -> String {
    let rules = measure.rules
    var parts = [
      "\(Figures.shortest(rules.minimumSeconds)) s",
      "\(Figures.grouped(rules.minimumQueries)) \(measure.scenario == .offline ? "samples" : "queries")",
    ]
    if rules.samplesPerQuery > 1 { parts.append("\(rules.samplesPerQuery) samples a query") }
    if let percentile = rules.percentile {
      let bound = measure.latencyBound.map { " within \(Figures.shortest($0)) ms" } ?? ""
      let rate = measure.rate.map { " at \(Figures.shortest($0))/s" } ?? ""
      parts.append(name(of: percentile) + bound + rate)
    }
    return "\(measure.scenario.rawValue), \(rules.base.rawValue) rules: \(parts.joined(separator: ", "))"
  }

  var validity: String { report.isValid ? "VALID" : "INVALID" }

  /// The number that MLPerf takes: `p90 ≤ 12.3 ms`, `123/s`.
  var headline: String {
    switch measure.scenario {
    case .singleStream, .multiStream:
      report.estimate.map { "\(percentileName) ≤ \(Figures.milliseconds($0))" } ?? "no estimate"
    case .server, .offline:
      report.completedPerSecond.map { "\(Figures.short($0))/s" } ?? "no rate"
    }
  }

  /// The result, what is missing for a valid one, and how punctual queries were.
  var sentences: [String] {
    ["\(validity): \(result)"] + report.constraints.filter { !$0.isMet }.map(missing)
      + [punctuality, search].compactMap(\.self)
  }

  private var result: String {
    let queries = "\(Figures.grouped(report.queries)) queries in \(Figures.duration(report.seconds))"
    switch measure.scenario {
    case .singleStream, .multiStream:
      let plain = report.percentile.map { "\(percentileName) of \(queries) is \(Figures.milliseconds($0))" } ?? queries
      guard let estimate = report.estimate, let discarded = report.discarded else { return plain + "." }
      return
        "\(plain). With 99 % confidence it is at most \(Figures.milliseconds(estimate)): early stopping, without the "
        + "\(Figures.grouped(discarded)) slowest."
    case .server:
      let late = report.lateQueries.map { "\(Figures.grouped($0)) above the bound" } ?? ""
      let plain = report.percentile.map { "\(percentileName) is \(Figures.milliseconds($0)), " } ?? ""
      return
        "\(queries), \(report.completedPerSecond.map { Figures.short($0) } ?? "none") done a second. \(plain)\(late)."
    case .offline:
      return
        "\(Figures.grouped(report.samples)) samples in \(Figures.duration(report.seconds)), "
        + "\(Figures.short(report.completedPerSecond ?? 0)) a second on \(report.streams) stream\(report.streams == 1 ? "" : "s")."
    }
  }

  /// What a constraint lacks, and what to do about it.
  private func missing(_ constraint: ScenarioConstraint) -> String {
    let (needed, found) = (ScenarioConstraint.count(constraint.needed), ScenarioConstraint.count(constraint.found))
    switch constraint.kind {
    case .duration:
      return
        "It lasted \(Figures.duration(constraint.found)) of \(Figures.duration(constraint.needed)): let it run to its end."
    case .queries:
      return "\(Figures.grouped(found)) of \(Figures.grouped(needed)) were issued: let it run to its end."
    case .latency:
      return
        "\(percentileName) is \(Figures.milliseconds(constraint.found)), above \(Figures.milliseconds(constraint.needed)): lower --rate."
    case .earlyStopping where measure.scenario == .server:
      return
        "With \(Figures.grouped(report.lateQueries ?? 0)) queries above the bound, \(percentileName) is not known with 99 % confidence "
        + "to be within it: lower --rate, or run longer, with --min-queries \(needed) if no other is."
    case .earlyStopping:
      return "\(percentileName) needs \(Figures.grouped(needed)) queries for 99 % confidence: --min-queries \(needed)"
    }
  }

  private var punctuality: String? {
    guard let lateness = report.lateness else { return nil }
    return
      "Of queries that found a free stream, \(Figures.percent(lateness.shareInTime)) were issued within 50 µs of their time, 99 % within "
      + "\(Figures.short(lateness.p99)) µs, all within \(Figures.short(lateness.maximum)) µs."
  }

  private var search: String? {
    guard let trials = report.peakTrials, let rate = measure.rate else { return nil }
    let count = "\(trials.count) run\(trials.count == 1 ? "" : "s") before"
    let missed = trials.filter { !$0.isHeld }.map(\.rate).min()
    guard trials.contains(where: \.isHeld) else {
      return "No rate down to \(Figures.short(rate))/s kept within the bound, in \(count)."
    }
    let above = missed.map { "; \(Figures.short($0))/s was too much" } ?? ""
    return "The search took \(count)\(above)."
  }

  private var percentileName: String { Self.name(of: measure.rules.percentile ?? 0) }

  private static func name(of percentile: Double) -> String { "p\(Figures.shortest(percentile))" }
}

extension ScenarioConstraint {
  /// `Duration`
  var name: String {
    switch kind {
    case .duration: "Duration"
    case .queries: "Queries"
    case .latency: "Latency"
    case .earlyStopping: "Early stopping"
    }
  }

  /// A value with its unit.
  func text(_ value: Double) -> String {
    switch kind {
    case .duration: "\(Figures.short(value)) s"
    case .latency: Figures.milliseconds(value)
    case .queries, .earlyStopping: Figures.grouped(Self.count(value))
    }
  }

  /// A saved run that was damaged can hold any number.
  fileprivate static func count(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? .max }
}

extension PeakTrial {
  /// `40.5/s: 12.3 ms, held`
  public var text: String {
    let latency = percentile.map { "\(Figures.milliseconds($0)), " } ?? ""
    return "\(Figures.short(rate))/s: \(latency)\(isHeld ? "held" : "missed")\(isFull ? " in a full run" : "")"
  }
}
