public import AssayCore
import Glibc
public import Statistics

/// Inference time against accuracy: a line per device, and the observations that none beats in both.
public struct TimeAgainstAccuracy: Hashable, Sendable {
  public struct Series: Hashable, Sendable {
    public let device: String
    public let points: [Observation]
    /// Accuracy over the decimal logarithm of the time in milliseconds: times span decades. `nil` for fewer than three points.
    public let line: LeastSquaresLine?
    /// Accuracy over the time itself.
    public let plainLine: LeastSquaresLine?
  }

  public let quantity: Observation.Quantity
  public let series: [Series]
  /// By rising time.
  public let front: [Observation]

  /// - Parameter quantity: `.top1` or `.top5`.
  public init(_ observations: [Observation], quantity: Observation.Quantity) {
    let points = observations.filter { $0[quantity] != nil && ($0[.latency] ?? 0) > 0 }
    func line(_ points: [Observation], over time: (Double) -> Double) -> LeastSquaresLine? {
      LeastSquaresLine(x: points.compactMap { $0[.latency].map(time) }, y: points.compactMap { $0[quantity] })
    }
    self.quantity = quantity
    series = points.devices.map { device in
      let own = points.filter { $0.device == device }
      return Series(device: device, points: own, line: line(own, over: log10), plainLine: line(own) { $0 })
    }
    front = ParetoFront.indices(costs: points.compactMap { $0[.latency] }, gains: points.compactMap { $0[quantity] })
      .map { points[$0] }
  }
}
