import AssayCore
import Foundation
import Statistics

/// What stands of a cell that took turns with others in the results.
enum LiveCellReport {
  static func make(
    _ member: InterleavedMeasurement.Member, model: ModelReport, ending: Interleaving.Ending
  ) -> CellReport {
    let plan = member.plan
    var cell = CellReport(
      model: model, engine: EngineReport(name: plan.target.engine), device: plan.target.device,
      options: OptionsReport(plan.options, inputs: "random"))
    member.outcome.write(to: &cell)
    if let failure = member.failure {
      cell.end(with: failure)
    } else if member.blocks.isEmpty {
      cell.end(with: AssayError(.interrupted, "The comparison ended before every cell had run a block."))
    } else if ending == .interrupted {
      cell.end(with: AssayError(.interrupted, "Interrupted; what was measured so far is kept."))
    } else {
      cell.status = .ok
    }
    var distribution = DurationDistribution(member.blocks.joined())
    if let summary = LatencySummary(&distribution) {
      cell.latency = summary
      cell.throughputPerSecond = 1000 / max(summary.mean, 1e-6) * Double(plan.options.batch ?? 1)
    }
    keepRecords(of: plan, in: &cell)
    return cell
  }

  /// The log of a cell that was cut short is kept, as after any other run.
  private static func keepRecords(of plan: CellPlan, in cell: inout CellReport) {
    if cell.status == .ok || cell.latency == nil {
      try? FileManager.default.removeItem(atPath: plan.recordLogPath)
    } else {
      cell.recordLog = plan.recordLogPath
    }
  }
}
