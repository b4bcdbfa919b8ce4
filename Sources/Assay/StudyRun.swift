public import AssayCore
import Foundation
import Launching
import Platform
public import ResultStore
public import Study

/// Measures the cells of a study on one host, those that are not done yet.
///
/// A cell is done if the store has a run of the study with the same `CellSpec.identity` under the same names that ended well, or that failed and is not
/// to be tried again. So a run that stops at any point resumes from there.
public struct StudyRun {
  /// What happens between cells.
  public enum Event: Sendable {
    /// How many cells are done, and how many earlier runs belong to no cell of the study as it is now.
    case began(StudyProgress, strays: Int)
    case finished(StudyProgress, CellReport)
    case cooling(seconds: Double)
  }

  public let study: StudyFile
  /// The place of the host in the study.
  public let host: Int
  public var shard: Shard?
  /// Whether to measure again what failed before.
  public var retriesFailed = false
  public var context: RunContext
  private let store: ResultStore
  private let report: (Event) -> Void

  /// - Parameters:
  ///   - context: on the machine of the host.
  ///   - report: called on the thread that measures.
  public init(
    _ study: StudyFile, host: Int, store: ResultStore, in context: RunContext, report: @escaping (Event) -> Void
  ) {
    self.study = study
    self.host = host
    self.store = store
    self.context = context
    self.context.store = store
    self.report = report
  }

  /// Measures all cells that are left. One that fails does not stop the others.
  ///
  /// Blocks the calling thread, which sleeps while workers measure.
  ///
  /// - Throws: `.usage` if another process runs the study on the host; `.inputOutput`; `.badData` for too many cells.
  public func run() throws(AssayError) -> StudyProgress {
    let lock = try StudyLock(study.name, host: study.hosts[host].name, in: store)
    defer { withExtendedLifetime(lock) {} }
    var progress = StudyProgress()
    let pending = try pending(&progress)
    guard !pending.isEmpty else { return progress }
    var bench = Bench(pending.map(\.spec), in: context)
    bench.memberships = pending.map(\.membership)
    var pass = try BenchPass(bench)
    defer { pass.cleanUp() }
    for index in pending.indices {
      if context.interrupts?.isInterrupted == true { break }
      if index > 0 { coolDown() }
      let cell = try pass.measure(index)
      progress.add(cell, expected: pending[index].seconds)
      report(.finished(progress, cell))
      if let error = pass.saveError { throw error }
    }
    return progress
  }

  // MARK: What is left

  private struct Pending {
    var spec: CellSpec
    var membership: StudyMembership
    var seconds: Double
  }

  /// Names belong to it: two models of a study may have the same content, and tables need a result for each name.
  private struct Key: Hashable {
    let cell: String
    var name: StudyMembership

    init(_ cell: String, _ name: StudyMembership) {
      self.cell = cell
      self.name = name
      self.name.seconds = nil
    }
  }

  private func pending(_ progress: inout StudyProgress) throws(AssayError) -> [Pending] {
    let hostName = study.hosts[host].name
    let earlier = try store.runs(ofStudy: study.name).filter { $0.membership.host == hostName }
    var done: [Key: CellStatus] = [:]
    for run in earlier {
      guard let cell = run.cellID, run.status != .interrupted else { continue }
      let key = Key(cell, run.membership)
      if done[key] != .ok { done[key] = run.status }
    }
    let durations = DurationsByMeasure(earlier)
    var models = ModelLookup(context.digests)
    var inputs = InputLookup(context.digests)
    let badImages = unusableImages()
    var pending: [Pending] = []
    var refused: [CellReport] = []
    var planned: Set<Key> = []
    for cell in try StudyPlan(study, shard: shard).cells(ofHost: host) {
      progress.total += 1
      var spec = study.spec(cell, threads: context.machine.host.allowedPhysicalCores)
      spec.model = context.machine.reference(to: spec.model.path, on: spec.target)
      let membership = study.membership(cell)
      let seconds = durations.expected(of: membership, else: study.expectedSeconds(cell))
      // A model that cannot be read has no identity. Its cell says why, every time.
      try? models.complete(&spec.model)
      try? inputs.complete(&spec)
      if let identity = spec.identity {
        let key = Key(identity, membership)
        // One matrix may leave open the number of threads that another names.
        guard planned.insert(key).inserted else {
          progress.total -= 1
          continue
        }
        if let status = done[key], status == .ok || !retriesFailed {
          progress.skip(status)
          continue
        }
      }
      if let images = spec.measure.images, let error = badImages[images] {
        var report = CellReport(spec)
        report.study = membership
        report.status = .failed
        report.error = error
        refused.append(report)
        continue
      }
      pending.append(Pending(spec: spec, membership: membership, seconds: seconds))
    }
    progress.secondsLeft = pending.reduce(0) { $0 + $1.seconds } + coolingSeconds(pending.count)
    let strays = shard == nil ? Set(done.keys).subtracting(planned).count : 0
    report(.began(progress, strays: strays))
    for cell in refused {
      progress.add(cell, expected: 0)
      report(.finished(progress, cell))
    }
    return pending
  }

  /// Why the images of measures cannot be used. One such measure does not stop the others.
  private func unusableImages() -> [ImageSet: AssayError] {
    var errors: [ImageSet: AssayError] = [:]
    for measure in study.measures {
      guard let images = measure.measure.images else { continue }
      let spec = CellSpec(
        model: ModelReference(path: ""), target: Target(engine: ""), options: CellOptions(threads: 1),
        measure: measure.measure)
      do throws(AssayError) {
        try ImageLists([spec]).removeLists()
      } catch {
        errors[images] = error
      }
    }
    return errors
  }

  // MARK: Cool-down

  private func coolingSeconds(_ cells: Int) -> Double { (study.coolDown?.seconds ?? 0) * Double(max(0, cells - 1)) }

  private func coolDown() {
    guard let coolDown = study.coolDown else { return }
    report(.cooling(seconds: coolDown.seconds))
    CoolDown(coolDown, readsSensors: context.machine.launch.sharesFiles).wait {
      context.interrupts?.isInterrupted == true
    }
  }
}

/// How long cells of a measure took on a host: of the same model and target, else of any.
private struct DurationsByMeasure {
  private var own: [String: Double] = [:]
  private var any: [String: (sum: Double, count: Double)] = [:]

  init(_ runs: [StudyRunSummary]) {
    for run in runs where run.status == .ok {
      guard let seconds = run.membership.seconds else { continue }
      let name = run.membership
      own["\(name.measure)\n\(name.model)\n\(name.target)"] = seconds
      let sum = any[name.measure] ?? (0, 0)
      any[name.measure] = (sum.sum + seconds, sum.count + 1)
    }
  }

  func expected(of cell: StudyMembership, else guess: Double) -> Double {
    own["\(cell.measure)\n\(cell.model)\n\(cell.target)"] ?? any[cell.measure].map { $0.sum / $0.count } ?? guess
  }
}
