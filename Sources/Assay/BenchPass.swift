import AssayCore
import Foundation
import Launching
import Platform
import ResultStore

/// One pass over the cells of a bench.
struct BenchPass {
  private var bench: Bench
  private let saver: RunSaver
  private let files: RequestedFiles
  private var models: ModelLookup
  private var inputs: InputLookup
  private var images: ImageLists
  private var report: RunReport
  /// The prediction files of cells, by index.
  private var predictions: [(cell: Int, path: String)] = []

  private var context: RunContext { bench.context }

  /// - Throws: if nothing can be measured: unusable images, no writable folder.
  init(_ bench: Bench) throws(AssayError) {
    self.bench = bench
    saver = RunSaver(bench.context)
    models = ModelLookup(bench.context.digests)
    inputs = InputLookup(bench.context.digests)
    files = try RequestedFiles(bench.context, cells: bench.cells)
    images = try ImageLists(bench.cells)
    report = bench.context.newRunReport()
    bench.context.events.send(
      .plan(EventPlan(cells: bench.cells, images: images.description, resumed: bench.resumption?.point)))
  }

  /// Measures the cell at an index. A failure ends up in its report.
  ///
  /// - Throws: `.inputOutput`, if its files cannot be created.
  @discardableResult
  mutating func measure(_ index: Int) throws(AssayError) -> CellReport {
    let number = index + 1
    context.events.send(.cellStarted(cell: number))
    let context = context(ofCell: index)
    var cell = context.newReport(bench.cells[index])
    do throws(AssayError) {
      try run(&cell, number: number, in: context)
    } catch {
      cell.end(with: error)
    }
    report.cells.append(cell)
    context.events.send(.ended(cell: number, cell))
    if let run = cell.runID { context.events.send(.saved(cell: number, run: run)) }
    return cell
  }

  /// Adds a cell, about the same images as one that was there from the beginning, and measures it.
  mutating func measure(_ cell: CellSpec) throws(AssayError) -> CellReport {
    bench.cells.append(cell)
    return try measure(bench.cells.count - 1)
  }

  /// The first failure to save a run.
  var saveError: AssayError? { saver.failure }

  /// The surroundings of one cell: the study that it belongs to is known before it begins, so that a run that is killed belongs to it too.
  private func context(ofCell index: Int) -> RunContext {
    var context = bench.context
    if bench.memberships.indices.contains(index) { context.study = bench.memberships[index] }
    return context
  }

  private mutating func run(_ cell: inout CellReport, number: Int, in context: RunContext) throws(AssayError) {
    guard context.interrupts?.isInterrupted != true else {
      throw AssayError(.interrupted, "Interrupted before it began.")
    }
    let start = WorkerGroup.now
    try models.complete(&cell.spec.model)
    try bench.conversions?.complete(&cell.spec, in: context)
    try inputs.complete(&cell.spec)
    cell.cellID = cell.spec.identity
    try bench.resumption?.check(cell.spec)
    let list = cell.spec.measure.images.flatMap { images[$0] }
    let job = try makeJob(cell.spec, images: list)
    let run = try CellRun(
      cell.spec, job, number: number, saver: saver, group: context.newGroup(), context: context,
      resumes: bench.resumption?.runID)
    run.waitForEnd()
    cell = run.report(images: list?.summary, files: files)
    if !bench.peakTrials.isEmpty { cell.scenario?.peakTrials = bench.peakTrials }
    cell.study?.seconds = WorkerGroup.now - start
    if let path = job.predictionsPath, FileManager.default.fileExists(atPath: path) {
      predictions.append((number - 1, path))
    }
    // A saved run that could not be continued stays unchanged.
    if run.hasBegun || bench.resumption == nil {
      saver.save(&cell, claim: run.claim, resumes: bench.resumption?.runID)
    } else {
      saver.release(run.claim)
    }
  }

  private func makeJob(_ spec: CellSpec, images: PreparedImages?) throws(AssayError) -> CellJob {
    let recordLog =
      if let resumption = bench.resumption { resumption.recordLog } else { try context.newRecordLog() }
    var job = CellJob(
      recordLogPath: recordLog, resumePoint: bench.resumption?.point, images: images?.manifest,
      inputFiles: spec.options.given.files)
    if case .accuracy = spec.measure { job.predictionsPath = RunFiles.predictions(beside: recordLog) }
    return job
  }

  /// Compares the predictions of the same images, and moves the baseline.
  ///
  /// - Throws: `.inputOutput`, `.badData` if predictions cannot be read.
  mutating func finish() throws(AssayError) -> RunReport {
    let differences = try accuracyDifferences()
    report.accuracyDifferences = differences.isEmpty ? nil : differences
    if bench.comparesAgreement, !classified.isEmpty {
      report.agreement = try AccuracyComparison.agreement(classified)
    }
    report.addFrontiers()
    saver.moveBaseline(to: report.cells)
    report.saveError = saver.failure
    return report
  }

  /// Each cell that has classified images beside the first.
  ///
  /// - Throws: `.badData` if predictions cannot be read.
  func accuracyDifferences() throws(AssayError) -> [AccuracyDifference] {
    guard let first = classified.first, let ranks = report.cells[first.cell].accuracy?.top.map(\.k) else { return [] }
    return try AccuracyComparison.differences(classified, ranks: ranks)
  }

  /// The predictions of cells that are ok.
  private var classified: [AccuracyComparison.Predictions] {
    predictions.filter { report.cells[$0.cell].status == .ok }.map { file in
      AccuracyComparison.Predictions(
        cell: file.cell, path: file.path, count: report.cells[file.cell].accuracy?.preparedCount)
    }
  }

  /// Removes temporary files.
  func cleanUp() {
    images.removeLists()
    guard context.store == nil else { return }
    for file in predictions { try? FileManager.default.removeItem(atPath: file.path) }
  }
}
