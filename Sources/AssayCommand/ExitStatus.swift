import AssayCore

/// Exit statuses, from sysexits.h if it has one. Documentation/Exit-status.md explains each.
enum ExitStatus {
  /// A slowdown exceeds `--fail-above`.
  static let regression: Int32 = 3
  /// No cell reaches the goals, or a scenario is not valid by its rules.
  static let missedGoals: Int32 = 3
  /// `--fail-above` could not decide, and `--strict` does not let that pass.
  static let unsure: Int32 = 4

  /// A file or a saved run is damaged.
  static let damaged: Int32 = 65

  static func code(of error: AssayError) -> Int32 {
    switch error.code {
    case .usage: 64
    case .badModel, .badData: damaged
    case .engineUnavailable, .deviceUnavailable, .unsupported: 69
    case .inputOutput: 74
    case .interrupted: 130
    case .inferenceFailed, .crashed, .timedOut, .protocolViolation: 1
    }
  }

  /// That of the errors, or 1 if theirs differ; 0 for none.
  static func code(of errors: [AssayError]) -> Int32 {
    let codes = Set(errors.map { code(of: $0) })
    return codes.count > 1 ? 1 : codes.first ?? 0
  }

  /// The status of a whole run: 130 if the user stopped it, otherwise that of the failed cells, or 1 if they differ.
  ///
  /// A cell that its engine cannot run counts if no cell is ok, or with `isStrict`. If no cell counts, failed gates and goals that no cell reaches
  /// do, then unsure gates, and last a run that could not be saved.
  static func code(of report: RunReport, isStrict: Bool = false) -> Int32 {
    let cells = report.cells
    if cells.contains(where: { $0.status == .interrupted }) { return 130 }
    let failures = cells.filter { $0.status == .failed }
    let countsAll = isStrict || failures.isEmpty && !cells.contains { $0.status == .ok }
    let codes = Set((countsAll ? cells : failures).compactMap { $0.error.map(code) })
    if let status = codes.count > 1 ? 1 : codes.first { return status }
    let gates = code(of: report.baselineComparisons?.flatMap(\.comparison.gates) ?? [], isStrict: isStrict)
    if gates != regression, report.missesGoals || cells.contains(where: { $0.scenario?.isValid == false }) {
      return missedGoals
    }
    return gates ?? report.saveError.map(code) ?? 0
  }

  /// 3 if a gate fails, 4 if one is unsure and `isStrict`; `nil` if all pass.
  private static func code(of gates: [Gate], isStrict: Bool) -> Int32? {
    if gates.contains(where: { $0.outcome == .fail }) { return regression }
    return isStrict && gates.contains { $0.outcome == .unsure } ? unsure : nil
  }

  /// The status of a comparison: 130 if the user stopped it; that of the failed cells, or 1 if they differ; that of the
  /// gates; that of a cell that could not be saved.
  static func code(of report: ComparisonReport, isStrict: Bool) -> Int32 {
    if report.interleaving?.ending == .interrupted { return 130 }
    let errors = report.cells.compactMap(\.report?.error)
    let failures = errors.filter { $0.code != .interrupted }
    let codes = Set(failures.map(code))
    if let status = codes.count > 1 ? 1 : codes.first { return status }
    // A cell without a measurement is neither faster nor slower.
    if !errors.isEmpty { return 1 }
    return code(of: report.gates, isStrict: isStrict) ?? report.saveError.map(code) ?? 0
  }
}
