public import AssayCore

extension Goal {
  /// `p99`, `median`, `top-1`
  fileprivate var name: String {
    switch self {
    case .maximumLatency(.p50, _): "median"
    case .maximumLatency(.p999, _): "p99.9"
    case .maximumLatency(let statistic, _): statistic.rawValue
    case .minimumTop1: "top-1"
    case .minimumThroughput: "throughput"
    case .held: "steadiness"
    }
  }

  /// `p99 ≤ 20 ms`
  var text: String {
    switch self {
    case .maximumLatency: "\(name) ≤ \(limit)"
    case .minimumTop1, .minimumThroughput: "\(name) ≥ \(limit)"
    case .held: "level kept"
    }
  }

  private var limit: String {
    switch self {
    case .maximumLatency(_, let milliseconds): text(of: milliseconds)
    case .minimumTop1(let share): text(of: share)
    case .minimumThroughput(let perSecond): text(of: perSecond)
    case .held: ""
    }
  }

  /// A value with the unit of the goal.
  fileprivate func text(of value: Double) -> String {
    switch self {
    case .maximumLatency: "\(Figures.shortest(value)) ms"
    case .minimumTop1: "\(Figures.shortest(value * 100)) %"
    case .minimumThroughput: "\(Figures.shortest(value))/s"
    case .held: "median within \(Figures.roundPercent(value))"
    }
  }

  /// `p99 is 25.1 ms, the limit 20 ms`
  fileprivate func sentence(missedWith value: Double?) -> String {
    guard case .held = self else { return "\(name) is \(value.map(text) ?? "missing"), the limit \(limit)" }
    return "it did not hold"
  }
}

extension GoalOutcome {
  /// For a column: `met`, `top-1 missed`, `p99 unknown`.
  fileprivate var words: String {
    switch (result, goal) {
    case (.met, _): "met"
    case (.missed, .held): "not held"
    case (.missed, _): "\(goal.name) missed"
    case (.unknown, _): "\(goal.name) unknown"
    }
  }

  /// `met`, `missed`, `unknown`
  var word: String {
    switch result {
    case .met: "met"
    case .missed: "missed"
    case .unknown: "unknown"
    }
  }

  /// What was measured, or what is missing for that.
  var measured: String {
    switch result {
    case .met(let value), .missed(let value): value.map(goal.text) ?? ""
    case .unknown(let needed?): "needs \(needed) inferences"
    case .unknown(nil): ""
    }
  }

  fileprivate var clause: String {
    switch result {
    case .met: "\(goal.name) is met"
    case .missed(let value): goal.sentence(missedWith: value)
    case .unknown(let needed?): "\(goal.name) is unknown: it needs \(needed) inferences"
    case .unknown(nil) where goal == .held: "the run was too short to tell whether it holds"
    case .unknown(nil): "\(goal.name) was not measured"
    }
  }
}

extension RunReport {
  /// The goals that no cell reaches, in a sentence; `nil` if there are none.
  public var missedGoals: String? {
    missesGoals ? GoalText.sentence(self, name: RunTables(self).name) : nil
  }
}

/// Goals and their outcomes in words.
enum GoalText {
  /// The outcome of a cell in a column: what it missed, else what is unknown, else `met`; empty without a measurement.
  static func column(_ cell: CellReport) -> String {
    guard cell.status == .ok, !cell.goals.isEmpty else { return "" }
    let missed = cell.goals.filter { !$0.isMet && !$0.isUnknown }
    let shown = missed.isEmpty ? cell.goals.filter(\.isUnknown) : missed
    return shown.isEmpty ? "met" : shown.map(\.words).joined(separator: ", ")
  }

  /// Which cell is best within the goals, or how near the nearest comes; `nil` without goals or measurements.
  ///
  /// - Parameter name: of a cell, by what tells it from the others.
  static func sentence(_ report: RunReport, name: (CellReport) -> String) -> String? {
    guard let goals = report.goals else { return nil }
    let (word, verb) = goals.count == 1 ? ("goal", "is") : ("goals", "are")
    if let best = report.bestWithinGoals {
      if report.cells.count == 1 { return "The \(word) \(verb) met." }
      return "Best that meets the \(word): \(name(best)) (\(best.accuracy == nil ? "fastest" : "most accurate"))."
    }
    guard let nearest = report.nearestToGoals else { return nil }
    let clauses = nearest.goals.filter { !$0.isMet }.map(\.clause).joined(separator: "; ")
    return report.cells.count == 1
      ? "It does not meet the \(word): \(clauses)."
      : "No cell meets the \(word): nearest is \(name(nearest)) (\(clauses))."
  }
}
