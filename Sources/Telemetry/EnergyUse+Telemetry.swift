public import AssayCore

/// The power sensors whose sum is the power of a machine, or of the measured part of it.
struct PowerChoice: Equatable {
  /// Indices in the list of all sensors.
  let indices: [Int]
  /// The sensors' names, and which part of the machine they measure.
  let name: String

  /// All possible choices, best first: the whole machine, then the processor.
  ///
  /// Rails of a Jetson that end in `_IN` feed the module, and `VDD_MUX` the carrier board of a TX1 or TX2. Where there is no such rail (AGX)
  /// the rails are disjoint, and their sum is the module. (NVIDIA Jetson Linux Developer Guide, "Clock Frequency and Power Management".)
  static func all(among sensors: [Sensor]) -> [PowerChoice] {
    let power = sensors.indices.filter { sensors[$0].quantity == .power }
    let of = { (prefix: String) in power.filter { sensors[$0].id.hasPrefix(prefix) } }
    let rails = of("power.ina3221.")
    let inputs = rails.filter { sensors[$0].id.hasSuffix("_IN") || sensors[$0].id.hasSuffix(".VDD_MUX") }
    let packages = of("power.rapl.package").filter { sensors[$0].id.split(separator: ".").count == 3 }
    let others = of("power.hwmon.").filter { !sensors[$0].id.hasPrefix("power.hwmon.power_meter.") }
    let choices: [([Int], String)] = [
      (of("power.hwmon.power_meter."), "whole machine"), (inputs.isEmpty ? rails : inputs, "whole board"),
      (of("power.battery."), "whole machine"), (of("power.rapl.psys").prefix(1).map(\.self), "whole machine"),
      (packages + of("power.nvidia."), "processors only"), (others.prefix(1).map(\.self), "what that sensor sees"),
    ]
    return choices.filter { !$0.0.isEmpty }.map { indices, scope in
      PowerChoice(indices: indices, name: "\(sum(of: indices.map { sensors[$0].name })) (\(scope))")
    }
  }

  /// More sensors are not named one by one.
  private static let mostNames = 8

  private static func sum(of names: [String]) -> String {
    let rest = names.count > mostNames ? ["\(names.count - mostNames) more"] : []
    return (names.prefix(mostNames) + rest).joined(separator: " + ")
  }
}

extension EnergyUse {
  /// The share of a run's time that readings must cover.
  private static let leastCoverage = 0.5

  /// The energy of a run, from the best power sensors that cover at least half of its time; `nil` if none does.
  ///
  /// Integrates power by the trapezoid rule. A sample of RAPL is already the mean since the sample before. Gaps are left out: missing values,
  /// missing samples, a suspended machine. So `joules` of a run with gaps is less than its total energy; mean power and energy per inference
  /// remain correct.
  ///
  /// - Parameters:
  ///   - seconds: the length of the run, which begins at 0.
  ///   - inferences: within that time.
  public init?(of series: TelemetrySeries, seconds: Double, inferences: Int) {
    guard seconds > 0, seconds.isFinite, inferences > 0 else { return nil }
    for choice in PowerChoice.all(among: series.sensors) {
      let integral = series.energy(of: choice.indices, until: seconds)
      guard integral.seconds >= Self.leastCoverage * seconds else { continue }
      let meanWatts = integral.joules / integral.seconds
      self.init(
        sensor: choice.name, joules: integral.joules, meanWatts: meanWatts,
        millijoulesPerInference: meanWatts * seconds / Double(inferences) * 1000)
      return
    }
    return nil
  }
}

extension TelemetrySeries {
  /// The energy of some sensors together from 0 to `end`, and the seconds in which all of them have values.
  fileprivate func energy(of rows: [Int], until end: Double) -> (joules: Double, seconds: Double) {
    let steps = zip(seconds, seconds.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.sorted()
    guard !steps.isEmpty, rows.allSatisfy({ $0 < values.count && values[$0].count == seconds.count }) else {
      return (0, 0)
    }
    let longest = 2.5 * steps[steps.count / 2]
    let sleeps = events.filter { $0.kind == .suspended || $0.kind == .resumed }.map(\.seconds)
    var nextSleep = 0
    var sum = (joules: 0.0, seconds: 0.0)
    for index in seconds.indices.dropFirst() {
      let (from, to) = (seconds[index - 1], seconds[index])
      let within = min(to, end) - max(from, 0)
      while nextSleep < sleeps.count, sleeps[nextSleep] <= from { nextSleep += 1 }
      let hasSleep = nextSleep < sleeps.count && sleeps[nextSleep] <= to
      guard to - from <= longest, within > 0, !hasSleep else { continue }
      let watts = rows.map { meanPower(of: $0, before: index) }
      guard watts.allSatisfy({ $0 != nil }) else { continue }
      sum.joules += watts.reduce(0) { $0 + ($1 ?? 0) } * within
      sum.seconds += within
    }
    return sum
  }

  /// Between one sample and the one before.
  private func meanPower(of row: Int, before index: Int) -> Double? {
    guard let last = values[row][index] else { return nil }
    if sensors[row].id.hasPrefix("power.rapl.") { return last }
    return values[row][index - 1].map { ($0 + last) / 2 }
  }
}
