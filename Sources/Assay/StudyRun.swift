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
    /// A line on a model that converters make.
    case converting(String)
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
    let conversions = try makeConversions()
    let pending = try pending(&progress, conversions)
    for start in stride(from: 0, to: pending.count, by: Self.blockSize) where !isInterrupted {
      try measure(pending[start..<min(start + Self.blockSize, pending.count)], conversions, &progress)
    }
    return progress
  }

  /// Makes the models that need converters, before anything is measured: what they are made of tells which cells are done.
  private func makeConversions() throws(AssayError) -> StudyConversions? {
    let cells = try StudyPlan(study, shard: shard).cells(ofHost: host)
    let models = study.conversions(of: cells)
    guard !models.isEmpty else { return nil }
    let report = report
    var conversions = try StudyConversions(in: context) { report(.converting($0)) }
    let earlier = retriesFailed ? [] : try store.runs(ofStudy: study.name)
    for model in models where try !hasFailed(model, in: earlier) { try conversions.make(model) }
    return conversions
  }

  /// Whether one of the earlier runs says that a model cannot be made of its file as it is now.
  private func hasFailed(_ model: StudyFile.Model, in earlier: [StudyRunSummary]) throws(AssayError) -> Bool {
    var reference = ModelReference(path: model.path)
    var models = ModelLookup(context.digests)
    guard (try? models.complete(&reference)) != nil else { return false }
    for run in earlier where run.membership.model == model.name && [.failed, .unsupported].contains(run.status) {
      let spec = try store.runs([run.id], damaged: { _ in }).first?.spec
      if let spec, spec.model.conversion == nil, spec.model.sha256 == reference.sha256 { return true }
    }
    return false
  }

  /// Cells whose reports are in memory at once.
  private static let blockSize = 256

  private var isInterrupted: Bool { context.interrupts?.isInterrupted == true }

  /// Measures some of the cells that are left.
  private func measure(
    _ block: ArraySlice<Pending>, _ conversions: StudyConversions?, _ progress: inout StudyProgress
  ) throws(AssayError) {
    let badImages = unusableImages(of: block)
    var cells: [Pending] = []
    var specs: [CellSpec] = []
    for pending in block {
      do throws(AssayError) {
        var spec = self.spec(pending.cell)
        try conversions?.complete(&spec, model(of: pending))
        if let images = measure(of: pending).images, let error = badImages[images] { throw error }
        cells.append(pending)
        specs.append(spec)
      } catch {
        let cell = try refuse(pending, error, isSaved: conversions?.isMissing(model(of: pending)) != true)
        progress.add(cell, expected: pending.seconds)
        report(.finished(progress, cell))
      }
    }
    guard !cells.isEmpty else { return }
    var bench = Bench(specs, in: context)
    bench.memberships = cells.map { study.membership($0.cell) }
    var pass = try BenchPass(bench)
    defer { pass.cleanUp() }
    for (index, pending) in cells.enumerated() where !isInterrupted {
      if !pending.isFirst { coolDown() }
      let cell = try pass.measure(index)
      progress.add(cell, expected: pending.seconds)
      report(.finished(progress, cell))
      if let error = pass.saveError { throw error }
    }
  }

  private func spec(_ cell: StudyPlan.Cell) -> CellSpec {
    var spec = study.spec(cell, threads: context.machine.host.allowedPhysicalCores)
    spec.model = context.machine.reference(to: spec.model.path, on: spec.target)
    return spec
  }

  private func model(of pending: Pending) -> StudyFile.Model { study.models[Int(pending.cell.model)] }

  private func measure(of pending: Pending) -> Measure { study.measures[Int(pending.cell.measure)].measure }

  /// Saves that a cell cannot be measured, if its model can be read: else the cell has no identity, and says why every time.
  private func refuse(_ pending: Pending, _ error: AssayError, isSaved: Bool) throws(AssayError) -> CellReport {
    var context = context
    context.study = study.membership(pending.cell)
    var cell = context.newReport(spec(pending.cell))
    cell.end(with: error)
    var models = ModelLookup(context.digests)
    var inputs = InputLookup(context.digests)
    try? models.complete(&cell.spec.model)
    try? inputs.complete(&cell.spec)
    cell.cellID = cell.spec.identity
    guard cell.cellID != nil, isSaved else { return cell }
    let saver = RunSaver(context)
    saver.save(&cell, claim: nil)
    if let failure = saver.failure { throw failure }
    return cell
  }

  // MARK: What is left

  /// Small, since a study may have a hundred thousand.
  private struct Pending {
    var cell: StudyPlan.Cell
    var seconds: Double
    var isFirst: Bool
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

  private func pending(
    _ progress: inout StudyProgress, _ conversions: StudyConversions?
  ) throws(AssayError) -> [Pending] {
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
    var pending: [Pending] = []
    var planned: Set<Key> = []
    for cell in try StudyPlan(study, shard: shard).cells(ofHost: host) {
      progress.total += 1
      var spec = self.spec(cell)
      let membership = study.membership(cell)
      let seconds = durations.expected(of: membership, else: study.expectedSeconds(cell))
      // A model that cannot be read has no identity. Its cell says why, every time. One that cannot be made has that of its source.
      try? conversions?.complete(&spec, study.models[Int(cell.model)])
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
      pending.append(Pending(cell: cell, seconds: seconds, isFirst: pending.isEmpty))
    }
    progress.secondsLeft = pending.reduce(0) { $0 + $1.seconds } + coolingSeconds(pending.count)
    let strays = shard == nil ? Set(done.keys).subtracting(planned).count : 0
    report(.began(progress, strays: strays))
    return pending
  }

  /// Why the images of measures cannot be used. One such measure does not stop the others.
  private func unusableImages(of block: ArraySlice<Pending>) -> [ImageSet: AssayError] {
    var errors: [ImageSet: AssayError] = [:]
    for measure in Set(block.map(\.cell.measure)) {
      let measure = study.measures[Int(measure)].measure
      guard let images = measure.images else { continue }
      let spec = CellSpec(
        model: ModelReference(path: ""), target: Target(engine: ""), options: CellOptions(threads: 1),
        measure: measure)
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
    CoolDown(coolDown, readsSensors: context.machine.launch.sharesFiles).wait { isInterrupted }
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
