public import AssayCore

extension Finding {
  /// A whole sentence with its numbers.
  public var sentence: String {
    switch fact {
    case .steady(let steady):
      "Steady: \(Self.text(of: steady.share))\(steady.isSearched ? "; no shift, no trend" : "")."
    case .spread(let spread):
      "Spread: \(spread.shares.map(Self.text).joined(separator: ", ")); the slowest took "
        + "\(Figures.significant(spread.slowestOverFastest, digits: 2)) times as long as the fastest."
    case .outliers(let outliers):
      "Some inferences take far longer: the slowest \(Figures.significant(outliers.maximum)) ms, "
        + "\(Figures.significant(outliers.maximumOverMedian, digits: 2)) times the median; "
        + "99 % stay below \(Figures.significant(outliers.p99)) ms."
    case .shift(let shift), .throttling(let shift): Self.sentence(of: shift)
    case .trend(let trend): Self.sentence(of: trend)
    case .modes(let modes):
      "The device runs at \(modes.count) speeds and switches between them: "
        + Self.list(modes.map { "\(Figures.significant($0.center)) ms (\(Figures.roundPercent($0.share)))" }) + "."
    case .stalls(let found):
      "Every \(Figures.time(found.stalls.periodSeconds)) an inference takes "
        + "\(Figures.significant(found.stalls.latency)) ms, "
        + "\(Figures.significant(found.latencyOverMedian, digits: 2)) times the median, \(found.stalls.count) times in all."
    case .slowStart(let start):
      "The run began \(Figures.roundPercent(start.change)) slower: "
        + "\(Figures.pair(start.from, start.to, joining: "instead of")) ms until \(Figures.time(start.endsAt))."
    case .clockHeldDown(let share):
      "The machine held its clock down for \(Figures.roundPercent(share)) of the time."
    case .undervoltage(let share):
      "The supply voltage was too low for \(Figures.roundPercent(share)) of the time: under-voltage, not heat."
    case .competingLoad(let load): "Other programs competed for the processors: \(load.text)."
    case .recorded(let sentence): sentence
    }
  }

  /// The finding in a few words.
  var headline: String {
    switch fact {
    case .steady: "Steady."
    case .spread: "Latencies spread widely."
    case .outliers: "Steady, but for outliers."
    case .shift(let shift) where shift.statistic == .median: "The latency changed its level during the run."
    case .shift: "The slowest inferences changed their level during the run."
    case .throttling: "Slows down under load: throttling."
    case .clockHeldDown: "Its clock was held down at times."
    case .undervoltage: "The supply voltage was too low."
    case .trend: "The latency drifts."
    case .modes(let modes): "Jumps between \(modes.count) speeds."
    case .stalls: "Stalls at regular intervals."
    case .slowStart: "Starts slowly, then settles."
    case .competingLoad: "Other programs competed for the processors."
    case .recorded(let sentence): sentence
    }
  }

  /// `93 % of inferences within 1065 ± 15 ms (1.4 %)`
  private static func text(of share: LatencyShare) -> String {
    let decimals = Figures.decimals(of: share.tolerance, digits: 2)
    return
      "\(Figures.roundPercent(share.share)) of inferences within \(Figures.fixed(share.center, decimals: decimals)) ± "
      + "\(Figures.fixed(share.tolerance, decimals: decimals)) ms "
      + "(\(Figures.roundPercent(share.tolerance / share.center)))"
  }

  private static func sentence(of shift: LevelShift) -> String {
    let isMedian = shift.statistic == .median
    let cause = shift.cause.map { ", when \($0.text)" + ($0.isThermal ? ": thermal throttling" : "") } ?? ""
    return "The \(isMedian ? "median" : "\(shift.statistic.name) latency") \(shift.change > 0 ? "rose" : "fell") by "
      + "\(Figures.roundPercent(shift.change)), from \(Figures.pair(shift.from, shift.to)) ms, "
      + "at \(Figures.time(shift.at))\(cause)\(isMedian ? "" : "; the median stayed")."
  }

  private static func sentence(of trend: Trend) -> String {
    let slope = abs(trend.slope.millisecondsPerHour)
    let decimals = Figures.decimals(of: slope, digits: 2)
    let ends = trend.slope.range.map { abs($0) }.sorted().map { Figures.fixed($0, decimals: decimals) }
    return "Latency \(trend.slope.millisecondsPerHour > 0 ? "rises" : "falls") by "
      + "\(Figures.fixed(slope, decimals: decimals)) ms an hour (95 % interval \(ends.joined(separator: " … "))), "
      + "\(Figures.roundPercent(trend.change)) over the run."
  }

  private static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.joined() }
    return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
  }
}

extension Finding.CompetingLoad {
  /// `on average 4.9 other threads ran or waited, on 2 cores`
  var text: String {
    let threads = load.map { load in
      let cores = cores.map { ", on \($0) core\($0 == 1 ? "" : "s")" } ?? ""
      return "on average \(Figures.fixed(load, decimals: 1)) other threads ran or waited\(cores)"
    }
    let stolen = steal.map { "the hypervisor gave \(Figures.roundPercent($0)) of the time to other machines" }
    return [threads, stolen].compactMap(\.self).joined(separator: "; ")
  }
}

extension LevelShift.Statistic {
  /// For readers: `p99.9`.
  var name: String { rawValue.replacing("_", with: ".") }
}

extension ShiftCause {
  /// A clause: `the CPU clock fell from 1400 to 1200 MHz at 80 °C`.
  var text: String {
    switch self {
    case .clock(let clock):
      "the \(clock.sensor) \(clock.to < clock.from ? "fell" : "rose") from \(Figures.fixed(clock.from, decimals: 0)) "
        + "to \(Figures.fixed(clock.to, decimals: 0)) MHz\(Self.heat(clock.temperature))"
        + (clock.isUndervolted ? " and \(Self.undervoltageText)" : "")
    case .undervoltage: Self.undervoltageText
    case .clockHeldDown(let held): "the machine began to hold its clock down\(Self.heat(held.temperature))"
    case .steal(let from, let to):
      "the share of the processors that the hypervisor gave to others \(to > from ? "rose" : "fell") from "
        + "\(Figures.roundPercent(from)) to \(Figures.roundPercent(to))"
    case .recorded(let text): text
    }
  }

  private static let undervoltageText = "the supply voltage became too low (under-voltage, not heat)"

  private static func heat(_ temperature: Double?) -> String {
    temperature.map { " at \(Figures.fixed($0, decimals: 0)) °C" } ?? ""
  }
}
