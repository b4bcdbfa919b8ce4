public import AssayCore
public import Statistics

/// How much the host matters to a device: the speeds of the same models on two hosts, and the line through them.
public struct HostImpact: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public let model: String
    /// In milliseconds.
    public let first: Double
    public let second: Double

    /// The reciprocals, in 1/ms.
    public var speeds: (first: Double, second: Double) { (1 / first, 1 / second) }
  }

  public let device: String
  public let firstHost: String
  public let secondHost: String
  /// The models with a latency on both hosts.
  public let rows: [Row]
  /// The speeds on the second host over those on the first; `nil` for fewer than three models.
  public let line: LeastSquaresLine?

  public init(_ observations: [Observation], device: String, firstHost: String, secondHost: String) {
    func latencies(on host: String) -> [(model: String, latency: Double)] {
      observations.filter { $0.device == device && $0.host == host }.compactMap { observation in
        observation[.latency].map { (observation.model, $0) }
      }
    }
    let others = latencies(on: secondHost)
    rows = latencies(on: firstHost).compactMap { model, latency in
      guard latency > 0, let other = others.first(where: { $0.model == model }), other.latency > 0 else { return nil }
      return Row(model: model, first: latency, second: other.latency)
    }
    line = LeastSquaresLine(x: rows.map(\.speeds.first), y: rows.map(\.speeds.second))
    self.device = device
    self.firstHost = firstHost
    self.secondHost = secondHost
  }
}
