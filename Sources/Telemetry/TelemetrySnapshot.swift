public import AssayCore

/// What the sensors said last, for a view of a run that goes on.
public struct TelemetrySnapshot: Sendable {
  public var sensors: [Sensor] = []
  /// One a sensor, in its unit; `nil` where it gave none.
  public var values: [Double?] = []

  public init() {}

  /// °C: the hottest sensor of the processor, or of all where none is known to be its.
  public var temperature: Double? {
    highest(of: .temperature, where: \.isOfProcessor) ?? highest(of: .temperature) { _ in true }
  }

  /// MHz: the fastest of the processor's cores, which is the busy one.
  public var clock: Double? {
    highest(of: .clock) { $0.id == Sensor.firmwareClock } ?? highest(of: .clock, where: \.isOfProcessor)
  }

  /// W, of the machine or of as much of it as is measured.
  public var power: Double? {
    PowerChoice.all(among: sensors).lazy.compactMap { choice in
      let watts = choice.indices.compactMap { values[$0] }
      return watts.count == choice.indices.count ? watts.reduce(0, +) : nil
    }.first
  }

  /// Whether something holds a clock down; `nil` where nothing would tell.
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
