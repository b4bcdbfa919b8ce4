public import AssayCore

/// Cells to measure one after the other, each in its own process.
///
/// ```swift
/// let report = try Bench(models: ["mobilenet.tflite"], targets: [Target(engine: "litert")]).run()
/// ```
public struct Bench {
  /// What to measure, in this order.
  public var cells: [CellSpec]
  public var context: RunContext
  /// Whether to count how often cells put the same class first.
  public var comparesAgreement = false
  /// Converts models for engines that do not read them; `nil` does not.
  public var conversions: ConversionInPassing?
  /// The grid of streams to search for the most throughput, instead of measuring each cell as it is.
  public var search: StreamGrid?
  /// The runs of a search that came before this one; empty without a search.
  var peakTrials: [PeakTrial] = []
  /// What each cell is called in a study; empty for cells of none.
  var memberships: [StudyMembership] = []
  /// The saved stress test to continue; `nil` for new runs.
  var resumption: Resumption?

  public init(_ cells: [CellSpec], in context: RunContext) {
    self.cells = cells
    self.context = context
  }

  /// Every model on every target.
  ///
  /// - Parameters:
  ///   - targets: `nil` means every installed engine that reads the model.
  ///   - options: `nil` means a thread per physical core.
  ///   - measure: `nil` measures latency by the default rule.
  ///   - context: `nil` measures on this machine and saves nothing.
  /// - Throws: `.usage` if Assay does not know an engine or a device; `.engineUnavailable` if none is installed.
  public init(
    models: [String], targets: [Target]? = nil, options: CellOptions? = nil, measure: Measure? = nil,
    engineLibraries: [String: String] = [:], in context: RunContext? = nil
  ) throws(AssayError) {
    let context = if let context { context } else { RunContext(try .local()) }
    let machine = context.machine
    try machine.checkEngines(engineLibraries.keys.sorted())
    let options = options ?? CellOptions(threads: machine.host.allowedPhysicalCores)
    var cells: [CellSpec] = []
    for model in models {
      let chosen =
        if let targets { targets } else { try machine.targets(for: model, isAmongOthers: models.count > 1) }
      try machine.check(chosen)
      cells += chosen.map { target in
        CellSpec(
          model: machine.reference(to: model, on: target), target: target,
          engineLibrary: engineLibraries[target.engine],
          options: options, measure: measure ?? .latency(RepetitionRule()))
      }
    }
    self.init(cells, in: context)
  }

  /// The cell of a saved run again, with its goals unless there are others. A model that was converted is the kept one.
  ///
  /// - Throws: `.usage` if that is not kept any more, and was another than the engine would get of itself.
  public init(repeating run: StoredRun, in context: RunContext) throws(AssayError) {
    var context = context
    if context.goals.isEmpty { context.goals = run.report.goals.map(\.goal) }
    var spec = run.spec
    // The file may have changed, so it is hashed again.
    spec.model = ModelReference(path: spec.model.path, format: spec.model.format, signature: spec.model.signature)
    if let conversion = run.spec.model.conversion {
      if try Self.isKept(conversion, context) {
        spec.model.conversion = conversion
      } else if let form = conversion.forms.last, ModelKind.allCases.allSatisfy({ $0.title != form }) {
        throw AssayError(
          .usage, "Run \(run.id) measured \(spec.model.name) as \(form), which is not kept any more.",
          advice: "Convert it again with assay convert, or repeat the study or sweep that it belongs to.")
      }
    }
    self.init([spec], in: context)
    if run.spec.model.conversion != nil { conversions = ConversionInPassing() }
  }

  private static func isKept(_ model: ConvertedModel, _ context: RunContext) throws(AssayError) -> Bool {
    do throws(AssayError) {
      return try ModelFile(at: model.path).reference(context.digests).sha256 == model.sha256
    } catch {
      guard error.code != .interrupted else { throw error }
      return false
    }
  }

  /// Measures every cell with each of these numbers of threads.
  public mutating func sweep(threads counts: [Int]) {
    cells = cells.flatMap { cell in
      counts.map { count in
        var cell = cell
        cell.options.threads = count
        return cell
      }
    }
  }

  /// Runs several inferences side by side.
  ///
  /// - Parameters:
  ///   - streams: `nil` for one for each processor.
  ///   - threads: of one inference; `nil` for those that the streams leave.
  public mutating func serve(streams: Int?, threads: Int?) {
    for index in cells.indices {
      let processors = cells[index].options.threads
      cells[index].options.streams = streams ?? processors
      if threads == nil { cells[index].options.threads = streams.map { max(processors / $0, 1) } ?? 1 }
    }
  }

  /// Measures every cell. A cell that fails does not stop the others.
  ///
  /// Blocks the calling thread, which sleeps while workers measure.
  ///
  /// - Throws: if nothing can be measured: unusable images, no writable folder.
  public func run() throws(AssayError) -> RunReport {
    if let search {
      var search = try StreamSearch(self, search)
      return try search.run()
    }
    var pass = try BenchPass(self)
    defer { pass.cleanUp() }
    for index in cells.indices { try pass.measure(index) }
    return try pass.finish()
  }
}
