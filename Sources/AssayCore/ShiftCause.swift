/// What the sensors did when the latencies changed their level. In JSON an object with a stable `code`.
public enum ShiftCause: Hashable, Sendable {
  case clock(ClockChange)
  /// The supply voltage became too low, and no clock was seen to fall.
  case undervoltage
  /// A flag says that the clock is held down, and no clock was seen to fall.
  case clockHeldDown(HeldClock)
  /// The share of the processors' time that the hypervisor gave to others, before and after.
  case steal(from: Double, to: Double)
  /// The text of a cause that an Assay before codes has stored.
  case recorded(String)

  public struct ClockChange: Codable, Hashable, Sendable {
    /// `CPU clock`, or the name of the sensor.
    public var sensor: String
    /// MHz.
    public var from: Double
    public var to: Double
    /// °C of what the clock drives; `nil` where no sensor says.
    public var temperature: Double?
    /// A flag of too low a supply voltage was raised with it.
    public var isUndervolted: Bool
    /// Heat made the clock fall.
    public var isThermal: Bool

    public init(
      sensor: String, from: Double, to: Double, temperature: Double? = nil, isUndervolted: Bool = false,
      isThermal: Bool = false
    ) {
      self.sensor = sensor
      self.from = from
      self.to = to
      self.temperature = temperature
      self.isUndervolted = isUndervolted
      self.isThermal = isThermal
    }

    enum CodingKeys: String, CodingKey {
      case sensor
      case from = "from_mhz"
      case to = "to_mhz"
      case temperature = "temperature_c"
      case isUndervolted = "undervoltage"
      case isThermal = "thermal"
    }
  }

  public struct HeldClock: Codable, Hashable, Sendable {
    /// °C; `nil` where no sensor says.
    public var temperature: Double?
    /// Heat is the reason.
    public var isThermal: Bool

    public init(temperature: Double? = nil, isThermal: Bool) {
      self.temperature = temperature
      self.isThermal = isThermal
    }

    enum CodingKeys: String, CodingKey {
      case temperature = "temperature_c"
      case isThermal = "thermal"
    }
  }

  /// Heat made the device slower.
  public var isThermal: Bool {
    switch self {
    case .clock(let change): change.isThermal
    case .clockHeldDown(let held): held.isThermal
    case .undervoltage, .steal, .recorded: false
    }
  }
}

extension ShiftCause: Codable {
  private enum Code: String, Codable {
    case clock, undervoltage
    case clockHeldDown = "clock_held_down"
    case steal, recorded
  }

  private enum Keys: String, CodingKey { case code, from, to, text }

  /// Also reads a plain string, as older stores hold it, into `recorded`.
  public init(from decoder: any Decoder) throws {
    if let text = decoder.recordedText {
      self = .recorded(text)
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    self =
      switch try values.decode(Code.self, forKey: .code) {
      case .clock: .clock(try ClockChange(from: decoder))
      case .undervoltage: .undervoltage
      case .clockHeldDown: .clockHeldDown(try HeldClock(from: decoder))
      case .steal:
        .steal(from: try values.decode(Double.self, forKey: .from), to: try values.decode(Double.self, forKey: .to))
      case .recorded: .recorded(try values.decode(String.self, forKey: .text))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    switch self {
    case .clock(let change):
      try values.encode(Code.clock, forKey: .code)
      try change.encode(to: encoder)
    case .undervoltage: try values.encode(Code.undervoltage, forKey: .code)
    case .clockHeldDown(let held):
      try values.encode(Code.clockHeldDown, forKey: .code)
      try held.encode(to: encoder)
    case .steal(let from, let to):
      try values.encode(Code.steal, forKey: .code)
      try values.encode(from, forKey: .from)
      try values.encode(to, forKey: .to)
    case .recorded(let text):
      try values.encode(Code.recorded, forKey: .code)
      try values.encode(text, forKey: .text)
    }
  }
}
