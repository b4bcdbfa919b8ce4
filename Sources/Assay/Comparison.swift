public import AssayCore
import Foundation
public import Launching
public import ResultStore
import Statistics

/// Cells or record logs compared with one of them: a ratio of latencies with an interval, and a verdict.
///
/// ```swift
/// let report = try Comparison(["model.tflite@litert", "model.tflite@openvino"]).run()
/// ```
public struct Comparison: Sendable {
  /// A share of the ratio: `--until 1%`.
  public static let defaultPrecision = 0.01
  public static let defaultMaximumSeconds = 60.0

  public let operands: [ComparisonOperand]
  /// The number of the operand that all others are compared with, from 1 on.
  public var reference = 1
  /// Of live cells, where they do not say otherwise. The seed is also that of the order in which they take turns.
  public var options: CellOptions
  /// Live cells are measured until the 95 % interval of every ratio is narrower than this, from end to end, as a share of the ratio …
  public var precision = Self.defaultPrecision
  /// … or this many seconds have passed since the first block.
  public var maximumSeconds = Self.defaultMaximumSeconds
  public var warmUpSeconds = RepetitionRule().warmUpSeconds
  /// Libraries to open instead of those that would be found, by engine.
  public var engineLibraries: [String: String] = [:]
  /// Seconds after which a live cell is stopped while it loads and warms up, or in one of its blocks; `nil` sets no limit.
  public var cellTimeLimit: Double?
  /// Where saved runs are looked for.
  public var store: ResultStore?
  /// As the user named the operands.
  private let names: [String]

  /// - Parameter operands: at least two of `model@engine[:device][,threads=N][,batch=N]`, or at least two saved runs or record logs.
  /// - Throws: `.usage` where they are not that, `.engineUnavailable` where one names no engine that Assay knows.
  public init(_ operands: [String], options: CellOptions? = nil) throws(AssayError) {
    guard operands.count >= 2 else {
      throw AssayError(
        .usage, "A comparison needs at least two operands.",
        advice: "Write the same one twice to see the noise of this machine.")
    }
    var parsed: [ComparisonOperand] = []
    for operand in operands { parsed.append(try ComparisonOperand(operand)) }
    let cells = Self.liveCells(parsed)
    guard cells.isEmpty || cells.count == operands.count else {
      throw AssayError(
        .usage, "Cells that are measured now cannot be compared with runs that were measured before.",
        advice: "Compare cells with cells, so that they take turns on the same machine.")
    }
    try EngineChoice.check(cells.map(\.target.engine))
    names = operands
    self.operands = parsed
    self.options = options ?? CellOptions(threads: Host.describe().allowedPhysicalCores)
  }

  /// How far a live comparison is.
  public struct Progress: Sendable {
    public let rounds: Int
    public let seconds: Double
    /// The widest interval when it was last looked at, as a share of its ratio.
    public let width: Double?
  }

  /// Reads or measures all sides and compares them. A live cell that fails ends the comparison with what was measured.
  ///
  /// Blocks the calling thread, which sleeps while workers measure.
  ///
  /// - Parameter progress: told after every round of live cells, while none runs.
  /// - Throws: where nothing can be compared at all: a model or a record log that cannot be read, no worker, no folder that can be written.
  public func run(
    interrupts: InterruptListener? = nil, progress: (Progress) -> Void = { _ in }
  ) throws(AssayError) -> ComparisonReport {
    try EngineChoice.check(engineLibraries.keys.sorted())
    guard operands.indices.contains(reference - 1) else {
      throw AssayError(.usage, "There is no operand \(reference) to be the reference; there are \(operands.count).")
    }
    let live = Self.liveCells(operands)
    if !live.isEmpty { return try measure(live, interrupts: interrupts, progress: progress) }
    var cells: [MeasuredCell] = []
    for operand in operands {
      switch operand {
      case .recordLog(let path): cells.append(try MeasuredCell(recordLog: path))
      case .stored(let name):
        guard let store else { throw AssayError(.usage, "There is no store to look for the run '\(name)' in.") }
        cells.append(try MeasuredCell(stored: name, in: store))
      case .live: break
      }
    }
    var report = report(of: cells, host: Host.describe(), interleaving: nil)
    report.accuracyDifferences = try accuracyDifferences(of: cells)
    guard !report.comparisons.isEmpty || report.accuracyDifferences != nil else {
      throw AssayError(
        .badData, "These runs have nothing in common: one has latencies only, another only predictions of images.",
        advice: "Compare runs of assay bench, or runs of assay accuracy.")
    }
    return report
  }

  /// Those of the cells that classified images and kept what their models said, against the reference.
  private func accuracyDifferences(of cells: [MeasuredCell]) throws(AssayError) -> [AccuracyDifference]? {
    let classified = cells.enumerated().compactMap { index, cell in
      cell.report?.predictions.map { (cell: index, path: $0) }
    }
    guard let reference = classified.first(where: { $0.cell == reference - 1 }) else { return nil }
    let ranks = cells[reference.cell].report?.accuracy?.top.map(\.k) ?? []
    let others = classified.filter { $0.cell != reference.cell }
    let differences = try AccuracyComparison.differences([reference] + others, ranks: ranks)
    return differences.isEmpty ? nil : differences
  }

  private static func liveCells(_ operands: [ComparisonOperand]) -> [LiveCell] {
    operands.compactMap { if case .live(let cell) = $0 { cell } else { nil } }
  }

  /// Whether saved runs are among the operands, so that there must be a `store`.
  public var readsStore: Bool {
    operands.contains { if case .stored = $0 { true } else { false } }
  }

  // MARK: Live cells

  private func measure(
    _ live: [LiveCell], interrupts: InterruptListener?, progress: (Progress) -> Void
  ) throws(AssayError) -> ComparisonReport {
    let worker = Worker(executable: try WorkerLocation.find(), timeLimit: cellTimeLimit, interrupts: interrupts)
    let host = Host.describe()
    var plans: [CellPlan] = []
    var models: [ModelReport] = []
    for cell in live {
      let model = try ModelFile.described(at: cell.model)
      models.append(model.report)
      plans.append(try plan(cell, model: model.file))
    }
    let measurement = InterleavedMeasurement(
      plans, worker: worker, maximumSeconds: maximumSeconds, seed: options.seed)
    var rule = StopRule(precision: precision)
    let ending = measurement.run { measurement in
      let isPrecise = rule.isFulfilled(after: measurement.rounds) {
        let blocks = measurement.members.map(\.blocks)
        return live.indices.filter { $0 != reference - 1 }.map { index in
          RatioComparison(pairs: RoundGroups.pairs(reference: blocks[reference - 1], cell: blocks[index]))
        }
      }
      progress(Progress(rounds: measurement.rounds, seconds: measurement.seconds, width: rule.width))
      return isPrecise
    }
    let cells = measurement.members.enumerated().map { index, member in
      MeasuredCell(
        name: names[index], durations: .blocks(member.blocks),
        report: LiveCellReport.make(member, model: models[index], ending: ending))
    }
    return report(
      of: cells, host: host,
      interleaving: Interleaving(
        ending: ending, rounds: measurement.rounds,
        blockMilliseconds: measurement.length.map { $0.nanoseconds / 1e6 },
        seconds: measurement.seconds, precision: precision))
  }

  private func plan(_ cell: LiveCell, model: ModelFile) throws(AssayError) -> CellPlan {
    var options = options
    options.threads = cell.threads ?? options.threads
    options.batch = cell.batch ?? options.batch
    return CellPlan(
      modelPath: model.path, format: model.format, target: cell.target,
      engineLibrary: engineLibraries[cell.target.engine], options: options,
      workload: .blocks(warmUpSeconds: warmUpSeconds), recordLogPath: try RecordFolder.newFile(suffix: "records"))
  }

  // MARK: The report

  private func report(of cells: [MeasuredCell], host: HostDescription, interleaving: Interleaving?) -> ComparisonReport
  {
    let others = cells.indices.filter { $0 != reference - 1 }
    let summaries = cells.map(\.summary)
    return ComparisonReport(
      host: host, cells: summaries, reference: reference,
      comparisons: others.compactMap { index in
        cells[index].compared(with: cells[reference - 1]).map { CellComparison(cell: index + 1, $0) }
      },
      interleaving: interleaving, notes: cells.compactMap(\.note) + ComparisonNotes.make(summaries))
  }
}
