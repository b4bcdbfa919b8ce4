/// What the sensors of a machine said while a run went on.
public struct TelemetrySeries: Codable, Hashable, Sendable {
  public var sensors: [Sensor]
  /// What this machine does not offer, or what could not be read, each with the reason.
  public var unavailable: [UnavailableSensor]
  /// When each sample was taken, in seconds on the axis of the record log; ascending.
  public var seconds: [Double]
  /// One row a sensor, in their order, with one value a sample in the unit of the sensor; `nil` where it gave none.
  public var values: [[Double?]]
  /// What happened to the machine or the run between samples.
  public var events: [TelemetryEvent]
  /// Lines of the file that could not be understood, and are left out.
  public var damagedLines: Int

  public init(
    sensors: [Sensor] = [], unavailable: [UnavailableSensor] = [], seconds: [Double] = [], values: [[Double?]] = [],
    events: [TelemetryEvent] = [], damagedLines: Int = 0
  ) {
    self.damagedLines = damagedLines
    self.sensors = sensors
    self.unavailable = unavailable
    self.seconds = seconds
    self.values = values
    self.events = events
  }
}

/// One thing that is read again and again.
public struct Sensor: Codable, Hashable, Sendable {
  /// Unique on the machine, and the same at every start: `clock.cpu0`, `temperature.hwmon.coretemp.Package id 0`.
  public var id: String
  /// As people read it: `CPU 0 clock`.
  public var name: String
  public var quantity: Quantity
  /// The file or the program that it is read from.
  public var source: String

  public init(id: String, name: String, quantity: Quantity, source: String) {
    self.id = id
    self.name = name
    self.quantity = quantity
    self.source = source
  }

  /// What is measured, and so in which unit.
  public enum Quantity: String, Codable, Hashable, Sendable, CaseIterable {
    /// MHz
    case clock
    /// °C
    case temperature
    /// W
    case power
    /// MiB available to new programs
    case memory
    /// MiB resident in the worker
    case workerMemory = "worker_memory"
    /// Processes that run or wait to run
    case load
    /// Share of the processors' time in use, 0 … 1
    case utilization
    /// A second
    case contextSwitches = "context_switches"
    /// Share of the processors' time that the hypervisor gave to others, 0 … 1
    case steal
    /// 1 while the firmware or the kernel holds the clock down, else 0
    case throttled

    public var unit: String {
      switch self {
      case .clock: "MHz"
      case .temperature: "°C"
      case .power: "W"
      case .memory, .workerMemory: "MiB"
      case .contextSwitches: "1/s"
      case .load, .utilization, .steal, .throttled: ""
      }
    }
  }
}

extension Sensor {
  /// The clock that the firmware of a Raspberry Pi tells, which is the true one.
  public static let firmwareClock = "clock.firmware"

  /// The flag of too low a supply voltage, for which firmware lowers the clock too.
  public static let undervoltage = "throttled.undervoltage"
  /// The counters of the x86 kernel, which count nothing but heat. Other flags may also mean a limit of power.
  public static let tooHot = "throttled.cpu"

  /// Whether a clock or a temperature is that of the processor, as far as its name tells: not of a GPU, a disk, a battery or the board.
  public var isOfProcessor: Bool {
    switch quantity {
    case .clock: id.hasPrefix("clock.cpu") || id == Self.firmwareClock
    case .temperature:
      ["cpu", "coretemp", "k10temp", "zenpower", "x86_pkg", "soc-thermal", "package"]
        .contains { id.lowercased().contains($0) }
    default: false
    }
  }
}

/// Something that one would like to know and this machine does not tell.
public struct UnavailableSensor: Codable, Hashable, Sendable {
  /// `power`, or the id of a sensor that was there at first.
  public var name: String
  /// Why, and, where there is a way, what to do: `no powercap, INA3221, hwmon power or nvidia-smi found`.
  public var reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// What happened to the machine or the run at one moment.
public struct TelemetryEvent: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    /// The machine slept; `detail` tells how long.
    case suspended
    /// The wall clock was set; `detail` tells by how much.
    case clockStep = "clock_step"
    /// The run went on after a pause.
    case resumed
    /// A sensor stopped answering or answers nonsense.
    case sensorLost = "sensor_lost"
  }

  public var seconds: Double
  public var kind: Kind
  public var detail: String

  public init(seconds: Double, kind: Kind, detail: String) {
    self.seconds = seconds
    self.kind = kind
    self.detail = detail
  }
}
