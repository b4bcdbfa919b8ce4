import AssayCore
import Datasets
import Foundation
import Launching
import Predictions
import RecordLog
import ResultStore
import Statistics

extension CellRun {
  /// Makes the report of a cell that has ended. Every report is made here.
  ///
  /// - Parameters:
  ///   - images: the data set of the cell.
  ///   - turns: the blocks that count, if the cell took turns; `nil` if all records count.
  ///   - ending: why the turns ended too early for this cell; `nil` if they did not.
  ///   - files: files to write for each cell.
  func report(
    images: DatasetSummary? = nil, turns: Turns? = nil, ending: AssayError? = nil, files: RequestedFiles
  ) -> CellReport {
    removeLeftovers()
    var report = unfinishedReport()
    if let warning = telemetry?.stop() { report.warnings.append(warning) }
    if sharesMachine { report.warnings.append(.sharedMachine) }
    report.warnings += stopWarnings
    report.peakResidentBytes = cell.measurement?.peakResidentBytes
    report.streams = cell.measurement?.streams.map { StreamsReport(counts: [], facts: $0) }
    report.turns = turns
    addAccuracy(to: &report, images: images)
    // The parent always stops a cell that takes turns.
    if let failure = cell.failure ?? ending ?? (turns == nil ? interruption : nil) {
      report.end(with: failure)
    } else {
      report.status = .ok
    }
    collectRecords(into: &report, files: files)
    copyPredictions(of: report, files: files) { report.end(with: $0) }
    report.judge(by: context.goals)
    return report
  }

  /// What is known before the worker starts.
  static func plannedReport(_ spec: CellSpec, _ job: CellJob, in context: RunContext) -> CellReport {
    var report = context.newReport(spec)
    report.cellID = spec.identity
    report.recordLog = job.recordLogPath
    report.via = context.machine.launch.via
    report.judge(by: context.goals)
    return report
  }

  /// The report without what follows from records.
  func unfinishedReport() -> CellReport {
    var report = Self.plannedReport(cell.spec, cell.job, in: context)
    if let engine = cell.engine {
      report.engine = EngineReport(name: engine.name, version: engine.version, library: engine.library)
    }
    if let session = cell.session {
      report.device = session.device
      report.inputs = session.inputs
      report.outputs = session.outputs
      report.inputsChosen = session.inputsChosen
      report.execution = session.execution
      report.loadMilliseconds = session.loadMilliseconds
      report.warnings = session.warnings + cell.warnings
    }
    if let warmUp = cell.warmUp {
      report.firstInferenceMilliseconds = warmUp.firstInferenceMilliseconds
      report.warmUpCount = warmUp.count
      report.deviceMilliseconds = warmUp.deviceMilliseconds
      report.harnessOverheadNanoseconds = warmUp.harnessOverheadNanoseconds
      report.outputs = warmUp.outputs
    }
    report.telemetry = telemetry?.path
    return report
  }

  private var interruption: AssayError? {
    cell.measurement?.stoppedEarly == true
      ? AssayError(.interrupted, "Interrupted; what was measured so far is kept.") : nil
  }

  private func addAccuracy(to report: inout CellReport, images: DatasetSummary?) {
    if let path = cell.job.predictionsPath, saver.keepsRecords, PredictionReader.hasRows(path) {
      report.predictions = path
    }
    guard let images, let counts = cell.counts, case .accuracy(let measure) = cell.spec.measure else { return }
    report.accuracy = AccuracyReport(
      counts, timing: measure.timing,
      dataset: images.description,
      classNames: images.classNames
    ) { WilsonInterval.interval(successes: $0, count: $1) }
    report.warnings += counts.warnings
  }

  /// Reads the record log, which exists however the worker ended, and keeps it if the run is saved or did not finish.
  private func collectRecords(into report: inout CellReport, files: RequestedFiles) {
    let path = cell.job.recordLogPath
    guard FileManager.default.fileExists(atPath: path) else {
      if writesRecords { report.end(withLost: .removedRecords(path)) }
      return dropRecords(of: &report)
    }
    do throws(AssayError) {
      let log = try RecordLogReader(opening: path)
      // The worker dies of SIGBUS when it touches what is no longer there.
      if log.publishedCount() > log.count() { report.end(withLost: .truncatedRecords(path)) }
      try RecordAnalysis.read(path, into: &report, host: context.machine.host, arrivals: cell.job.arrivals)
      try files.writeRecords(path, of: report, number: number)
      try files.writeSummary(path, of: report, number: number)
    } catch {
      report.end(withLost: writesRecords && error.code == .badData ? .truncatedRecords(path) : error)
    }
    // What cannot be read may hold records.
    let hasRecords = report.latency != nil || RecordLogReader.mayHoldRecords(path)
    let isKept = saver.keepsRecords || report.status != .ok
    if !hasRecords || !isKept {
      try? FileManager.default.removeItem(atPath: path)
      dropRecords(of: &report)
    }
  }

  /// Whether the worker has come to the point where it records every inference.
  private var writesRecords: Bool {
    if case .accuracy(let accuracy) = cell.spec.measure, accuracy.timing == .overlapped { return false }
    return hasBegun
  }

  /// Removes the sensors' log, too: without records it is useless.
  private func dropRecords(of report: inout CellReport) {
    report.telemetry.map { try? FileManager.default.removeItem(atPath: $0) }
    report.telemetry = nil
    report.recordLog = nil
  }

  private func copyPredictions(of report: CellReport, files: RequestedFiles, failed: (AssayError) -> Void) {
    guard let path = cell.job.predictionsPath else { return }
    guard FileManager.default.fileExists(atPath: path) else {
      guard report.status == .ok else { return }
      return failed(
        AssayError(
          .inputOutput, "The predictions \(path) were removed during the run.",
          advice: "Measure again, and keep other programs away from that folder."))
    }
    do throws(AssayError) {
      try files.writePredictions(path, of: report, number: number)
    } catch {
      failed(error)
    }
  }
}

extension CellReport {
  /// Sets the error if the cell has none, or one that a loss of records explains.
  fileprivate mutating func end(withLost failure: AssayError) {
    if error == nil || error?.code == .crashed { end(with: failure) }
  }

  /// Sets the error and the status that its code means.
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
