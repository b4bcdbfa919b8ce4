import AssayCore
import Statistics

extension SteadinessReport {
  /// What the figures of this report and the sensors show: strongest first; among equally strong, changes before descriptions.
  func findings(telemetry: TelemetrySeries?) -> [Finding] {
    var found = shifts.map(Self.finding)
    if modes.count > 1 {
      found.append(
        Finding(.modes(modes.map { Finding.Mode(center: $0.center, share: $0.share) }), strength: .strong))
    }
    if let trend { found.append(finding(trend)) }
    if let stalls { found.append(finding(stalls)) }
    if let slowStart { found.append(Self.finding(slowStart)) }
    if let telemetry { found += Self.flagFindings(telemetry, besides: found) }
    found += [spreadFinding(isQuiet: found.isEmpty), outlierFinding].compactMap(\.self)
    // The sort is stable.
    return found.enumerated()
      .sorted { ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset) }.map(\.element)
  }

  private static func finding(_ shift: LevelShift) -> Finding {
    Finding(
      shift.cause?.isThermal == true ? .throttling(shift) : .shift(shift),
      strength: strength(abs(shift.change), moderate: 0.03, strong: 0.1))
  }

  private func finding(_ trend: LatencyTrend) -> Finding {
    let median = latency?.p50 ?? 0
    let change = median > 0 ? trend.millisecondsPerHour * seconds / 3600 / median : 0
    return Finding(
      .trend(Finding.Trend(slope: trend, change: change)),
      strength: Self.strength(abs(change), moderate: 0.03, strong: 0.1))
  }

  private func finding(_ stalls: PeriodicStalls) -> Finding {
    let ratio = stalls.latency / max(latency?.p50 ?? 0, 1e-6)
    return Finding(
      .stalls(Finding.Stalls(stalls, latencyOverMedian: ratio)),
      strength: Self.strength(ratio, moderate: 1.5, strong: 3))
  }

  private static func finding(_ start: SlowStart) -> Finding {
    Finding(.slowStart(start), strength: strength(start.change, moderate: 0.05, strong: 0.2))
  }

  /// What the machine's own flags say of the whole run. Firmware also lowers the clock for too low a voltage: that is not heat.
  private static func flagFindings(_ telemetry: TelemetrySeries, besides found: [Finding]) -> [Finding] {
    let isThrottlingKnown = found.contains { $0.code == .throttling }
    let held = isThrottlingKnown ? nil : timeShare(telemetry) { !$0.meansUndervoltage }
    let undervolted = timeShare(telemetry, where: \.meansUndervoltage)
    func finding(_ share: Double, _ fact: Finding.Fact) -> Finding {
      Finding(fact, strength: strength(share, moderate: 0.05, strong: 0.3))
    }
    return [
      held.map { finding($0, .clockHeldDown(timeShare: $0)) },
      undervolted.map { finding($0, .undervoltage(timeShare: $0)) },
    ].compactMap(\.self)
  }

  /// The share of the time in which a flag was raised; `nil` below 1 %.
  private static func timeShare(_ telemetry: TelemetrySeries, where matches: (Sensor) -> Bool) -> Double? {
    let flags = telemetry.sensors.indices.filter {
      telemetry.sensors[$0].quantity == .throttled && matches(telemetry.sensors[$0])
    }
    let shares = flags.compactMap { telemetry.mean(of: $0, in: 0...Double.greatestFiniteMagnitude) }
    return shares.max().flatMap { $0 >= 0.01 ? $0 : nil }
  }

  private static func strength(_ size: Double, moderate: Double, strong: Double) -> Finding.Strength {
    size >= strong ? .strong : size >= moderate ? .moderate : .weak
  }
}
