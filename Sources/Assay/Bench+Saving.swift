public import AssayCore
import Foundation
import ResultStore

extension Bench {
  /// Lets others know of a cell whose records begin to come, so that they are found should this process be killed. Where that cannot be written,
  /// saving the run will tell, or there will be room again.
  func claim(_ cell: CellReport, host: HostDescription) -> RunClaim? {
    guard let store, let log = cell.recordLog else { return nil }
    let run = UnfinishedRun(report: cell, plan: savedPlan(of: cell), host: host, resumes: resumption?.runID)
    return try? store.claim(run, logPath: log)
  }

  /// Saves a run as it ends. What cannot be saved still stands in the report.
  ///
  /// - Returns: whether it is saved, or was not to be.
  func save(_ cell: inout CellReport, into report: inout RunReport) -> Bool {
    guard let store else { return true }
    do throws(AssayError) {
      cell.runID = try store.save(
        cell, as: resumption?.runID, plan: savedPlan(of: cell), host: report.host, logPath: cell.recordLog)
      return true
    } catch {
      report.saveError = report.saveError ?? error
      return false
    }
  }

  /// Moves the tag once all cells have ended, so that a bench that is cut short leaves the old baseline whole.
  func moveBaseline(_ report: inout RunReport) {
    guard let store, let baseline else { return }
    let ids = report.cells.filter { $0.status == .ok }.compactMap(\.runID)
    guard !ids.isEmpty else { return }
    do throws(AssayError) {
      try store.moveTag(baseline, to: ids)
    } catch {
      report.saveError = report.saveError ?? error
    }
  }

  private func savedPlan(of cell: CellReport) -> RunPlan {
    RunPlan(
      modelPath: Self.absolute(cell.model.path), target: Target(engine: cell.engine.name, device: cell.device),
      engineLibrary: engineLibraries[cell.engine.name].map(Self.absolute), options: options,
      rule: resumption?.wholeRule ?? rule, images: images.map(Self.absolute), stress: stress,
      cellTimeLimit: cellTimeLimit,
      environment: Self.environmentThatMatters())
  }

  private static func absolute(_ images: ImageSet) -> ImageSet {
    var images = images
    images.source.folder = absolute(images.source.folder)
    images.source.groundTruth = images.source.groundTruth.map(absolute)
    images.source.labels = images.source.labels.map(absolute)
    return images
  }

  private static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

  /// The variables that engines, their thread pools and the loader heed; no others, which may hold secrets.
  private static func environmentThatMatters() -> [String: String] {
    let prefixes = [
      "ASSAY_", "LD_", "OMP_", "GOMP_", "KMP_", "MKL_", "TBB_", "ORT_", "OV_", "OPENVINO_", "TF_", "CUDA_", "MALLOC_",
      "GLIBC_TUNABLES",
    ]
    return ProcessInfo.processInfo.environment.filter { variable in
      prefixes.contains { variable.key.hasPrefix($0) }
    }
  }

  /// The bench that measures a saved run's cell again.
  ///
  /// - Throws: `.engineUnavailable`
  public init(repeating run: StoredRun) throws(AssayError) {
    let plan = run.plan
    try self.init(models: [plan.modelPath], targets: [plan.target], options: plan.options)
    rule = plan.rule
    images = plan.images
    stress = plan.stress
    if let library = plan.engineLibrary { engineLibraries = [plan.target.engine: library] }
    cellTimeLimit = plan.cellTimeLimit
  }
}
