import AssayCore

/// What a sensor said when it was asked.
enum Reading: Hashable, Sendable {
  case value(Double)
  /// Nothing is wrong, but there is no value: a rate needs two readings.
  case notYet
  /// Why there is no value: a clause without a full stop.
  case failed(String)

  /// The value, unless nothing of this kind can have it: chips and drivers answer nonsense when they are lost.
  init(_ value: Double, of sensor: Sensor) {
    let unit = sensor.quantity.unit
    self =
      sensor.quantity.plausible.contains(value)
      ? .value(value) : .failed("\(sensor.source) says \(value)\(unit.isEmpty ? "" : " \(unit)"), which cannot be")
  }

  init(of sensor: Sensor, _ value: () throws(ReadFailure) -> Double) {
    do {
      self = Reading(try value(), of: sensor)
    } catch {
      self = .failed(error.reason)
    }
  }

  var value: Double? {
    if case .value(let value) = self { value } else { nil }
  }

  var failure: String? {
    if case .failed(let reason) = self { reason } else { nil }
  }
}

/// When a reading is taken.
struct Moment: Sendable {
  /// Seconds of the monotonic clock, now: a rate needs the time of its own reading, for one before it may have taken long.
  let clock: @Sendable () -> Double
  /// Whether the machine slept since the last one: counters went on, or began anew, and the monotonic clock did not.
  var followsSleep = false
}

/// A file, some that belong together, or a program, that one or more sensors are read from.
protocol SensorSource: Sendable {
  var sensors: [Sensor] { get }
  /// One reading a sensor, in their order. It may hang: it is called from a thread that can be left behind.
  mutating func read(at moment: Moment) -> [Reading]
  /// Called once, at the end.
  func close()
}

extension SensorSource {
  func close() {}
}

extension Sensor.Quantity {
  /// What a value may be at all. Sensors that are not connected answer −273 or 1000 °C.
  var plausible: ClosedRange<Double> {
    switch self {
    case .clock: 1...20_000
    case .temperature: -60...200
    case .power: 0...20_000
    case .memory, .workerMemory: 0...1e9
    case .load: 0...1e7
    case .utilization, .steal, .throttled: 0...1
    case .contextSwitches: 0...1e9
    }
  }
}

/// How fast a counter of the kernel grows.
struct CounterRate: Sendable {
  private var previous: (seconds: Double, count: Double)?
  /// What the counter is thought to count up to before it begins at zero again; `nil` where it does not.
  let wrapsAt: Double?

  init(wrapsAt: Double? = nil) {
    self.wrapsAt = wrapsAt
  }

  /// - Returns: the counter's growth since the last reading and the seconds it took; `nil` where there is no last reading that counts.
  mutating func growth(to count: Double, at moment: Moment) -> (count: Double, seconds: Double)? {
    let seconds = moment.clock()
    defer { previous = (seconds, count) }
    guard let previous, !moment.followsSleep, seconds > previous.seconds else { return nil }
    var growth = count - previous.count
    if growth < 0, let wrapsAt { growth += wrapsAt }
    // A counter that falls, but does not wrap, began anew.
    return growth < 0 ? nil : (growth, seconds - previous.seconds)
  }

  /// After a reading that failed: a rate is over one interval, never over several.
  mutating func forget() {
    previous = nil
  }
}
