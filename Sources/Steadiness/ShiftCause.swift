import AssayCore
import Statistics

/// What the sensors did when the latencies changed their level.
struct ShiftCause {
  /// `the CPU clock fell from 1400 to 1200 MHz at 80 °C`
  let text: String
  /// Heat made the device slower.
  let isThrottling: Bool
  let numbers: [String: Double]

  /// How long before and after the change the sensors are looked at, in seconds.
  private static let window = 120.0
  /// A clock that changes by less than this share is at rest.
  private static let clockFloor = 0.03
  /// From here on a processor is hot, in °C: where small computers and laptops begin to slow down.
  private static let hot = 70.0
  /// GPUs are made to run hotter.
  private static let hotGPU = 80.0
  /// A change of the share of time that the hypervisor takes that counts.
  private static let stealFloor = 0.05

  /// `nil` where no sensor says something that would change latencies so.
  init?(_ telemetry: TelemetrySeries, of shift: LevelShift) {
    guard let early = shift.atRange.first, let late = shift.atRange.last else { return nil }
    let before = (early - Self.window)...early
    let after = late...(late + Self.window)
    func change(_ quantity: Sensor.Quantity) -> [(sensor: Sensor, before: Double, after: Double)] {
      telemetry.sensors.indices.filter { telemetry.sensors[$0].quantity == quantity }.compactMap { index in
        guard let from = telemetry.mean(of: index, in: before), let to = telemetry.mean(of: index, in: after) else {
          return nil
        }
        return (telemetry.sensors[index], from, to)
      }
    }
    let isSlower = shift.change > 0
    let clock = Self.clock(change(.clock)).flatMap { Self.size($0) >= Self.clockFloor ? $0 : nil }
    let raised = change(.throttled).filter { $0.after - $0.before > 0.5 }.map(\.sensor)
    let isOfGPU = clock?.isOfGPU ?? (!raised.isEmpty && raised.allSatisfy(\.isOfGPU))
    let temperature = Self.temperature(change(.temperature), ofGPU: isOfGPU)
    let heat = temperature.map { " at \(Decimals.text($0, unit: 1)) °C" } ?? ""
    let isUndervolted = raised.contains(where: \.tellsOfUndervoltage)
    // A clock that falls with the voltage falls for that, however warm it is.
    let isHot =
      !isOfGPU && raised.contains(where: \.tellsOfHeat)
      || !isUndervolted && temperature ?? 0 >= (isOfGPU ? Self.hotGPU : Self.hot)
    var numbers: [String: Double] = [:]
    numbers["temperature_c"] = temperature
    if let clock, (clock.after < clock.before) == isSlower {
      numbers["clock_from_mhz"] = clock.before
      numbers["clock_to_mhz"] = clock.after
      text =
        "the \(clock.name) \(isSlower ? "fell" : "rose") from \(Decimals.text(clock.before, unit: 1)) "
        + "to \(Decimals.text(clock.after, unit: 1)) MHz\(heat)"
        + (isSlower && isUndervolted ? " and the supply voltage became too low (under-voltage, not heat)" : "")
      isThrottling = isSlower && isHot
    } else if isUndervolted, isSlower {
      text = "the supply voltage became too low (under-voltage, not heat)"
      isThrottling = false
    } else if !raised.isEmpty, isSlower {
      text = "the machine began to hold its clock down\(heat)"
      isThrottling = isHot
    } else if let steal = change(.steal).first, (steal.after > steal.before) == isSlower,
      abs(steal.after - steal.before) >= Self.stealFloor
    {
      text =
        "the share of the processors that the hypervisor gave to others \(isSlower ? "rose" : "fell") from "
        + "\(Decimals.percent(steal.before)) to \(Decimals.percent(steal.after))"
      isThrottling = false
      numbers["steal_from"] = steal.before
      numbers["steal_to"] = steal.after
    } else {
      return nil
    }
    self.numbers = numbers
  }

  /// The hottest of the processor's, or of the GPUs'. Where none is known to be the processor's, the zones of the machine: no disk.
  private static func temperature(
    _ temperatures: [(sensor: Sensor, before: Double, after: Double)], ofGPU: Bool
  ) -> Double? {
    func hottest(_ matches: (Sensor) -> Bool) -> Double? {
      temperatures.filter { matches($0.sensor) }.map { max($0.before, $0.after) }.max()
    }
    if ofGPU { return hottest(\.isOfGPU) }
    return hottest(\.isOfProcessor) ?? hottest { $0.id.hasPrefix("temperature.zone") }
  }

  private typealias Clock = (name: String, before: Double, after: Double, isOfGPU: Bool)

  /// How much it changed, as a share.
  private static func size(_ clock: Clock) -> Double {
    clock.before > 0 ? abs(clock.after / clock.before - 1) : 0
  }

  /// The clocks of all cores as one; else the one that changed most.
  private static func clock(_ clocks: [(sensor: Sensor, before: Double, after: Double)]) -> Clock? {
    func groupChange(_ group: [(sensor: Sensor, before: Double, after: Double)]) -> (before: Double, after: Double) {
      let n = Double(group.count)
      return (group.reduce(0) { $0 + $1.before } / n, group.reduce(0) { $0 + $1.after } / n)
    }
    let cores = clocks.filter { $0.sensor.id.hasPrefix("clock.cpu") }
    let others = clocks.filter { !$0.sensor.id.hasPrefix("clock.cpu") }
    var candidates = others.map {
      (name: $0.sensor.name, before: $0.before, after: $0.after, isOfGPU: $0.sensor.isOfGPU)
    }
    if !cores.isEmpty {
      let (before, after) = groupChange(cores)
      candidates.insert((name: "CPU clock", before: before, after: after, isOfGPU: false), at: 0)
    }
    // The processor comes first, and stays there where it has changed at all.
    if let first = candidates.first, size(first) >= clockFloor { return first }
    return candidates.max { size($0) < size($1) }
  }
}

extension Sensor {
  fileprivate var isOfGPU: Bool { id.contains(".nvidia.") }
  fileprivate var tellsOfHeat: Bool { id.hasPrefix(Self.tooHot) }
  var tellsOfUndervoltage: Bool { id.hasPrefix(Self.undervoltage) }
}

extension TelemetrySeries {
  /// The mean of what a sensor said within a range of seconds; `nil` where it said nothing that is a number.
  func mean(of sensor: Int, in range: ClosedRange<Double>) -> Double? {
    guard values.indices.contains(sensor) else { return nil }
    var sum = 0.0
    var count = 0
    for (time, value) in zip(seconds, values[sensor]) where range.contains(time) {
      guard let value, value.isFinite else { continue }
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
