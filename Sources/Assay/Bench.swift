public import AssayCore
import Foundation
public import Launching
import Report

/// A matrix of cells, every model on every target, measured one after the other, each in a process of its own.
///
/// ```swift
/// let report = try Bench(models: ["mobilenet.tflite"], targets: [Target(engine: "litert")]).run()
/// ```
public struct Bench: Sendable {
  public var models: [String]
  public var targets: [Target]
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

  /// - Parameter targets: `nil` stands for every engine found that reads one of the models.
  /// - Throws: `.engineUnavailable`, where a target names no engine that Assay knows, or none is found.
  public init(models: [String], targets: [Target]? = nil, options: CellOptions? = nil) throws(AssayError) {
    self.models = models
    self.options = options ?? CellOptions(threads: Host.describe().allowedPhysicalCores)
    self.targets = if let targets { targets } else { try EngineChoice.targets(for: models) }
    try EngineChoice.check(self.targets.map(\.engine))
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
    let cellCount = models.count * targets.count
    let worker = Worker(executable: try WorkerLocation.find(), timeLimit: cellTimeLimit, interrupts: interrupts)
    let exporter = recordPath.map { RecordExporter(path: $0, cellCount: cellCount) }
    try exporter?.check()
    let imageWorkload: ImageWorkload? = if let images { try images.makeWorkload() } else { nil }
    defer { imageWorkload.map { try? FileManager.default.removeItem(atPath: $0.manifestPath) } }
    let workload = imageWorkload.map { .images($0) } ?? Workload.randomInputs(rule)
    var report = RunReport(host: Host.describe(), cells: [])
    for path in models {
      let model = Result { () throws(AssayError) in try ModelFile(at: path) }
      let described = model.flatMap { file in Result { () throws(AssayError) in try file.report() } }
      for target in targets {
        var cell = CellReport(
          model: ModelReport(path: path), engine: EngineReport(name: target.engine), device: target.device,
          options: OptionsReport(options, inputs: images?.folder ?? "random"))
        let start = CellStart(
          number: report.cells.count + 1, total: cellCount, modelName: cell.model.name, target: target,
          workload: workload)
        observer.started(start)
        do throws(AssayError) {
          guard interrupts?.isInterrupted != true else {
            throw AssayError(.interrupted, "Interrupted before it began.")
          }
          let file = try model.get()
          cell.model = try described.get()
          let plan = try plan(file, target: target, workload: workload)
          CellRunner(number: start.number, plan: plan, worker: worker, exporter: exporter)
            .run(&cell, observer: observer)
        } catch {
          cell.end(with: error)
        }
        report.cells.append(cell)
        observer.ended(cell)
      }
    }
    return report
  }

  private func plan(_ model: ModelFile, target: Target, workload: Workload) throws(AssayError) -> CellPlan {
    CellPlan(
      modelPath: model.path, format: model.format, target: target, engineLibrary: engineLibraries[target.engine],
      options: options, workload: workload, recordLogPath: try RecordFolder.newFile(suffix: "records"))
  }
}
