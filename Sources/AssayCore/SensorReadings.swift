/// The latest readings of a machine's sensors, for a live view. Unknown is `nil`.
public struct SensorReadings: Codable, Hashable, Sendable {
  /// °C: the hottest sensor of the processor, or of all if none is known to be the processor's.
  public var temperature: Double?
  /// MHz: the fastest of the processor's cores, which is the busy one.
  public var clock: Double?
  /// W, of the machine or of as much of it as is measured.
  public var power: Double?
  /// Whether something holds a clock down.
  public var isThrottled: Bool?

  public init(temperature: Double? = nil, clock: Double? = nil, power: Double? = nil, isThrottled: Bool? = nil) {
    self.temperature = temperature
    self.clock = clock
    self.power = power
    self.isThrottled = isThrottled
  }

  enum CodingKeys: String, CodingKey {
    case temperature = "temperature_c"
    case clock = "clock_mhz"
    case power = "power_w"
    case isThrottled = "throttled"
  }
}
