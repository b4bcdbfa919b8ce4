package import AssayCore
import Machine

/// One reading of a sensor.
package enum Reading: Hashable, Sendable {
  case value(Double)
  /// No value yet: a rate needs two readings.
  case notYet
  /// Why there is no value: a clause without a full stop.
  case failed(String)

  /// The value, or a failure if it is impossible: lost chips and drivers return nonsense.
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

  package var value: Double? {
    if case .value(let value) = self { value } else { nil }
  }

  var failure: String? {
    if case .failed(let reason) = self { reason } else { nil }
  }
}

/// The time of a reading.
package struct Moment: Sendable {
  /// Reads the monotonic clock, in seconds. A rate needs the time of its own reading, because earlier sources may have taken long.
  let clock: @Sendable () -> Double
  /// Whether the machine was suspended since the last one: counters continued or restarted while the monotonic clock stopped.
  var followsSleep = false

  package init(clock: @escaping @Sendable () -> Double, followsSleep: Bool = false) {
    (self.clock, self.followsSleep) = (clock, followsSleep)
  }
}

/// A file, several related files, or a program, with the values of one or more sensors.
package protocol SensorSource: Sendable {
  var sensors: [Sensor] { get }
  /// One reading per sensor, in order. It may hang; then its thread is abandoned.
  mutating func read(at moment: Moment) -> [Reading]
  /// Called once, at the end.
  func close()
}

extension SensorSource {
  package func close() {}
}

extension Sensor.Quantity {
  /// The range of possible values. Unconnected sensors give −273 or 1000 °C.
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

/// The rate of a kernel counter.
struct CounterRate: Sendable {
  private var previous: (seconds: Double, count: Double)?
  /// Where the counter wraps to zero; `nil` if it never does.
  let wrapsAt: Double?

  init(wrapsAt: Double? = nil) {
    self.wrapsAt = wrapsAt
  }

  /// - Returns: the growth since the last reading and the seconds between; `nil` if there is no valid last reading.
  mutating func growth(to count: Double, at moment: Moment) -> (count: Double, seconds: Double)? {
    let seconds = moment.clock()
    defer { previous = (seconds, count) }
    guard let previous, !moment.followsSleep, seconds > previous.seconds else { return nil }
    var growth = count - previous.count
    if growth < 0, let wrapsAt { growth += wrapsAt }
    // A counter that decreases without wrapping was reset.
    return growth < 0 ? nil : (growth, seconds - previous.seconds)
  }

  /// Call after a failed reading: a rate spans one interval, never several.
  mutating func forget() {
    previous = nil
  }
}
