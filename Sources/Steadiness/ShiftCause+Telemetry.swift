import AssayCore
import Statistics

extension ShiftCause {
  /// How long before and after the change the sensors are looked at, in seconds.
  private static let window = 120.0
  /// A clock that changes by less than this share is at rest.
  private static let clockFloor = 0.03
  /// A processor is hot from here on, in °C: small computers and laptops begin to slow down.
  private static let hot = 70.0
  /// GPUs are made to run hotter.
  private static let hotGPU = 80.0
  /// The least change of the share of time that the hypervisor takes that counts.
  private static let stealFloor = 0.05

  private typealias Change = (sensor: Sensor, before: Double, after: Double)

  /// `nil` if no sensor shows something that would change latencies so.
  init?(_ telemetry: TelemetrySeries, of shift: LevelShift) {
    guard let early = shift.atRange.first, let late = shift.atRange.last else { return nil }
    let before = (early - Self.window)...early
    let after = late...(late + Self.window)
    func changes(_ quantity: Sensor.Quantity) -> [Change] {
      telemetry.sensors.indices.filter { telemetry.sensors[$0].quantity == quantity }.compactMap { index in
        guard let from = telemetry.mean(of: index, in: before), let to = telemetry.mean(of: index, in: after) else {
          return nil
        }
        return (telemetry.sensors[index], from, to)
      }
    }
    let isSlower = shift.change > 0
    let clock = Self.clock(changes(.clock)).flatMap { Self.size($0) >= Self.clockFloor ? $0 : nil }
    let raised = changes(.throttled).filter { $0.after - $0.before > 0.5 }.map(\.sensor)
    let isOfGPU = clock?.isOfGPU ?? (!raised.isEmpty && raised.allSatisfy(\.isOfGPU))
    let temperature = Self.temperature(changes(.temperature), ofGPU: isOfGPU)
    let isUndervolted = raised.contains(where: \.meansUndervoltage)
    // If a flag says that the voltage fell, that is why the clock fell, however warm the processor is.
    let isHot =
      !isOfGPU && raised.contains(where: \.meansHeat)
      || !isUndervolted && temperature ?? 0 >= (isOfGPU ? Self.hotGPU : Self.hot)
    if let clock, (clock.after < clock.before) == isSlower {
      self = .clock(
        ClockChange(
          sensor: clock.name, from: clock.before, to: clock.after, temperature: temperature,
          isUndervolted: isSlower && isUndervolted, isThermal: isSlower && isHot))
    } else if isUndervolted, isSlower {
      self = .undervoltage
    } else if !raised.isEmpty, isSlower {
      self = .clockHeldDown(HeldClock(temperature: temperature, isThermal: isHot))
    } else if let steal = changes(.steal).first, (steal.after > steal.before) == isSlower,
      abs(steal.after - steal.before) >= Self.stealFloor
    {
      self = .steal(from: steal.before, to: steal.after)
    } else {
      return nil
    }
  }

  /// The hottest of the processor, or of the GPUs. If none is known to be the processor's: the zones of the machine, but no disk.
  private static func temperature(_ temperatures: [Change], ofGPU: Bool) -> Double? {
    func hottest(_ matches: (Sensor) -> Bool) -> Double? {
      temperatures.filter { matches($0.sensor) }.map { max($0.before, $0.after) }.max()
    }
    if ofGPU { return hottest(\.isOfGPU) }
    return hottest(\.isOfProcessor) ?? hottest { $0.id.hasPrefix("temperature.zone") }
  }

  private typealias Clock = (name: String, before: Double, after: Double, isOfGPU: Bool)

  /// How much a clock changed, as a share.
  private static func size(_ clock: Clock) -> Double {
    clock.before > 0 ? abs(clock.after / clock.before - 1) : 0
  }

  /// The clocks of all cores as one; else the one that changed most.
  private static func clock(_ clocks: [Change]) -> Clock? {
    func groupChange(_ group: [Change]) -> (before: Double, after: Double) {
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
    // The processor comes first if it has changed at all.
    if let first = candidates.first, size(first) >= clockFloor { return first }
    return candidates.max { size($0) < size($1) }
  }
}

extension Sensor {
  fileprivate var isOfGPU: Bool { id.contains(".nvidia.") }
  fileprivate var meansHeat: Bool { id.hasPrefix(Self.tooHot) }
  var meansUndervoltage: Bool { id.hasPrefix(Self.undervoltage) }
}

extension TelemetrySeries {
  /// The mean reading of a sensor within a range of seconds; `nil` without a finite one.
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
