public import AssayCore

/// A latency beside the one that another source has for the same model, framework and device.
public struct EarlierWork: Hashable, Sendable {
  public let own: Observation
  public let other: Observation
  /// The other latency over the own one.
  public let ratio: Double

  /// Every pair, by the order of the others. The own observation is the one whose latency is the nearest, if there are several hosts.
  public static func pairs(own: [Observation], others: [Observation]) -> [EarlierWork] {
    others.compactMap { other in
      guard let latency = time(of: other) else { return nil }
      let same = own.filter { $0.model == other.model && $0.device == other.device && $0.framework == other.framework }
      let ratios = same.compactMap { own in time(of: own).map { (own, latency / $0) } }
      guard let nearest = ratios.min(by: { distance($0.1) < distance($1.1) }) else { return nil }
      return EarlierWork(own: nearest.0, other: other, ratio: nearest.1)
    }
  }

  /// A latency in milliseconds, from frames per second if there is none.
  public static func time(of observation: Observation) -> Double? {
    observation[.latency] ?? observation[.throughput].flatMap { $0 > 0 ? 1000 / $0 : nil }
  }

  /// How far a ratio is from 1, either way.
  private static func distance(_ ratio: Double) -> Double { max(ratio, 1 / ratio) }
}
