/// What a comparison found: the JSON of `assay compare`. The name of a number has its unit.
public struct ComparisonReport: Codable, Hashable, Sendable {
  public let schema: Int
  /// The version of Assay.
  public let assay: String
  /// The machine that compares; cells may come from another.
  public let host: HostDescription
  public let cells: [ComparisonSide]
  /// The number of the cell that all others are compared with, from 1 on.
  public let reference: Int
  /// Each cell but the reference, against it, as far as there are latencies of both.
  public let comparisons: [CellComparison]
  /// How live cells were measured; absent for stored runs.
  public let interleaving: Interleaving?
  /// What the cells differ in besides their latencies, and what else a reader must know.
  public let notes: [ComparisonNote]
  /// Cells that classified images, against the reference on the images that both could read; `nil` where there are none.
  public var accuracyDifferences: [AccuracyDifference]?
  /// Why a live cell could not be saved; its results stand here all the same.
  public var saveError: AssayError?

  enum CodingKeys: String, CodingKey {
    case schema, assay, host, cells, reference, comparisons, interleaving, notes
    case accuracyDifferences = "accuracy_differences"
    case saveError = "save_error"
  }

  public init(
    host: HostDescription, cells: [ComparisonSide], reference: Int, comparisons: [CellComparison],
    interleaving: Interleaving?, notes: [ComparisonNote]
  ) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.host = host
    self.cells = cells
    self.reference = reference
    self.comparisons = comparisons
    self.interleaving = interleaving
    self.notes = notes
  }

  /// The outcomes of `--fail-above`, by comparison; empty without it.
  public var gates: [Gate] { comparisons.compactMap(\.gate) }

  /// The outcomes of `--fail-above` by the saved run that they are about. The reference is a saved run, too.
  public var gatesOfRuns: [Int64: SavedGate] {
    guard let baseline = cells[reference - 1].report?.runID else { return [:] }
    var gates: [Int64: SavedGate] = [:]
    for comparison in comparisons {
      guard let gate = comparison.gate, let run = cells[comparison.cell - 1].report?.runID else { continue }
      gates[run] = SavedGate(baseline: baseline, gate: gate, runSpread: comparison.runSpread)
    }
    return gates
  }
}

/// A side of a comparison.
public struct ComparisonSide: Codable, Hashable, Sendable {
  /// The operand, as it was given.
  public let name: String
  public let medianMilliseconds: Double?
  /// Inferences that the comparison rests on.
  public let count: Int
  /// The machine that a stored run was measured on; live cells run on that of the comparison.
  public let host: HostDescription?
  /// The cell as it was measured; absent for a record log, of which nothing but the latencies is known.
  public let report: CellReport?

  public init(name: String, medianMilliseconds: Double?, count: Int, host: HostDescription?, report: CellReport?) {
    self.name = name
    self.medianMilliseconds = medianMilliseconds
    self.count = count
    self.host = host
    self.report = report
  }

  enum CodingKeys: String, CodingKey {
    case name, count, host
    case medianMilliseconds = "p50_ms"
    case report = "cell"
  }
}

/// One cell against the reference.
public struct CellComparison: Codable, Hashable, Sendable {
  /// The number of the cell, from 1 on.
  public let cell: Int
  /// Of the medians; above 1 where the cell is slower than the reference.
  public let ratio: Double
  /// The 95 % interval of the ratio; absent where there is too little data for one.
  public let interval: [Double]?
  /// The 99 % interval, on which the verdicts faster and slower rest.
  public let wideInterval: [Double]?
  public let verdict: Verdict
  /// What the intervals hold for runs of different times; absent for cells that took turns.
  public var runSpread: RunSpread?
  /// The outcome of `--fail-above`; absent without it.
  public var gate: Gate?
  /// Of streams; absent unless both sides have them.
  public var throughput: ThroughputComparison?

  public init(cell: Int, ratio: Double, interval: [Double]?, wideInterval: [Double]?, verdict: Verdict) {
    self.cell = cell
    self.ratio = ratio
    self.interval = interval
    self.wideInterval = wideInterval
    self.verdict = verdict
  }

  enum CodingKeys: String, CodingKey {
    case cell, ratio, verdict, gate, throughput
    case interval = "ratio_ci95"
    case wideInterval = "ratio_ci99"
    case runSpread = "run_spread"
  }
}

/// The inferences a second of a cell's streams against those of the reference's.
public struct ThroughputComparison: Codable, Hashable, Sendable {
  /// Above 1 where the cell makes more.
  public let ratio: Double
  /// The 95 % interval of the ratio; absent where there is too little data for one.
  public let interval: [Double]?
  /// The 99 % interval.
  public let wideInterval: [Double]?
  /// `faster` where the cell makes more. Of runs of different times there is none but `notEnoughData`: their intervals say nothing about how
  /// such runs differ.
  public let verdict: Verdict

  public init(ratio: Double, interval: [Double]?, wideInterval: [Double]?, verdict: Verdict) {
    self.ratio = ratio
    self.interval = interval
    self.wideInterval = wideInterval
    self.verdict = verdict
  }

  enum CodingKeys: String, CodingKey {
    case ratio, verdict
    case interval = "ratio_ci95"
    case wideInterval = "ratio_ci99"
  }
}

/// How live cells were measured in turns.
public struct Interleaving: Codable, Hashable, Sendable {
  /// Why it ended.
  public enum Ending: String, Codable, Sendable {
    /// Every interval is as narrow as was asked.
    case precise
    case timeIsUp = "time_is_up"
    case interrupted
    /// A cell failed.
    case failed
  }

  public let ending: Ending
  /// Rounds, in each of which every cell ran one block, in random order.
  public let rounds: Int
  /// About what a block took.
  public let blockMilliseconds: Double?
  /// From the first block to the last, without loading and warm-up.
  public let seconds: Double
  /// The width that was asked of every interval, as a share of the ratio.
  public let precision: Double

  public init(ending: Ending, rounds: Int, blockMilliseconds: Double?, seconds: Double, precision: Double) {
    self.ending = ending
    self.rounds = rounds
    self.blockMilliseconds = blockMilliseconds
    self.seconds = seconds
    self.precision = precision
  }

  enum CodingKeys: String, CodingKey {
    case ending, rounds, precision
    case seconds = "measured_s"
    case blockMilliseconds = "block_ms"
  }

  /// The name of schema 1.
  private enum FormerKeys: String, CodingKey { case seconds }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    ending = try values.decode(Ending.self, forKey: .ending)
    rounds = try values.decode(Int.self, forKey: .rounds)
    blockMilliseconds = try values.decodeIfPresent(Double.self, forKey: .blockMilliseconds)
    seconds =
      try values.decodeIfPresent(Double.self, forKey: .seconds)
      ?? decoder.container(keyedBy: FormerKeys.self).decode(Double.self, forKey: .seconds)
    precision = try values.decode(Double.self, forKey: .precision)
  }
}
