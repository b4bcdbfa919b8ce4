/// The readings of a machine's sensors during a run.
public struct TelemetrySeries: Codable, Hashable, Sendable {
  public var sensors: [Sensor]
  /// Sensors that this machine lacks or that could not be read, each with the reason.
  public var unavailable: [UnavailableSensor]
  /// When each sample was taken, in seconds on the axis of the record log; ascending.
  public var seconds: [Double]
  /// One row per sensor, with one value per sample in the unit of the sensor; `nil` where it gave none.
  public var values: [[Double?]]
  /// What happened to the machine or the run, in order of time. Of very many, an evenly chosen part.
  public var events: [TelemetryEvent]
  /// How many events there were.
  public var eventCount: Int
  /// Lines of the file that make no sense and are left out.
  public var damagedLines: Int

  public init(
    sensors: [Sensor] = [], unavailable: [UnavailableSensor] = [], seconds: [Double] = [], values: [[Double?]] = [],
    events: [TelemetryEvent] = [], damagedLines: Int = 0
  ) {
    eventCount = events.count
    self.damagedLines = damagedLines
    self.sensors = sensors
    self.unavailable = unavailable
    self.seconds = seconds
    self.values = values
    self.events = events
  }
}

/// A source of readings.
public struct Sensor: Codable, Hashable, Sendable {
  /// Unique on the machine, and the same at every start: `clock.cpu0`, `temperature.hwmon.coretemp.Package id 0`.
  public var id: String
  /// For people: `CPU 0 clock`.
  public var name: String
  public var quantity: Quantity
  /// The file or program that gives the readings.
  public var source: String

  public init(id: String, name: String, quantity: Quantity, source: String) {
    self.id = id
    self.name = name
    self.quantity = quantity
    self.source = source
  }

  /// What is measured, which also decides the unit.
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
  /// The clock that the firmware of a Raspberry Pi reports, which is the true one.
  public static let firmwareClock = "clock.firmware"

  /// The flag of too low a supply voltage. Firmware lowers the clock for that, too.
  public static let undervoltage = "throttled.undervoltage"
  /// The counters of the x86 kernel, which count heat alone. Other flags may also mean a power limit.
  public static let tooHot = "throttled.cpu"

  /// Whether a clock or a temperature is that of the processor, judged by its id: not of a GPU, a disk, a battery or the board.
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

/// A sensor that this machine lacks, or that stopped working.
public struct UnavailableSensor: Codable, Hashable, Sendable {
  /// `power`, or the id of a sensor that worked at first.
  public var name: String
  /// Why, and what to do about it if anything helps: `no powercap, INA3221, hwmon power or nvidia-smi found`.
  public var reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// What happened to the machine or the run at one moment.
public struct TelemetryEvent: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    /// The machine slept; `detail` says how long.
    case suspended
    /// The wall clock was set; `detail` says by how much.
    case clockStep = "clock_step"
    /// The run was resumed after a pause.
    case resumed
    /// A sensor stopped answering or gave nonsense.
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
