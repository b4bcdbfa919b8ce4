public import AssayCore
import Statistics

extension Gate {
  /// The outcome in one line, with what it rests on:
  /// `FAIL: measured +41 %, limit +5 % (99 %: +35 % – +48 %). A slowdown of 4.4 % could have been seen.`
  ///
  /// - Parameters:
  ///   - name: of the cell, if there are several.
  ///   - spread: of the runs that are compared; `nil` for cells that took turns.
  func line(name: String?, spread: RunSpread?) -> String {
    let ends = interval.map { " (99 %: " + $0.map { Figures.change($0 - 1) }.joined(separator: " – ") + ")" } ?? ""
    let cell = name.map { "\($0): " } ?? ""
    return "\(outcome.rawValue.uppercased()): \(cell)measured \(Figures.change(ratio - 1)), "
      + "limit \(Figures.change(limit))\(ends). \(sensitivity(spread))"
  }

  /// What slowdown could have been seen at all, and what to do if that does not suffice.
  private func sensitivity(_ spread: RunSpread?) -> String {
    guard let detectable else {
      return "There are too few inferences for an interval: measure longer."
    }
    let seen = "slowdown of \(Figures.change(detectable).dropFirst()) could have been seen"
    return switch doubt {
    case nil where detectable > limit && outcome == .pass: "A slowdown above the limit is excluded."
    case nil: "A \(seen)."
    case .fewEarlierRuns:
      "Only a \(seen): the runs are of different times, and \(Figures.earlierRuns(spread?.earlierRuns ?? 0)) of the cell "
        + "cannot tell how much these differ (\(RunVariance.minimumRunCount) can). Let both take turns (bench --live, or compare of cells)."
    case .fastestUnchanged:
      "Its fastest inference is hardly slower than the reference's: other programs may be the cause. Let both take turns "
        + "(bench --live, or compare of cells)."
    case .noInterval, .wideInterval:
      "Only a \(seen): "
        + (spread == nil
          ? "measure longer, as with --max-time 300." : "let both take turns (bench --live, or compare of cells).")
    }
  }
}

extension StoredRun {
  /// What `--fail-above` said, in one line; `nil` without it.
  var gateLine: String? {
    report.against.map { against in
      against.gate.line(name: "run \(id) against run \(against.baseline)", spread: against.runSpread)
    }
  }
}

extension RunSpread {
  /// What the intervals hold besides the noise within the runs.
  var sentence: String {
    if let deviation {
      return "The runs are of different times: the intervals include that two runs of the cell differ by "
        + "\(Figures.roundPercent(deviation)) (standard deviation, from \(Figures.earlierRuns(earlierRuns)))."
        + (referenceDrift.map {
          " The reference lies \(Figures.roundPercent($0)) from the other runs of its cell, which is included: measure it again, or let both take turns."
        } ?? "")
    }
    return "The runs are of different times, and \(Figures.earlierRuns(earlierRuns)) of the cell cannot tell how much "
      + "these differ (\(RunVariance.minimumRunCount) can): the intervals assume up to \(Figures.significant(assumedRatio ?? 1, digits: 2)) ×."
  }
}

extension ComparisonReport {
  /// A line for each cell that `--fail-above` decided about.
  public var gateLines: [String] {
    let tables = ComparisonTables(self)
    return comparisons.compactMap { comparison in
      comparison.gate?.line(
        name: comparisons.count > 1 ? tables.name(comparison.cell) : nil, spread: comparison.runSpread)
    }
  }
}

extension RunReport {
  /// A line for each cell that `--fail-above` decided about.
  public var gateLines: [String] {
    let tables = RunTables(self)
    let comparisons = baselineComparisons ?? []
    return comparisons.flatMap { found in
      let cell = cells[found.cell - 1]
      return found.comparison.comparisons.compactMap { comparison in
        comparison.gate?.line(
          name: comparisons.count > 1 ? tables.name(cell).printable : nil, spread: comparison.runSpread)
      }
    }
  }
}
