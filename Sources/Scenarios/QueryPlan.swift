public import AssayCore

/// What the inferences of a scenario take, and when they are due: all that a worker needs to know before it starts.
public struct QueryPlan: Sendable {
  /// In ns from the start, of a server; `nil` where each query waits for the last.
  public let due: [UInt64]?
  private let samples: [Int32]

  /// Samples that are drawn ahead for queries whose number nobody knows. Longer runs take the same again.
  private static let drawnCount = 1 << 20

  /// - Parameter sampleCount: of the performance set.
  public init(_ measure: ScenarioMeasure, sampleCount: Int) {
    let rules = measure.rules
    due =
      measure.scenario == .server
      ? PoissonArrivals.times(
        rate: measure.rate ?? 1, seed: measure.seeds.schedule, minimumCount: rules.minimumQueries,
        minimumSeconds: rules.minimumSeconds) : nil
    var order = SampleOrder(measure.scenario, sampleCount: sampleCount, rules: rules, seeds: measure.seeds)
    let queries =
      measure.scenario == .offline ? sampleCount : due?.count ?? Self.drawnCount / rules.samplesPerQuery
    var samples: [Int32] = []
    samples.reserveCapacity(queries * rules.samplesPerQuery)
    for _ in 0..<queries { samples += order.next().lazy.map { Int32($0) } }
    self.samples = samples
  }

  /// The sample of an inference, by its number from 0.
  @inline(__always)
  public func sample(of inference: UInt32) -> Int { Int(samples[Int(inference) % samples.count]) }
}
