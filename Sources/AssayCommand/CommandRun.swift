import ArgumentParser
import Assay
import AssayCore
import Platform
import Report
import ResultStore

/// What every measuring command does around its cells: open files and store, show events and results, exit with a status.
struct CommandRun {
  var context: RunContext
  private let files: OutputFiles
  private let readers: EventReaders
  /// Where tables are shown; `nil` for nowhere.
  private let screen: Screen?
  /// Whether standard output carries a document, which must stay one.
  private let writesDocument: Bool

  /// Opens everything before anything is measured.
  ///
  /// - Parameter view: shows progress on the terminal.
  init(
    _ session: SessionArguments, output: OutputArguments, store: ResultStore?, view: any EventView = ProgressView()
  ) throws {
    // Git and the worker that lists engines take about as long.
    let commit = CommitLookup()
    let interrupts = try InterruptListener()
    self.init(
      try session.machine(interrupts: interrupts), interrupts: interrupts, files: try output.open(), store: store,
      readers: try EventReaders(
        events: output.events, isQuiet: output.quiet, isVerbose: output.verbose, view: view),
      screen: output.showsTable ? output.screen : nil, writesDocument: output.writesDocument)
    context.commit = commit
    context.note = output.kept.note
  }

  init(
    _ machine: Machine, interrupts: InterruptListener, files: OutputFiles, store: ResultStore?, readers: EventReaders,
    screen: Screen?, writesDocument: Bool = false
  ) {
    self.files = files
    self.readers = readers
    self.screen = screen
    self.writesDocument = writesDocument
    context = RunContext(machine, events: readers.stream(), interrupts: interrupts)
    context.store = store
  }

  /// Measures a bench, writes the results, and exits with their status.
  ///
  /// - Parameter isStrict: whether a cell that an engine cannot run counts as failed beside others that are ok.
  func measure(_ bench: Bench, isStrict: Bool = false) throws { try finish(try run(bench), isStrict: isStrict) }

  /// Finds the largest rate at which servers keep within their bound, writes the results, and exits with their status.
  func findPeak(_ bench: Bench) throws {
    let report: RunReport
    do {
      defer { readers.end() }
      report = try PeakFinder(bench) { [readers] in readers.say($0.text) }.run()
    }
    try finish(report, isStrict: false)
  }

  private func finish(_ report: RunReport, isStrict: Bool) throws {
    Self.showFailures(report.cells, besides: screen != nil)
    if screen == nil, let sentence = report.missedGoals { Terminal.message("assay: \(sentence)") }
    try files.write(report)
    try Self.leave(report, isStrict: isStrict)
  }

  /// Measures a bench, compares it with a baseline, writes the results, and exits with their status.
  ///
  /// - Parameters:
  ///   - baseline: looked up before: the new runs may get the same tag.
  ///   - maximumSeconds: of cells that take turns; `nil` for the default.
  ///   - isStrict: whether a cell that an engine cannot run counts as failed beside others that are ok, and an unsure gate as well.
  func measure(
    _ bench: Bench, against: AgainstArguments, _ baseline: Baseline, maximumSeconds: Double?, isStrict: Bool
  ) throws {
    var report: RunReport
    var failure: AssayError?
    if against.live {
      defer { readers.end() }
      report = try baseline.measureInTurns(bench, maximumSeconds: maximumSeconds)
    } else {
      if against.gate.failAbove != nil { _ = try baseline.pairs(of: bench.cells, in: context) }
      report = try run(bench)
      let (found, error) = against.compare(report, with: baseline, in: context)
      (report.baselineComparisons, failure) = (found, error)
      report.saveError = report.saveError ?? found.lazy.compactMap(\.comparison.saveError).first
    }
    Self.showFailures(report.cells, besides: screen != nil)
    try files.write(report)
    if let screen {
      for found in report.baselineComparisons ?? [] { try print("\n" + found.comparison.terminal(on: screen)) }
    }
    try show(report.gateLines, of: report.baselineComparisons?.flatMap(\.comparison.gates) ?? [], isStrict: isStrict)
    if let failure { throw failure }
    try Self.leave(report, isStrict: isStrict)
  }

  /// Measures a bench and shows its events, but not its results.
  func run(_ bench: Bench) throws(AssayError) -> RunReport {
    defer { readers.end() }
    return try bench.run()
  }

  /// Measures or reads the sides of a comparison, writes the results, and exits with their status.
  ///
  /// - Parameter isStrict: whether an unsure gate counts as failed.
  func compare(_ comparison: Comparison, isStrict: Bool) throws {
    let report: ComparisonReport
    do {
      defer { readers.end() }
      report = try comparison.run()
    }
    Self.showFailures(report.cells.compactMap(\.report), besides: screen != nil && report.interleaving != nil)
    try files.write(report)
    try show(report.gateLines, of: report.gates, isStrict: isStrict)
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report, isStrict: isStrict)
    if status != 0 { throw ExitCode(status) }
  }

  /// Runs the cells of a comparison on the same inputs, writes how their outputs differ, and exits with their status.
  func compareOutputs(_ comparison: Comparison, inferences: Int) throws {
    let report: OutputComparisonReport
    do {
      defer { readers.end() }
      report = try comparison.compareOutputs(inferences: inferences)
    }
    Self.showFailures(report.cells, besides: screen != nil)
    try files.write(report)
    try Self.leave(RunReport(host: report.host, cells: report.cells))
  }

  /// Says what gates decided, also with `--quiet`: whoever asks for a gate wants to read why it is open.
  private func show(_ lines: [String], of gates: [Gate], isStrict: Bool) throws {
    for line in lines { try print(line + "\n") }
    if !isStrict, gates.contains(where: { $0.outcome == .unsure }) {
      Terminal.message("assay: The gate cannot tell, and lets this pass. With --strict the status is 4.")
    }
  }

  /// Writes to standard output, or to standard error if the former carries a document.
  private func print(_ text: String) throws {
    if writesDocument { Terminal.write(text) } else { try TextSink(path: "-").write(text) }
  }

  /// Reports what could not be saved, and exits with the status of the report.
  static func leave(_ report: RunReport, isStrict: Bool = false) throws {
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report, isStrict: isStrict)
    if status != 0 { throw ExitCode(status) }
  }

  /// Writes why cells failed to standard error.
  ///
  /// - Parameter table: whether a table on standard output says so too. On a terminal that is enough.
  static func showFailures(_ cells: [CellReport], besides table: Bool) {
    if table && Terminal.showsOutput { return }
    let models = ModelNames(cells.map(\.model))
    for cell in cells {
      guard let error = cell.error else { continue }
      Terminal.message(
        "assay: \(models[cell.model]) on \(cell.target): \(cell.status.rawValue). \(error.fullDescription)")
    }
  }
}
