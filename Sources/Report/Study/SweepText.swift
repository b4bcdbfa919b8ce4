public import AssayCore
import Statistics

/// What a sweep found: one table by rising latency, and one line of advice.
public struct SweepText: Sendable {
  private let observations: [Observation]
  private let maximumLatency: Double?
  private let minimumTop1: Double?

  /// - Parameters:
  ///   - observations: a row each.
  ///   - maximumLatency: in ms, what the recommended one must not exceed; `nil` for any.
  ///   - minimumTop1: in percent, what it must reach; `nil` for any.
  public init(_ observations: [Observation], maximumLatency: Double?, minimumTop1: Double?) {
    self.observations = observations.enumerated().sorted { first, second in
      let (one, other) = (first.element[.latency] ?? .infinity, second.element[.latency] ?? .infinity)
      return (one, first.offset) < (other, second.offset)
    }.map { $0.element }
    self.maximumLatency = maximumLatency
    self.minimumTop1 = minimumTop1
  }

  public func text() -> String {
    let hasAccuracy = observations.contains { $0.quantities[.top1] != nil }
    var columns: [TextTable.Column] = [
      .init(title: "MODEL", alignment: .left), .init(title: "ON", alignment: .left),
      .init(title: "MEDIAN", alignment: .right),
    ]
    if hasAccuracy { columns += [.init(title: "TOP-1", alignment: .right), .init(title: "FRONT", alignment: .left)] }
    columns.append(.init(title: "RUN", alignment: .left))
    var table = TextTable(columns)
    let best = front
    for (index, observation) in observations.enumerated() {
      var row = [observation.printedModel, observation.printedFramework, latency(observation)]
      if hasAccuracy {
        row.append(observation[.top1].map { "\(Figures.fixed($0, decimals: 2)) %" } ?? "–")
        row.append(best.contains(index) ? "*" : "")
      }
      table.add(row + [run(observation)])
    }
    var lines = table.terminalLines()
    if hasAccuracy { lines.append("* No other is both as fast and as accurate.") }
    return (lines + reasons + [recommendation]).map(\.printable).joined(separator: "\n") + "\n"
  }

  private func latency(_ observation: Observation) -> String {
    observation[.latency].map { Figures.milliseconds($0) } ?? "–"
  }

  private func run(_ observation: Observation) -> String {
    observation.place.hasPrefix("run ") ? String(observation.place.dropFirst(4)) : observation.place
  }

  private func name(_ observation: Observation) -> String {
    "\(observation.printedModel) on \(observation.printedFramework)"
  }

  /// The places of those that none beats in both latency and accuracy.
  private var front: Set<Int> {
    let points = observations.indices.filter { observations[$0][.latency] != nil && observations[$0][.top1] != nil }
    let places = ParetoFront.indices(
      costs: points.compactMap { observations[$0][.latency] }, gains: points.compactMap { observations[$0][.top1] })
    return Set(places.map { points[$0] })
  }

  /// Why cells have no numbers, a line each.
  private var reasons: [String] {
    observations.compactMap { observation in
      guard case .absent(_, let reason)? = observation.quantities[.latency] ?? observation.quantities[.top1],
        !reason.isEmpty
      else { return nil }
      return "\(name(observation)): \(reason)"
    }
  }

  private var recommendation: String {
    let fit = observations.filter { observation in
      guard let latency = observation[.latency] else { return false }
      let isAccurate = minimumTop1.map { (observation[.top1] ?? -.infinity) >= $0 } ?? true
      return isAccurate && latency <= maximumLatency ?? .infinity
    }
    guard let fastest = fit.first else {
      let limits = maximumLatency != nil || minimumTop1 != nil
      return limits ? "None is within the limits." : "None could be measured."
    }
    // By rising latency, so that the first of equally accurate ones is the fastest.
    let best = fit.dropFirst().reduce(fastest) { ($1[.top1] ?? -1) > ($0[.top1] ?? -1) ? $1 : $0 }
    let accuracy = best[.top1].map { ", top-1 \(Figures.fixed($0, decimals: 2)) %" } ?? ""
    return "Recommended: \(name(best)): \(latency(best))\(accuracy). Again: assay results repeat \(run(best))"
  }
}
