public import AssayCore

/// The last values of the sensors, for the view of a running measurement.
public struct TelemetrySnapshot: Sendable {
  public var sensors: [Sensor] = []
  /// One for each sensor, in its unit; `nil` if it gave none.
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

  /// Whether something holds a clock down; `nil` if no sensor shows it.
  public var isThrottled: Bool? {
    highest(of: .throttled) { _ in true }.map { $0 > 0 }
  }

  /// The readings for a live view.
  public var readings: SensorReadings {
    SensorReadings(temperature: temperature, clock: clock, power: power, isThrottled: isThrottled)
  }

  private func highest(of quantity: Sensor.Quantity, where matches: (Sensor) -> Bool) -> Double? {
    zip(sensors, values).compactMap { $0.quantity == quantity && matches($0) ? $1 : nil }.max()
  }
}
