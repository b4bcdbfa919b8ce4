public import AssayCore
import Datasets
import Foundation
public import Platform
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
    var pass = try BenchPass(self, observer: observer, interrupts: interrupts)
    defer { pass.cleanUp() }
    for index in cells.indices { try pass.measure(index) }
    return try pass.finish()
  }

  /// What one cell is fed with. Each cell writes predictions of its own.
  func workload(_ images: ImageWorkload?) throws(AssayError) -> Workload {
    guard var images else { return .randomInputs(rule) }
    if stress != nil { return .imageInputs(rule, images) }
    images.predictionsPath = try newFile(suffix: "predictions.csv")
    return .images(images)
  }

  func plan(_ model: ModelFile, target: Target, workload: Workload) throws(AssayError) -> CellPlan {
    let recordLog = if let resumption { resumption.recordLog } else { try newFile(suffix: "records") }
    return CellPlan(
      modelPath: model.path, format: model.format, target: target, engineLibrary: engineLibraries[target.engine],
      options: options, workload: workload,
      recordLogPath: recordLog, resumption: resumption?.point)
  }

  /// A path for what a run leaves, in the store where it is saved.
  private func newFile(suffix: String) throws(AssayError) -> String {
    if let store { store.newFile(suffix: suffix) } else { try RecordFolder.newFile(suffix: suffix) }
  }
}
