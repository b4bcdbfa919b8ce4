public import AssayCore
import Foundation
import Report
public import ResultStore

/// Saved runs to compare new ones with, cell by cell.
public struct Baseline: Sendable {
  /// The slowdown that `--fail-above` allows, as a share; `nil` for no gate.
  public var limit: Double?
  let name: String
  let store: ResultStore
  let runs: [StoredRun]

  /// - Parameters:
  ///   - name: an id, a tag, `last` or `last~1`.
  ///   - damaged: called for each run that is left out because it is damaged.
  /// - Throws: `.usage` if there is no such run, with the nearest names.
  public init(_ name: String, in store: ResultStore, damaged: (AssayError) -> Void) throws(AssayError) {
    self.name = name
    self.store = store
    runs = try store.runs(store.ids(for: [name]), damaged: damaged)
  }

  /// Finds the run of each cell before anything is measured, by the device that was asked for: which one runs the model is not known yet.
  ///
  /// - Parameter byName: whether the name of the file suffices if no run has its content or path.
  /// - Returns: cells with what is known of their files, and their runs; or why a model cannot be read.
  /// - Throws: `.usage` if the baseline has no such run, `.interrupted`.
  public func pairs(
    of cells: [CellSpec], byName: Bool = false, in context: RunContext
  ) throws(AssayError) -> [Result<(spec: CellSpec, run: StoredRun), AssayError>] {
    var (models, inputs) = (ModelLookup(context.digests), InputLookup(context.digests))
    var pairs: [Result<(spec: CellSpec, run: StoredRun), AssayError>] = []
    for var spec in cells {
      do throws(AssayError) {
        try models.complete(&spec.model)
        try inputs.complete(&spec)
      } catch {
        if error.code == .interrupted { throw error }
        pairs.append(.failure(error))
        continue
      }
      let cell = CellReport(spec)
      let runs = comparable(with: cell)
      let asked = runs.map { run in
        var run = run
        run.report.device = run.spec.target.device
        return run
      }
      let found =
        Self.counterpart(of: cell, among: asked) ?? Self.counterpart(of: cell, among: runs)
        ?? (byName ? Self.namesake(of: cell, among: asked) : nil)
      guard let run = runs.first(where: { $0.id == found?.id }) else { throw missing(cell) }
      pairs.append(.success((spec, run)))
    }
    return pairs
  }

  /// Compares a cell that has just been saved with its counterpart, and keeps with it what a gate said.
  ///
  /// - Parameter number: of the cell, from 1.
  /// - Throws: `.usage` if the baseline has no such run; `.badData` or `.inputOutput` if its records cannot be read.
  public func compare(
    _ cell: CellReport, number: Int = 1, in context: RunContext
  ) throws(AssayError) -> BaselineComparison {
    let counterpart = Self.counterpart(of: cell, among: comparable(with: cell))
    guard let run = counterpart, let id = cell.runID else { throw missing(cell) }
    var context = context
    context.store = store
    var comparison = try Comparison(["\(run.id)", "\(id)"], in: context)
    comparison.limit = limit
    var report = try comparison.run()
    let saver = RunSaver(context)
    saver.save(report.gatesOfRuns)
    report.saveError = saver.failure
    return BaselineComparison(cell: number, baseline: run.id, isLive: false, comparison: report)
  }

  /// The runs that a cell may be compared with. A gate is about the code, so it does not compare different numbers of threads.
  private func comparable(with cell: CellReport) -> [StoredRun] {
    limit == nil ? runs : runs.filter { $0.report.options.threads == cell.options.threads }
  }

  /// The run of the same model on the same target under the same options. A model is the same where its content is, or its path: then it
  /// is a new version, and the comparison notes that the models differ. Another number of threads or another seed is noted too; of several
  /// runs, the one that is most alike counts, then the last.
  static func counterpart(of cell: CellReport, among runs: [StoredRun]) -> StoredRun? {
    let pairing = Pairing(cell)
    let alike = runs.filter { run in
      let other = Pairing(run.report)
      return other.spec == pairing.spec && (other.isSameContent(as: pairing) || other.path == pairing.path)
    }
    return alike.enumerated().max { one, other in
      let (left, right) = (rank(one.element, pairing, cell), rank(other.element, pairing, cell))
      return left == right ? one.offset < other.offset : left.lexicographicallyPrecedes(right)
    }?.element
  }

  /// The run of the only model of the same name; `nil` if there are several.
  private static func namesake(of cell: CellReport, among runs: [StoredRun]) -> StoredRun? {
    let alike = runs.filter { $0.report.model.name == cell.model.name && Pairing($0.report).spec == Pairing(cell).spec }
    return Set(alike.map(\.report.model.path)).count == 1 ? alike.last : nil
  }

  private static func rank(_ run: StoredRun, _ pairing: Pairing, _ cell: CellReport) -> [Int] {
    let other = Pairing(run.report)
    let options = run.report.options
    return [
      other.isSameContent(as: pairing), other.path == pairing.path, options.threads == cell.options.threads,
      options.seed == cell.options.seed,
    ].map { $0 ? 1 : 0 }
  }

  private func missing(_ cell: CellReport) -> AssayError {
    let isMeasured = runs.contains { run in
      let (one, other) = (Pairing(run.report), Pairing(cell))
      return run.report.target.engine == cell.target.engine && (one.path == other.path || one.isSameContent(as: other))
    }
    let paths = [cell.model.path] + runs.map(\.report.model.path)
    return AssayError(
      .usage,
      "'\(name)' has no run of \(ModelNames(paths)[cell.model]) on \(cell.target)\(isMeasured ? " with the same options and \(Figures.threads(cell.options.threads))" : "") to compare with.",
      advice:
        "Measure it without --against, and add the run to the baseline: assay results tag last \(name.shellQuoted)")
  }
}

/// What two runs must share to be paired.
private struct Pairing {
  /// All of the cell that is neither the identity of its model nor how long or on how many threads it ran.
  let spec: CellSpec
  let path: String
  private let sha256: String?

  init(_ report: CellReport) {
    var spec = report.spec
    path = URL(filePath: spec.model.path).standardizedFileURL.path
    sha256 = spec.model.sha256
    spec.resolvePaths { URL(filePath: $0).standardizedFileURL.path }
    spec.model = ModelReference(path: "", signature: spec.model.signature)
    spec.target = report.target
    spec.engineLibrary = nil
    spec.options.threads = 0
    spec.options.seed = 0
    spec.options.timeLimit = nil
    switch spec.measure {
    case .latency: spec.measure = .latency(RepetitionRule())
    case .streams: spec.measure = .streams(RepetitionRule())
    case .accuracy(var measure):
      measure.warmUp = RepetitionRule()
      spec.measure = .accuracy(measure)
    case .stress(let measure): spec.measure = .stress(StressMeasure(rule: RepetitionRule(), images: measure.images))
    case .scenario, .load: break
    }
    self.spec = spec
  }

  func isSameContent(as other: Pairing) -> Bool { sha256 != nil && sha256 == other.sha256 }
}
