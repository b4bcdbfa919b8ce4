import AssayCore
import Statistics

/// What was found, in sentences.
enum Findings {
  /// Strongest first; where equally strong, changes before descriptions.
  static func list(_ report: SteadinessReport, telemetry: TelemetrySeries?) -> [Finding] {
    var found = report.shifts.map { shift in
      Self.shift(shift, cause: telemetry.flatMap { ShiftCause($0, of: shift) }, of: report)
    }
    if let modes = modes(report) { found.append(modes) }
    if let trend = report.trend { found.append(Self.trend(trend, of: report)) }
    if let stalls = report.stalls { found.append(Self.stalls(stalls, of: report)) }
    if let warmUp = report.warmUp { found.append(slowStart(warmUp)) }
    if let telemetry, !found.contains(where: { $0.kind == .throttling }), let held = heldDown(telemetry) {
      found.append(held)
    }
    if let telemetry, let undervoltage = undervoltage(telemetry) { found.append(undervoltage) }
    if let description = Description.finding(report, isQuiet: found.isEmpty) { found.append(description) }
    if let outliers = Description.outliers(report) { found.append(outliers) }
    // The sort is stable.
    return found.enumerated()
      .sorted { ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset) }.map(\.element)
  }

  private static func shift(_ shift: LevelShift, cause: ShiftCause?, of report: SteadinessReport) -> Finding {
    let name = shift.statistic == "p50" ? "median" : "\(shift.statistic.replacing("p99_9", with: "p99.9")) latency"
    var sentence =
      "The \(name) \(shift.change > 0 ? "rose" : "fell") by \(Decimals.percent(shift.change)), from "
      + "\(Decimals.pair(shift.from, shift.to)) ms, at \(Decimals.time(shift.at))"
    if let cause { sentence += ", when \(cause.text)" }
    if cause?.isThrottling == true { sentence += ": thermal throttling" }
    if shift.statistic != "p50" { sentence += "; the median stayed" }
    var numbers = [
      "at_s": shift.at, "from_ms": shift.from, "to_ms": shift.to, "change": shift.change, "p_value": shift.pValue,
    ]
    numbers.merge(cause?.numbers ?? [:]) { $1 }
    return Finding(
      kind: cause?.isThrottling == true ? .throttling : .shift, sentence: sentence + ".",
      strength: strength(abs(shift.change), moderate: 0.03, strong: 0.1), numbers: numbers)
  }

  private static func modes(_ report: SteadinessReport) -> Finding? {
    guard report.modes.count > 1 else { return nil }
    var numbers = ["modes": Double(report.modes.count)]
    for (index, mode) in report.modes.enumerated() {
      numbers["center_\(index + 1)_ms"] = mode.center
      numbers["share_\(index + 1)"] = mode.share
    }
    let list = report.modes.map { "\(Decimals.text($0.center)) ms (\(Decimals.percent($0.share)))" }
    let sentence =
      "The device runs at \(report.modes.count) speeds and switches between them: "
      + list.dropLast().joined(separator: ", ") + " and \(list[list.count - 1])."
    return Finding(kind: .modes, sentence: sentence, strength: .strong, numbers: numbers)
  }

  private static func trend(_ trend: LatencyTrend, of report: SteadinessReport) -> Finding {
    let hours = report.seconds / 3600
    let median = report.latency?.p50 ?? 0
    let change = median > 0 ? trend.millisecondsPerHour * hours / median : 0
    let slope = abs(trend.millisecondsPerHour)
    let unit = Decimals.unit(of: slope, digits: 2)
    let ends = trend.range.map { abs($0) }.sorted().map { Decimals.text($0, unit: unit) }
    let sentence =
      "Latency \(trend.millisecondsPerHour > 0 ? "rises" : "falls") by \(Decimals.text(slope, unit: unit)) ms an hour "
      + "(95 % interval \(ends.joined(separator: " … "))), \(Decimals.percent(change)) over the run."
    return Finding(
      kind: .trend, sentence: sentence, strength: strength(abs(change), moderate: 0.03, strong: 0.1),
      numbers: [
        "ms_per_hour": trend.millisecondsPerHour, "change_over_run": change, "p_value": trend.pValue,
      ])
  }

  private static func stalls(_ stalls: PeriodicStalls, of report: SteadinessReport) -> Finding {
    let ratio = stalls.latency / max(report.latency?.p50 ?? 0, 1e-6)
    let sentence =
      "Every \(Decimals.time(stalls.periodSeconds)) an inference takes \(Decimals.text(stalls.latency)) ms, "
      + "\(Decimals.text(ratio, digits: 2)) times the median, \(stalls.count) times in all."
    return Finding(
      kind: .stalls, sentence: sentence, strength: strength(ratio, moderate: 1.5, strong: 3),
      numbers: [
        "period_s": stalls.periodSeconds, "count": Double(stalls.count), "latency_ms": stalls.latency,
        "p_value": stalls.pValue,
      ])
  }

  private static func slowStart(_ start: SlowStart) -> Finding {
    let change = start.from / max(start.to, 1e-6) - 1
    let sentence =
      "The run began \(Decimals.percent(change)) slower: \(Decimals.pair(start.from, start.to, joining: "instead of")) "
      + "ms until \(Decimals.time(start.endsAt))."
    return Finding(
      kind: .slowStart, sentence: sentence, strength: strength(change, moderate: 0.05, strong: 0.2),
      numbers: ["ends_at_s": start.endsAt, "from_ms": start.from, "to_ms": start.to, "change": change])
  }

  /// The machine held its clock down for a part of the run, by its own word.
  private static func heldDown(_ telemetry: TelemetrySeries) -> Finding? {
    guard let share = shareOfTime(telemetry, where: { !$0.tellsOfUndervoltage }) else { return nil }
    return Finding(
      kind: .throttling, sentence: "The machine held its clock down for \(Decimals.percent(share)) of the time.",
      strength: strength(share, moderate: 0.05, strong: 0.3), numbers: ["share_of_time": share])
  }

  /// Firmware lowers the clock for that too, but nothing is too hot.
  private static func undervoltage(_ telemetry: TelemetrySeries) -> Finding? {
    guard let share = shareOfTime(telemetry, where: \.tellsOfUndervoltage) else { return nil }
    return Finding(
      kind: .undervoltage,
      sentence: "The supply voltage was too low for \(Decimals.percent(share)) of the time: under-voltage, not heat.",
      strength: strength(share, moderate: 0.05, strong: 0.3), numbers: ["share_of_time": share])
  }

  /// The share of the time in which a flag was raised; `nil` below 1 %.
  private static func shareOfTime(_ telemetry: TelemetrySeries, where matches: (Sensor) -> Bool) -> Double? {
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
