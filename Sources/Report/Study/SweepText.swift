import Analyses
public import AssayCore
import Statistics

/// What a sweep found: one table, and one line of advice.
public struct SweepText: Sendable {
  /// What the recommended one has to reach.
  public struct Goals: Hashable, Sendable {
    /// In ms; `nil` for any.
    public var maximumLatency: Double?
    /// In percent; `nil` for any.
    public var minimumTop1: Double?

    public init(maximumLatency: Double? = nil, minimumTop1: Double? = nil) {
      (self.maximumLatency, self.minimumTop1) = (maximumLatency, minimumTop1)
    }

    /// With a limit of latency alone, the most accurate is recommended; else the fastest.
    var wantsAccuracy: Bool { maximumLatency != nil && minimumTop1 == nil }

    func allow(_ observation: Observation) -> Bool {
      guard let latency = observation[.latency] else { return false }
      let isAccurate = minimumTop1.map { (observation[.top1] ?? -.infinity) >= $0 } ?? true
      return isAccurate && latency <= maximumLatency ?? .infinity
    }
  }

  private let rows: [Observation]
  private let losses: [Observation: AccuracyLoss]
  private let goals: Goals
  private let omissions: [String]

  /// - Parameters:
  ///   - observations: single inferences and, of the same cells, streams.
  ///   - omissions: what could not even be planned, a line each.
  public init(_ observations: [Observation], goals: Goals, omissions: [String] = []) {
    self.goals = goals
    self.omissions = omissions
    var rows = observations.filter { $0.quantities[.maximumThroughput] == nil }
    for observation in observations {
      guard let rate = observation.quantities[.maximumThroughput] else { continue }
      for index in rows.indices where Self.isSameCell(rows[index], observation) {
        rows[index].quantities[.throughput] = rate
      }
    }
    losses = Dictionary(
      AccuracyLoss.losses(rows, quantity: .top1).map { ($0.observation, $0) }, uniquingKeysWith: { first, _ in first })
    self.rows = rows.enumerated().sorted { Self.precedes($0, $1, goals) }.map(\.element)
  }

  private static func isSameCell(_ one: Observation, _ other: Observation) -> Bool {
    one.model == other.model && one.printedFramework == other.printedFramework && one.device == other.device
  }

  private typealias Row = (offset: Int, element: Observation)

  private static func precedes(_ one: Row, _ other: Row, _ goals: Goals) -> Bool {
    func key(_ row: Row) -> (Double, Double, Int) {
      let latency = row.element[.latency] ?? .infinity
      return goals.wantsAccuracy ? (-(row.element[.top1] ?? -1), latency, row.offset) : (latency, 0, row.offset)
    }
    return key(one) < key(other)
  }

  // MARK: The table

  public func text() -> String {
    let columns = columns.filter { column in rows.contains { column.text($0) != nil } }
    var table = TextTable(columns.map(\.column))
    let best = front
    for (index, row) in rows.enumerated() {
      table.add(columns.map { $0.title == Self.front ? best.contains(index) ? "*" : "" : $0.text(row) ?? "–" })
    }
    var lines = table.terminalLines()
    if columns.contains(where: { $0.title == Self.front }) {
      lines.append("* No other is both as fast and as accurate.")
    }
    if !losses.isEmpty { lines.append("CHANGE in points against the model as it is; ! where it is more than chance.") }
    return (lines + reasons + omissions + [recommendation]).map(\.printable).joined(separator: "\n") + "\n"
  }

  private static let front = "FRONT"

  private struct Column {
    let title: String
    var alignment = TextTable.Alignment.right
    /// `nil` for nothing to show.
    let text: (Observation) -> String?

    var column: TextTable.Column { .init(title: title, alignment: alignment) }
  }

  private var columns: [Column] {
    func number(_ quantity: Observation.Quantity, decimals: Int) -> (Observation) -> String? {
      { $0[quantity].map { Figures.fixed($0, decimals: decimals) } }
    }
    return [
      Column(title: "MODEL", alignment: .left) { $0.original ?? $0.printedModel },
      Column(title: "FORM", alignment: .left) { $0.form },
      Column(title: "ON", alignment: .left) { $0.printedFramework },
      Column(title: "MEDIAN") { $0[.latency].map { Figures.milliseconds($0) } },
      Column(title: "TOP-1") { $0[.top1].map { "\(Figures.fixed($0, decimals: 2)) %" } },
      Column(title: "CHANGE") { losses[$0].map(Self.change) },
      Column(title: Self.front, alignment: .left) { $0[.top1].map { _ in "" } },
      Column(title: "SIZE MB", text: number(.size, decimals: 1)),
      Column(title: "LOAD MS", text: number(.load, decimals: 0)),
      Column(title: "MEMORY MB", text: number(.memory, decimals: 0)),
      Column(title: "ENERGY MJ", text: number(.energy, decimals: 2)),
      Column(title: "STREAMS/S", text: number(.throughput, decimals: 1)),
      Column(title: "RUN", alignment: .left) { Self.run($0) },
    ]
  }

  private static func change(_ loss: AccuracyLoss) -> String {
    StudyTables.signed(loss.change) + (loss.isMoreThanChance == true ? " !" : "")
  }

  private static func run(_ observation: Observation) -> String {
    observation.place.hasPrefix("run ") ? String(observation.place.dropFirst(4)) : observation.place
  }

  private static func name(_ observation: Observation) -> String {
    "\(observation.printedModel) on \(observation.printedFramework)"
  }

  /// The places of those that none beats in both latency and accuracy.
  private var front: Set<Int> {
    let points = rows.indices.filter { rows[$0][.latency] != nil && rows[$0][.top1] != nil }
    let places = ParetoFront.indices(
      costs: points.compactMap { rows[$0][.latency] }, gains: points.compactMap { rows[$0][.top1] })
    return Set(places.map { points[$0] })
  }

  /// Why cells have no numbers, a line each.
  private var reasons: [String] {
    rows.compactMap { row in
      let absent = [Observation.Quantity.latency, .top1].lazy.compactMap { row.quantities[$0]?.reason }.first {
        !$0.isEmpty
      }
      return absent.map { "\(Self.name(row)): \($0)" }
    }
  }

  // MARK: The recommended one

  private var recommendation: String {
    let fit = rows.filter(goals.allow)
    guard let first = fit.first else {
      let limits = goals.maximumLatency != nil || goals.minimumTop1 != nil
      return limits ? "None is within the limits." : "None could be measured."
    }
    // Without a limit of the accuracy, the fastest of those that lost none.
    let whole = fit.filter { (losses[$0].map { $0.isMoreThanChance == true && $0.change < 0 } ?? false) == false }
    let best = goals.wantsAccuracy || goals.minimumTop1 != nil ? first : whole.first ?? first
    let why =
      goals.wantsAccuracy
      ? "the most accurate within \(Figures.milliseconds(goals.maximumLatency ?? 0))"
      : goals.minimumTop1.map { "the fastest with at least \(Figures.shortest($0)) %" }
        ?? (best[.top1] == nil
          ? "the fastest" : "the fastest that is as accurate as the model as it is, but for chance")
    let accuracy = best[.top1].map { ", top-1 \(Figures.fixed($0, decimals: 2)) %" } ?? ""
    return """
      Recommended: \(Self.name(best)): \(best[.latency].map { Figures.milliseconds($0) } ?? "–")\(accuracy), \(why). \
      Again: assay results repeat \(Self.run(best))
      """
  }
}
