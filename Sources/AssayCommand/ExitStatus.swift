import AssayCore

/// Exit statuses, after sysexits.h where it has one.
enum ExitStatus {
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
}
