/// What cells show that ran a model on a target with several numbers of streams, threads and samples. Cells are indices of the report, from 0.
///
/// Latency is the mean. Where more threads than cores take turns, most inferences run undisturbed within one turn, and a median would not show
/// those that wait.
public struct StreamFrontier: Codable, Hashable, Sendable {
  /// All cells, by streams, threads and batch.
  public var cells: [Int]
  /// Those that no other beats in both throughput and latency, by latency.
  public var frontier: [Int] = []
  /// The lowest mean; `nil` where no cell was measured, as are the next three.
  public var minimumLatency: Int?
  /// The most samples a second.
  public var maximumThroughput: Int?
  /// The most samples a second whose mean is at most half as long again as the lowest.
  public var knee: Int?
  /// The most samples a second of those that reach all goals; `nil` without goals too.
  public var withinGoals: Int?
  /// `nil` where all cells, or none, had more threads in all than the machine has cores.
  public var oversubscription: Oversubscription?
  /// How points were chosen; `nil` where all were measured.
  public var search: StreamSearchReport?

  /// How much longer than the lowest mean that of the knee may be.
  public static let kneeLatency = 1.5

  /// What more threads in all than cores cost.
  public struct Oversubscription: Codable, Hashable, Sendable {
    /// The cell with the most samples a second of those with more threads in all than cores, and of the others.
    public var cell: Int
    public var within: Int
    /// Of the former to the latter.
    public var throughputRatio: Double
    public var latencyRatio: Double

    enum CodingKeys: String, CodingKey {
      case cell, within
      case throughputRatio = "throughput_ratio"
      case latencyRatio = "mean_ratio"
    }
  }

  enum CodingKeys: String, CodingKey {
    case cells, frontier, knee, oversubscription, search
    case minimumLatency = "minimum_latency"
    case maximumThroughput = "maximum_throughput"
    case withinGoals = "within_goals"
  }
}

/// How far a search through a grid of streams went.
public struct StreamSearchReport: Codable, Hashable, Sendable {
  /// Points that were measured, and those that there are.
  public var measured: Int
  public var points: Int
  /// What it took, and about what all points would have taken.
  public var seconds: Double
  public var gridSeconds: Double

  public init(measured: Int, points: Int, seconds: Double, gridSeconds: Double) {
    self.measured = measured
    self.points = points
    self.seconds = seconds
    self.gridSeconds = gridSeconds
  }

  enum CodingKeys: String, CodingKey {
    case measured, points
    case seconds = "search_s"
    case gridSeconds = "grid_s"
  }
}

extension StreamFrontier {
  /// A cell that was measured.
  private struct Point {
    let cell: Int
    let throughput: Double
    let latency: Double
    let meetsGoals: Bool
    let isOversubscribed: Bool
    /// Whether it was measured in full, not as a short point of a search.
    let isFull: Bool
  }

  /// - Parameter cores: that the process which measured them may use.
  init(_ cells: [(index: Int, report: CellReport)], cores: Int) {
    let sorted = cells.sorted { $0.report.options.isOrdered(before: $1.report.options) }
    // A short point is a hint only; where it was also measured in full, that counts.
    let longest = sorted.map(\.report.spec.measure.rule).max { $0.isShorter(than: $1) } ?? RepetitionRule()
    func isFull(_ cell: CellReport) -> Bool { !cell.spec.measure.rule.isShorter(than: longest) }
    let replaced = Set(sorted.filter { isFull($0.report) }.map(\.report.options))
    let kept = sorted.filter { isFull($0.report) || !replaced.contains($0.report.options) }
    self.cells = kept.map(\.index)
    let points = kept.compactMap { index, cell -> Point? in
      guard cell.status == .ok, let throughput = cell.rate?.samples, let latency = cell.latency?.mean else {
        return nil
      }
      return Point(
        cell: index, throughput: throughput, latency: latency,
        meetsGoals: !cell.goals.isEmpty && cell.meetsGoals,
        isOversubscribed: cell.options.streams * cell.options.threads > cores,
        isFull: isFull(cell))
    }
    let lowest = points.min { $0.latency < $1.latency }
    minimumLatency = lowest?.cell
    maximumThroughput = Self.most(points.filter(\.isFull))?.cell
    knee = lowest.flatMap { low in
      let near = points.filter { $0.latency <= low.latency * Self.kneeLatency }
      return (Self.most(near.filter(\.isFull)) ?? Self.most(near))?.cell
    }
    withinGoals = Self.most(points.filter { $0.isFull && $0.meetsGoals })?.cell
    var best = 0.0
    for point in points.sorted(by: { ($0.latency, -$0.throughput) < ($1.latency, -$1.throughput) })
    where point.throughput > best {
      best = point.throughput
      frontier.append(point.cell)
    }
    guard let over = Self.most(points.filter(\.isOversubscribed)),
      let within = Self.most(points.filter { !$0.isOversubscribed }), within.throughput > 0, within.latency > 0
    else { return }
    oversubscription = Oversubscription(
      cell: over.cell, within: within.cell, throughputRatio: over.throughput / within.throughput,
      latencyRatio: over.latency / within.latency)
  }

  private static func most(_ points: [Point]) -> Point? { points.max { $0.throughput < $1.throughput } }
}

extension RepetitionRule {
  fileprivate func isShorter(than other: RepetitionRule) -> Bool {
    (minimumSeconds, minimumCount) < (other.minimumSeconds, other.minimumCount)
  }
}

extension CellOptions {
  /// The order of the points of a grid.
  func isOrdered(before other: CellOptions) -> Bool {
    (streams, threads, batch ?? 0) < (other.streams, other.threads, other.batch ?? 0)
  }
}

extension RunReport {
  /// Adds what the points of each model on each target show together.
  public mutating func addFrontiers() {
    var groups: [(key: CellSpec, cells: [(index: Int, report: CellReport)])] = []
    for (index, cell) in cells.enumerated() where cell.spec.measure.kind == .streams {
      var key = cell.spec
      (key.options.streams, key.options.threads, key.options.batch) = (1, 1, nil)
      key.measure.rule = RepetitionRule()
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].cells.append((index, cell))
      } else {
        groups.append((key, [(index, cell)]))
      }
    }
    let found = groups.filter { $0.cells.count > 1 }
    frontiers =
      found.isEmpty
      ? nil : found.map { StreamFrontier($0.cells, cores: ($0.cells[0].report.host ?? host).allowedCores) }
  }
}
