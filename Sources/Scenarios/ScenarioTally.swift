public import AssayCore

/// Collects the queries of a run.
public struct ScenarioTally: Sendable {
  private let measure: ScenarioMeasure
  /// In ns, in the order in which queries were added.
  private(set) var latencies: [UInt64] = []
  /// How far behind their schedule the queries of a server were issued that found a free stream, in ns.
  private(set) var delays: [UInt64] = []
  /// The query that was due last.
  private(set) var last = CompletedQuery(scheduled: 0, issued: 0, completed: 0)
  /// When all were done.
  private(set) var end: UInt64 = 0

  public init(_ measure: ScenarioMeasure) { self.measure = measure }

  /// Adds a query, in any order; of the offline scenario a sample of the only query.
  public mutating func add(_ query: CompletedQuery) {
    latencies.append(query.latency)
    if measure.scenario == .server, query.foundStream { delays.append(query.issued &- query.scheduled) }
    if query.scheduled >= last.scheduled { last = query }
    end = max(end, query.completed)
  }

  /// Says how long the run lasted, which may have been in the middle of a query.
  public mutating func lasted(until time: UInt64) { end = max(end, time) }

  /// - Parameters:
  ///   - streams: inferences that ran side by side.
  ///   - sampleCount: samples of the performance set.
  /// - Returns: `nil` if there are no queries.
  public func result(streams: Int, sampleCount: Int) -> ScenarioResult? {
    latencies.isEmpty ? nil : ScenarioResult(measure, self, streams: streams, sampleCount: sampleCount)
  }
}
