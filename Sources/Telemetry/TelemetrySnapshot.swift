public import AssayCore

/// The last values of the sensors, for the view of a running measurement.
public struct TelemetrySnapshot: Sendable {
  public var sensors: [Sensor] = []
  /// One for each sensor, in its unit; `nil` where it gave none.
  public var values: [Double?] = []

  public init() {}

  /// °C: the hottest sensor of the processor, else of all sensors.
  public var temperature: Double? {
    highest(of: .temperature, where: \.isOfProcessor) ?? highest(of: .temperature) { _ in true }
  }

  /// MHz: the fastest core of the processor, which is the busy one.
  public var clock: Double? {
    highest(of: .clock) { $0.id == Sensor.firmwareClock } ?? highest(of: .clock, where: \.isOfProcessor)
  }

  /// W, of the machine or of the measured part of it.
  public var power: Double? {
    PowerChoice.all(among: sensors).lazy.compactMap { choice in
      let watts = choice.indices.compactMap { values[$0] }
      return watts.count == choice.indices.count ? watts.reduce(0, +) : nil
    }.first
  }

  /// Whether something holds a clock down; `nil` where no sensor shows it.
  public var isThrottled: Bool? {
    highest(of: .throttled) { _ in true }.map { $0 > 0 }
  }

  /// `62 °C, 1.4 GHz, 5.3 W, throttled`: the known parts, or an empty text.
  public var headline: String {
    let parts = [
      temperature.map { "\(Int($0.rounded())) °C" }, clock.map { "\(Self.tenths($0 / 1000)) GHz" },
      power.map { "\(Self.tenths($0)) W" }, isThrottled == true ? "throttled" : nil,
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  private func highest(of quantity: Sensor.Quantity, where matches: (Sensor) -> Bool) -> Double? {
    zip(sensors, values).compactMap { $0.quantity == quantity && matches($0) ? $1 : nil }.max()
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
