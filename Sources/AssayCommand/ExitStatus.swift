import AssayCore

/// Exit statuses, after sysexits.h where it has one.
enum ExitStatus {
  /// Something is slower than it may be.
  static let regression: Int32 = 3

  static func code(of error: AssayError) -> Int32 {
    switch error.code {
    case .usage: 64
    case .badModel, .badData: 65
    case .engineUnavailable, .deviceUnavailable, .unsupported: 69
    case .inputOutput: 74
    case .interrupted: 130
    case .inferenceFailed, .crashed, .timedOut, .protocolViolation: 1
    }
  }

  /// The status of a whole run: 0 where every cell is ok, or was left out because its engine cannot read the model while others could; the
  /// reason where all failures have the same one; else 1. A run that could not be saved counts where all else is well.
  static func code(of report: RunReport) -> Int32 {
    let cells = report.cells
    if cells.contains(where: { $0.status == .interrupted }) { return 130 }
    let failures = cells.filter { $0.status == .failed }
    let counted = failures.isEmpty && !cells.contains { $0.status == .ok } ? cells : failures
    let codes = Set(counted.compactMap { $0.error.map(code) })
    return codes.count > 1 ? 1 : codes.first ?? report.saveError.map(code) ?? 0
  }

  /// The status of a comparison: 130 where the user stopped it; that of the cells that failed, or 1 where they have several; 3 where a cell is
  /// slower than the reference by more than `failAbove`.
  static func code(of report: ComparisonReport, failAbove: Double?) -> Int32 {
    if report.interleaving?.ending == .interrupted { return 130 }
    let errors = report.cells.compactMap(\.report?.error)
    let failures = errors.filter { $0.code != .interrupted }
    let codes = Set(failures.map(code))
    if let status = codes.count > 1 ? 1 : codes.first { return status }
    // A cell that was not measured at all leaves the question open.
    if !errors.isEmpty { return 1 }
    return failAbove.map { report.slowdowns(above: $0).isEmpty ? 0 : regression } ?? 0
  }
}
