public import AssayCore

/// What inference costs on a device: frames per second and accuracy by the dollar and by the watt, and energy by the inference.
public struct DeviceCost: Hashable, Sendable {
  public let device: String
  /// In US dollars, without a host.
  public let price: Double?
  /// In watts: the most that the device takes, or what it usually takes if no more is known.
  public let power: Double?
  public let powerIsMaximum: Bool
  /// The observation with the least latency.
  public let fastest: Observation
  /// The observation with the highest top-1 accuracy; `nil` without accuracies.
  public let mostAccurate: Observation?

  public init(
    device: String, price: Double?, power: Double?, powerIsMaximum: Bool, fastest: Observation,
    mostAccurate: Observation?
  ) {
    self.device = device
    self.price = price
    self.power = power
    self.powerIsMaximum = powerIsMaximum
    self.fastest = fastest
    self.mostAccurate = mostAccurate
  }

  /// One inference after the other.
  public var framesPerSecond: Double? { fastest[.latency].map { 1000 / $0 } }
  public var framesPerDollar: Double? { Self.quotient(framesPerSecond, price) }
  public var framesPerWatt: Double? { Self.quotient(framesPerSecond, power) }
  public var accuracyPerDollar: Double? { Self.quotient(mostAccurate?[.top1], price) }
  public var accuracyPerWatt: Double? { Self.quotient(mostAccurate?[.top1], power) }

  /// Millijoules of the fastest inference: as measured, else if the device takes `power` meanwhile.
  public var energy: Double? {
    fastest[.energy] ?? power.flatMap { power in fastest[.latency].map { power * $0 } }
  }

  private static func quotient(_ number: Double?, _ divisor: Double?) -> Double? {
    guard let number, let divisor, divisor > 0 else { return nil }
    return number / divisor
  }
}
