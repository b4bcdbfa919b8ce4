public import AssayCore
import Datasets
import Foundation
public import Launching
import Report
public import ResultStore

/// A matrix of cells, measured one after the other, each in a process of its own.
///
/// ```swift
/// let report = try Bench(models: ["mobilenet.tflite"], targets: [Target(engine: "litert")]).run()
/// ```
public struct Bench: Sendable {
  /// What is measured on what, in this order.
  public let cells: [Cell]
  public var options: CellOptions
  public var rule = RepetitionRule()
  /// Labelled images to measure accuracy on; `nil` measures latency on random inputs.
  public var images: ImageSet?
  /// Libraries to open instead of those that would be found, by engine.
  public var engineLibraries: [String: String] = [:]
  /// Seconds after which a cell is stopped; `nil` sets no limit.
  public var cellTimeLimit: Double?
  /// Where to write every inference as CSV; with several cells, each gets a file of its own.
  public var recordPath: String?
  /// Where to write what the models said of every image as CSV; with several cells, each gets a file of its own.
  public var predictionsPath: String?
  /// Where every run is saved as it ends, with its record log; `nil` saves nothing.
  public var store: ResultStore?
  /// Makes it a stress test: sensors are read beside it, and its steadiness is analysed.
  public var stress: StressPlan?
  /// The saved run that goes on; `rule` is then what is left of it.
  var resumption: Resumption?
  /// A tag for the runs that end well, which earlier runs lose.
  public var baseline: RunTag?

  /// One model on one target.
  public struct Cell: Sendable {
    /// The path of the model.
    public let model: String
    public let target: Target
  }

  /// - Parameter targets: where every model is measured; `nil` stands for every engine found that reads it.
  /// - Throws: `.engineUnavailable`, where a target names no engine that Assay knows, or none is found.
  public init(models: [String], targets: [Target]? = nil, options: CellOptions? = nil) throws(AssayError) {
    var cells: [Cell] = []
    for model in models {
      let chosen = if let targets { targets } else { try EngineChoice.targets(for: model) }
      cells += chosen.map { Cell(model: model, target: $0) }
    }
    self.cells = cells
    self.options = options ?? CellOptions(threads: Host.describe().allowedPhysicalCores)
    try EngineChoice.check(cells.map(\.target.engine))
  }

  /// Measures every cell. One that fails does not stop the others.
  ///
  /// Blocks the calling thread, which sleeps while workers measure.
  ///
  /// - Throws: where nothing can be measured at all: no worker, no images, no folder that can be written.
  public func run(
    observer: some RunObserver = SilentObserver(), interrupts: InterruptListener? = nil
  ) throws(AssayError) -> RunReport {
    try EngineChoice.check(engineLibraries.keys.sorted())
    let worker = Worker(executable: try WorkerLocation.find(), timeLimit: cellTimeLimit, interrupts: interrupts)
    let records = recordPath.map { CellFiles(path: $0, cellCount: cells.count) }
    try records?.check()
    let predictions = predictionsPath.map { CellFiles(path: $0, cellCount: cells.count) }
    try predictions?.check()
    let prepared: PreparedImages? = if let images { try images.prepare() } else { nil }
    defer { prepared.map { try? FileManager.default.removeItem(atPath: $0.workload.manifestPath) } }
    prepared.map { observer.found($0.summary) }
    var models: [String: Result<(file: ModelFile, report: ModelReport), AssayError>] = [:]
    var report = RunReport(host: Host.describe(), cells: [])
    var classified: [(cell: Int, path: String)] = []
    defer { if store == nil { for file in classified { try? FileManager.default.removeItem(atPath: file.path) } } }
    for (index, cell) in cells.enumerated() {
      let (path, target) = (cell.model, cell.target)
      var result = CellReport(
        model: ModelReport(path: path), engine: EngineReport(name: target.engine), device: target.device,
        options: OptionsReport(options, inputs: images?.source.folder ?? "random"))
      let workload = try workload(prepared?.workload)
      let start = CellStart(
        number: index + 1, total: cells.count, modelName: result.model.name, target: target, workload: workload)
      observer.started(start)
      do throws(AssayError) {
        guard interrupts?.isInterrupted != true else { throw AssayError(.interrupted, "Interrupted before it began.") }
        let model = models[path] ?? Result { () throws(AssayError) in try ModelFile.described(at: path) }
        models[path] = model
        result.model = try model.get().report
        try resumption?.check(result.model)
        let plan = try plan(model.get().file, target: target, workload: workload)
        var claim: RunClaim?
        var hasBegun = false
        CellRunner(
          number: start.number, plan: plan, worker: worker, records: records, predictions: predictions,
          images: prepared?.summary, keepsRecords: store != nil, stress: stress
        )
        .run(&result, observer: observer) {
          hasBegun = true
          claim = self.claim($0, host: report.host)
        }
        if case .images(let images) = workload, FileManager.default.fileExists(atPath: images.predictionsPath) {
          classified.append((index, images.predictionsPath))
          if store != nil { result.predictions = images.predictionsPath }
        }
        // A saved run that could not go on stays as it was.
        if hasBegun || resumption == nil, save(&result, into: &report) { claim?.release() }
      } catch {
        result.end(with: error)
      }
      report.cells.append(result)
      observer.ended(result)
    }
    if let ranks = prepared?.workload.ranks {
      let comparable = classified.filter { report.cells[$0.cell].status == .ok }
      let differences = try AccuracyComparison.differences(comparable, ranks: ranks)
      report.accuracyDifferences = differences.isEmpty ? nil : differences
    }
    moveBaseline(&report)
    return report
  }

  /// What one cell is fed with. Each cell writes predictions of its own.
  private func workload(_ images: ImageWorkload?) throws(AssayError) -> Workload {
    guard var images else { return .randomInputs(rule) }
    if stress != nil { return .imageInputs(rule, images) }
    images.predictionsPath = try newFile(suffix: "predictions.csv")
    return .images(images)
  }

  private func plan(_ model: ModelFile, target: Target, workload: Workload) throws(AssayError) -> CellPlan {
    let recordLog = if let resumption { resumption.recordLog } else { try newFile(suffix: "records") }
    return CellPlan(
      modelPath: model.path, format: model.format, target: target, engineLibrary: engineLibraries[target.engine],
      options: options, workload: workload,
      recordLogPath: recordLog, resumesAt: resumption?.nanoseconds)
  }

  /// A path for what a run leaves, in the store where it is saved.
  private func newFile(suffix: String) throws(AssayError) -> String {
    if let store { store.newFile(suffix: suffix) } else { try RecordFolder.newFile(suffix: suffix) }
  }
}
