import AssayCore
import Datasets
import Foundation
import Launching
import RecordLog
import Report
import Statistics

/// Runs one cell in a worker and writes what came of it into its report.
struct CellRunner {
  let number: Int
  let plan: CellPlan
  let worker: Worker
  /// Where records and predictions are written for the user.
  let records: CellFiles?
  let predictions: CellFiles?
  /// What is known of the images, if the cell has some.
  let images: DatasetSummary?
  /// Whether the record log outlives a cell that ends well.
  let keepsRecords: Bool
  let stress: StressPlan?
  /// How long a run that goes on is to be, what came before included.
  let wholeRule: RepetitionRule

  /// - Parameter begun: is told of the cell when its records begin to come.
  func run(
    _ cell: inout CellReport, observer: some RunObserver, begun: (CellReport) -> Void
  ) {
    var outcome = WorkerOutcome()
    let watch = RecordWatch(path: plan.recordLogPath, stress: stress == nil ? nil : wholeRule)
    let telemetry = stress.map {
      TelemetryBesideRun($0, recordLog: plan.recordLogPath, resumption: plan.resumption)
    }
    let ticker = observer.tickSeconds.map { seconds in
      Worker.Ticker(everySeconds: seconds) {
        watch.update(sensors: telemetry?.readings).map { observer.measuring($0) }
      }
    }
    var failure = worker.run(WorkerRequest(.measure(plan)), ticker: ticker) { message, process in
      outcome.take(message)
      if case .measuring = message {
        telemetry?.measurementBegan(in: process)
        begun(description(of: cell, outcome, telemetry: telemetry?.path))
      }
      if case .counted(let counts) = message { watch.accuracy = counts }
    }
    if let warning = telemetry?.stop() { cell.warnings.append(warning) }
    cell.telemetry = telemetry?.path
    outcome.write(to: &cell)
    if let images, case .images(let workload) = plan.workload, let counts = outcome.finalCounts {
      cell.accuracy = AccuracyReport(
        counts, timing: workload.timing,
        dataset: images.description,
        classNames: images.classNames
      ) { WilsonInterval.interval(successes: $0, count: $1) }
      cell.warnings += counts.warnings
    }
    if failure == nil, outcome.measurement?.stoppedEarly == true {
      failure = AssayError(.interrupted, "Interrupted; what was measured so far is kept.")
    }
    if let failure { cell.end(with: failure) } else { cell.status = .ok }
    collectRecords(into: &cell)
    copyPredictions(of: &cell)
  }

  /// What is known of a cell before its first record.
  private func description(of cell: CellReport, _ outcome: WorkerOutcome, telemetry: String?) -> CellReport {
    var cell = cell
    outcome.write(to: &cell)
    cell.recordLog = plan.recordLogPath
    cell.telemetry = telemetry
    return cell
  }

  private func copyPredictions(of cell: inout CellReport) {
    guard let predictions, case .images(let images) = plan.workload,
      FileManager.default.fileExists(atPath: images.predictionsPath)
    else { return }
    do throws(AssayError) {
      try predictions.copy(images.predictionsPath, of: cell, number: number)
    } catch {
      cell.end(with: error)
    }
  }

  /// Without records, what the sensors said is of no use.
  private func dropTelemetry(of cell: inout CellReport) {
    cell.telemetry.map { try? FileManager.default.removeItem(atPath: $0) }
    cell.telemetry = nil
  }

  /// Reads the record log, which stands whatever became of the worker, and keeps it where the run was cut short.
  private func collectRecords(into cell: inout CellReport) {
    guard FileManager.default.fileExists(atPath: plan.recordLogPath) else { return dropTelemetry(of: &cell) }
    cell.recordLog = plan.recordLogPath
    do throws(AssayError) {
      let log = try RecordLogReader(opening: plan.recordLogPath)
      try CellAnalysis.read(log, into: &cell, batch: plan.options.batch, stress: stress)
      if let records { try RecordExporter.write(log, to: records.open(for: cell, number: number)) }
      if cell.latency == nil || (cell.status == .ok && !keepsRecords) {
        try? FileManager.default.removeItem(atPath: plan.recordLogPath)
        cell.recordLog = nil
        dropTelemetry(of: &cell)
      }
    } catch {
      cell.end(with: error)
    }
  }
}

extension CellReport {
  /// Ends the cell with an error, whose code decides the status.
  mutating func end(with failure: AssayError) {
    error = failure
    status =
      switch failure.code {
      case .interrupted: .interrupted
      case .unsupported: .unsupported
      default: .failed
      }
  }
}

extension OptionsReport {
  init(_ options: CellOptions, inputs: String) {
    self.init(threads: options.threads, batch: options.batch, seed: options.seed, inputs: inputs)
  }
}
