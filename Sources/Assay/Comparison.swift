public import AssayCore
import Foundation
import Launching
public import ResultStore

/// Compares cells, saved runs or record logs with one of them: a ratio of latencies with an interval, and a verdict.
///
/// ```swift
/// let report = try Comparison(["model.tflite@litert", "model.tflite@openvino"], in: RunContext(.local())).run()
/// ```
public struct Comparison {
  public static let defaultPrecision = 0.01
  public static let defaultMaximumSeconds = 60.0

  public let operands: [ComparisonOperand]
  /// The number of the reference operand, from 1.
  public var reference = 1
  /// Options of live cells, which operands may override. The seed also determines the order in which they take turns.
  public var options: CellOptions
  /// Live cells are measured until the 95 % interval of every ratio is narrower than this, from end to end, as a share of the ratio …
  public var precision = Self.defaultPrecision
  /// … or this many seconds have passed since the first block.
  public var maximumSeconds = Self.defaultMaximumSeconds
  public var warmUpSeconds = RepetitionRule().warmUpSeconds
  /// The slowdown that `--fail-above` allows, as a share; `nil` for no gate.
  public var limit: Double?
  /// The signature that live cells run; `nil` for the first of each model.
  public var signature: String?
  /// Libraries to open instead of those that Assay finds, by engine.
  public var engineLibraries: [String: String] = [:]
  /// Its store has the saved runs, and gets the live cells.
  public var context: RunContext
  /// As the user named the operands.
  let names: [String]
  /// Cells that operands cannot describe, with all their options; `nil` to make them from the operands.
  let cells: [CellSpec]?

  /// - Parameter operands: at least two of `model@engine[:device][,streams=N][,threads=N][,batch=N]`, or at least two
  ///   saved runs or record logs.
  /// - Throws: `.usage` if they are not that, `.engineUnavailable` if Assay does not know an engine.
  public init(_ operands: [String], options: CellOptions? = nil, in context: RunContext) throws(AssayError) {
    self.operands = try Self.parse(operands)
    let cells = self.operands.compactMap(\.liveCell)
    try context.machine.check(cells.map(\.target))
    names = operands
    self.cells = nil
    self.context = context
    self.options = options ?? CellOptions(threads: context.machine.host.allowedPhysicalCores)
  }

  /// Cells to measure in turns, each with options of its own.
  init(_ cells: [(name: String, spec: CellSpec)], in context: RunContext) {
    operands = cells.map { .live(LiveCell(model: $0.spec.model.path, target: $0.spec.target)) }
    names = cells.map(\.name)
    self.cells = cells.map(\.spec)
    self.context = context
    options = CellOptions(threads: context.machine.host.allowedPhysicalCores, seed: cells[0].spec.options.seed)
  }

  /// Reads or measures all sides and compares them. A live cell that fails ends the comparison with what was measured.
  ///
  /// Blocks the calling thread, which sleeps while workers measure.
  ///
  /// - Throws: if nothing can be compared: an unreadable model or record log, no writable folder.
  public func run() throws(AssayError) -> ComparisonReport {
    try check()
    return operands.contains { $0.liveCell != nil } ? try measure() : try read()
  }

  /// - Throws: `.usage` for a reference that is no operand, or a library of an engine that is not known.
  func check() throws(AssayError) {
    try context.machine.checkEngines(engineLibraries.keys.sorted())
    guard operands.indices.contains(reference - 1) else {
      throw AssayError(
        .usage, "There is no operand \(reference) to be the reference: there are \(operands.count).")
    }
  }

  /// Compares saved runs and record logs.
  private func read() throws(AssayError) -> ComparisonReport {
    var sources: [ComparisonSource] = []
    for operand in operands {
      switch operand {
      case .recordLog(let path): sources.append(try ComparisonSource(recordLog: path))
      case .stored(let name):
        guard let store = context.store else {
          throw AssayError(.usage, "There is no store with the run '\(name)'.")
        }
        sources.append(try ComparisonSource(stored: name, in: store))
      case .live: break
      }
    }
    let report = try report(of: sources, interleaving: nil)
    guard !report.comparisons.isEmpty || report.accuracyDifferences != nil else {
      throw AssayError(
        .badData, "These runs have nothing in common: one has latencies only, another only predictions of images.",
        advice: "Compare runs of assay bench, or runs of assay accuracy.")
    }
    guard limit == nil || report.comparisons.count == sources.count - 1 else {
      throw AssayError(
        .badData, "--fail-above decides by latencies, and one of these runs has none.",
        advice: "Compare runs of assay bench, or isolated runs of assay accuracy.")
    }
    return report
  }

  func report(of sources: [ComparisonSource], interleaving: Interleaving?) throws(AssayError) -> ComparisonReport {
    var report = try Self.report(
      of: sources, reference: reference, on: context.machine.host, interleaving: interleaving,
      history: context.store.map(RunHistory.init), limit: limit)
    report.accuracyDifferences = try accuracyDifferences(of: sources)
    return report
  }

  /// Compares latencies with those of the reference, which is counted from 1.
  static func report(
    of sources: [ComparisonSource], reference: Int, on host: HostDescription, interleaving: Interleaving?,
    history: RunHistory?, limit: Double? = nil
  ) throws(AssayError) -> ComparisonReport {
    let others = sources.indices.filter { $0 != reference - 1 }
    let sides = sources.map(\.side)
    var comparisons: [CellComparison] = []
    for index in others {
      let found = try sources[index].compared(with: sources[reference - 1], history: history)
      guard let found else { continue }
      var comparison = CellComparison(cell: index + 1, found.comparison, spread: found.spread, limit: limit)
      comparison.throughput = sources[index].throughput(against: sources[reference - 1])
      comparisons.append(comparison)
    }
    return ComparisonReport(
      host: host, cells: sides, reference: reference, comparisons: comparisons,
      interleaving: interleaving, notes: sources.compactMap(\.note) + ComparisonNotes.make(sides))
  }

  /// Compares the sides that kept predictions of images with the reference.
  private func accuracyDifferences(of sources: [ComparisonSource]) throws(AssayError) -> [AccuracyDifference]? {
    let classified = sources.enumerated().compactMap { index, source in
      source.report?.keptPredictions(cell: index)
    }
    guard let reference = classified.first(where: { $0.cell == reference - 1 }) else { return nil }
    let ranks = sources[reference.cell].report?.accuracy?.top.map(\.k) ?? []
    let others = classified.filter { $0.cell != reference.cell }
    let differences = try AccuracyComparison.differences([reference] + others, ranks: ranks)
    return differences.isEmpty ? nil : differences
  }

  /// - Throws: `.usage` if there are too few operands, or cells to measure beside what was measured before.
  public static func parse(_ operands: [String]) throws(AssayError) -> [ComparisonOperand] {
    guard operands.count >= 2 else {
      throw AssayError(
        .usage, "A comparison needs at least two operands.",
        advice: "Write the same one twice to see the noise of this machine.")
    }
    let parsed = try operands.map { operand throws(AssayError) in try ComparisonOperand(operand) }
    let liveCount = parsed.count { $0.liveCell != nil }
    guard liveCount == 0 || liveCount == parsed.count else {
      throw AssayError(
        .usage, "Cells that are measured now cannot be compared with runs that were measured before.",
        advice: "Compare cells with cells, so that they take turns on the same machine.")
    }
    return parsed
  }

  /// How operands use the store: live cells are saved, saved runs are read; `nil` for record logs alone.
  public static func use(of operands: [ComparisonOperand]) -> ResultStore.Use? {
    if operands.contains(where: { $0.liveCell != nil }) { return .saving }
    return operands.contains { if case .stored = $0 { true } else { false } } ? .existing : nil
  }
}

extension ComparisonOperand {
  var liveCell: LiveCell? { if case .live(let cell) = self { cell } else { nil } }
}
