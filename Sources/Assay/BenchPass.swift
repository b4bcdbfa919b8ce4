import AssayCore
import Foundation
import Launching
import Platform
import Report
import ResultStore

/// One walk over the cells of a bench, and what has come of them so far.
struct BenchPass<Observer: RunObserver> {
  private let bench: Bench
  private let observer: Observer
  private let interrupts: InterruptListener?
  private let worker: Worker
  private let records: CellFiles?
  private let predictions: CellFiles?
  private let images: PreparedImages?
  /// Models that were looked at, each once.
  private var models: [String: Result<(file: ModelFile, report: ModelReport), AssayError>] = [:]
  private var report: RunReport
  /// What the models said of every image, of the cells that got so far.
  private var classified: [(cell: Int, path: String)] = []

  /// - Throws: where nothing can be measured at all: no worker, no images, no folder that can be written.
  init(_ bench: Bench, observer: Observer, interrupts: InterruptListener?) throws(AssayError) {
    self.bench = bench
    self.observer = observer
    self.interrupts = interrupts
    worker = Worker(executable: try WorkerLocation.find(), timeLimit: bench.cellTimeLimit, interrupts: interrupts)
    records = bench.recordPath.map { CellFiles(path: $0, cellCount: bench.cells.count) }
    try records?.check()
    predictions = bench.predictionsPath.map { CellFiles(path: $0, cellCount: bench.cells.count) }
    try predictions?.check()
    images = if let images = bench.images { try images.prepare() } else { nil }
    images.map { observer.found($0.summary) }
    report = RunReport(host: Host.describe(), cells: [])
  }

  /// Measures the cell at an index. One that fails is reported as such.
  ///
  /// - Throws: `.inputOutput`, where there is no place for what it leaves.
  mutating func measure(_ index: Int) throws(AssayError) {
    let cell = bench.cells[index]
    let workload = try bench.workload(images?.workload)
    var result = CellReport(
      model: ModelReport(path: cell.model), engine: EngineReport(name: cell.target.engine), device: cell.target.device,
      options: OptionsReport(bench.options, inputs: bench.images?.source.folder ?? "random"))
    observer.started(
      CellStart(
        number: index + 1, total: bench.cells.count, modelName: result.model.name, target: cell.target,
        workload: workload))
    do throws(AssayError) {
      try run(&result, on: cell, number: index + 1, workload: workload)
    } catch {
      result.end(with: error)
    }
    report.cells.append(result)
    observer.ended(result)
  }

  private mutating func run(
    _ result: inout CellReport, on cell: Bench.Cell, number: Int, workload: Workload
  ) throws(AssayError) {
    guard interrupts?.isInterrupted != true else { throw AssayError(.interrupted, "Interrupted before it began.") }
    let model = try describe(cell.model)
    result.model = model.report
    try bench.resumption?.check(model.report)
    let runner = CellRunner(
      number: number, plan: try bench.plan(model.file, target: cell.target, workload: workload), worker: worker,
      records: records, predictions: predictions, images: images?.summary, keepsRecords: bench.store != nil,
      stress: bench.stress, wholeRule: bench.resumption?.wholeRule ?? bench.rule)
    var claim: RunClaim?
    var hasBegun = false
    runner.run(&result, observer: observer) {
      hasBegun = true
      claim = bench.claim($0, host: report.host)
    }
    if case .images(let images) = workload, FileManager.default.fileExists(atPath: images.predictionsPath) {
      classified.append((number - 1, images.predictionsPath))
      if bench.store != nil { result.predictions = images.predictionsPath }
    }
    // A saved run that could not go on stays as it was.
    guard hasBegun || bench.resumption == nil else { return }
    if bench.save(&result, into: &report) { claim?.release() }
  }

  private mutating func describe(_ path: String) throws(AssayError) -> (file: ModelFile, report: ModelReport) {
    let model = models[path] ?? Result { () throws(AssayError) in try ModelFile.described(at: path) }
    models[path] = model
    return try model.get()
  }

  /// Compares what cells said of the same images, and moves the baseline.
  ///
  /// - Throws: `.inputOutput`, `.badData`, where predictions cannot be read.
  mutating func finish() throws(AssayError) -> RunReport {
    if let ranks = images?.workload.ranks {
      let comparable = classified.filter { report.cells[$0.cell].status == .ok }
      let differences = try AccuracyComparison.differences(comparable, ranks: ranks)
      report.accuracyDifferences = differences.isEmpty ? nil : differences
    }
    bench.moveBaseline(&report)
    return report
  }

  /// Removes what nobody needs any more.
  func cleanUp() {
    images.map { try? FileManager.default.removeItem(atPath: $0.workload.manifestPath) }
    guard bench.store == nil else { return }
    for file in classified { try? FileManager.default.removeItem(atPath: file.path) }
  }
}
