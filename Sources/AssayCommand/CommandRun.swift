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

  /// Opens everything before anything is measured.
  ///
  /// - Parameter view: shows progress on the terminal.
  init(
    _ session: SessionArguments, output: OutputArguments, store: ResultStore?, view: any EventView = ProgressView()
  ) throws {
    let interrupts = try InterruptListener()
    self.init(
      try session.machine(interrupts: interrupts), interrupts: interrupts, files: try output.open(), store: store,
      readers: try EventReaders(
        events: output.events, isQuiet: output.quiet, isVerbose: output.verbose, view: view),
      screen: output.showsTable ? output.screen : nil)
    context.origin = output.kept.origin
  }

  init(
    _ machine: Machine, interrupts: InterruptListener, files: OutputFiles, store: ResultStore?, readers: EventReaders,
    screen: Screen?
  ) {
    self.files = files
    self.readers = readers
    self.screen = screen
    context = RunContext(machine, events: readers.stream(), interrupts: interrupts)
    context.store = store
  }

  /// Measures a bench, writes the results, and exits with their status.
  ///
  /// - Parameter isStrict: whether a cell that an engine cannot run counts as failed beside others that are ok.
  func measure(_ bench: Bench, against: AgainstArguments? = nil, isStrict: Bool = false) throws {
    // Looked up first: the new runs may get the same tag, and an unknown name must be reported before anything is measured.
    let baseline = try against?.baseline(in: context.store)
    let report = try run(bench)
    Self.showFailures(report.cells, besides: screen != nil)
    try files.write(report)
    try Self.leave(
      report, isStrict: isStrict,
      regressed: try against?.compare(report, with: baseline, in: context, on: screen) ?? false)
  }

  /// Measures a bench and shows its events, but not its results.
  func run(_ bench: Bench) throws(AssayError) -> RunReport {
    defer { readers.end() }
    return try bench.run()
  }

  /// Measures or reads the sides of a comparison, writes the results, and exits with their status.
  func compare(_ comparison: Comparison, failAbove: Percentage?) throws {
    let report: ComparisonReport
    do {
      defer { readers.end() }
      report = try comparison.run()
    }
    Self.showFailures(report.cells.compactMap(\.report), besides: screen != nil && report.interleaving != nil)
    try files.write(report)
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report, failAbove: failAbove?.share)
    if status != 0 { throw ExitCode(status) }
  }

  /// Reports what could not be saved, and exits with the status of the report, or with 3 if all is well but too slow.
  static func leave(_ report: RunReport, isStrict: Bool = false, regressed: Bool = false) throws {
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report, isStrict: isStrict)
    if status != 0 || regressed { throw ExitCode(status != 0 ? status : ExitStatus.regression) }
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
