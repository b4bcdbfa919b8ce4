import AssayCore

/// What an open loop did to a model, in words and as a picture.
struct LoadText {
  private let measure: LoadMeasure
  private let report: LoadReport

  /// `nil` for a cell of another kind, or without a result.
  init?(_ cell: CellReport) {
    guard case .load(let measure) = cell.spec.measure, let report = cell.load else { return nil }
    self.measure = measure
    self.report = report
  }

  /// `10..200/s over 30 s, at random, at most 100 wait`
  static func conditions(_ measure: LoadMeasure) -> String {
    let arrivals = measure.arrivals
    var parts: [String] = []
    if let rates = arrivals.rates, let first = rates.first, let last = rates.last {
      let rate = first == last ? Figures.shortest(first) : "\(Figures.shortest(first))..\(Figures.shortest(last))"
      parts.append("\(rate)/s over \(Figures.duration(arrivals.seconds ?? 0))")
    }
    if let file = arrivals.file { parts.append("times of \(file.path.printable)") }
    if arrivals.burst > 1 { parts.append("\(arrivals.burst) at a time") }
    if arrivals.isRandom { parts.append("at random") }
    parts.append("at most \(Figures.grouped(measure.queueLimit)) wait")
    return parts.joined(separator: ", ")
  }

  /// What a ramp found, or how many queries were dropped.
  var headline: String {
    if measure.arrivals.isRamp { return breaking }
    return report.dropped > 0 ? "\(Figures.grouped(report.dropped)) queries were dropped." : "No query was dropped."
  }

  private var breaking: String {
    guard let rate = report.breaksAt else {
      return "It does not break up to \(Figures.significant(measure.arrivals.rates?.max() ?? 0)) queries a second."
    }
    return "It breaks at about \(Figures.significant(rate)) queries a second: from there on they wait for one another."
  }

  /// What arrived and was dropped, where it breaks, and how punctual queries were.
  var sentences: [String] {
    var lines = [
      "\(Figures.grouped(report.queries)) queries arrived, \(Figures.short(report.arrivedPerSecond)) a second; "
        + "\(Figures.short(report.completedPerSecond)) a second were done."
    ]
    if report.dropped > 0 {
      lines.append(
        "\(Figures.grouped(report.dropped)) queries (\(Figures.percent(Double(report.dropped) / Double(max(report.queries, 1))))) "
          + "were dropped: more than \(Figures.grouped(measure.queueLimit)) waited. Latencies are of the others.")
    }
    if measure.arrivals.isRamp { lines.append(breaking) }
    if let lateness = report.lateness {
      lines.append(
        "Of queries that found a free stream, \(Figures.percent(lateness.shareInTime)) were issued within 50 µs of their time, 99 % "
          + "within \(Figures.short(lateness.p99)) µs.")
    }
    return lines
  }

  /// The pieces of a ramp, a line each, with a bar of the median; empty without a ramp.
  func curve(columns: Int) -> [String] {
    guard measure.arrivals.isRamp, report.curve.count > 1 else { return [] }
    let unit = LatencyUnit(fitting: report.curve.compactMap(\.p50))
    let highest = report.curve.compactMap(\.p50).max() ?? 0
    let rows = report.curve.map { point in
      [
        Figures.significant(point.rate), point.p50.map(unit.text) ?? "–", point.p99.map(unit.text) ?? "–",
        point.dropped > 0 ? Figures.grouped(point.dropped) : "",
      ]
    }
    let titles = ["RATE/s", "p50", "p99", "DROPPED"]
    let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
    let line = { (row: [String]) in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
    }
    let room = max(columns - widths.reduce(0, +) - 2 * titles.count - 2, 4)
    let lines = zip(report.curve, rows).map { point, row in
      let share = highest > 0 ? (point.p50 ?? 0) / highest : 0
      let bar = String(repeating: "█", count: Int((share * Double(room)).rounded()))
      let mark = report.breaksAt == point.rate ? " ◀ breaks" : ""
      return line(row) + "  " + bar + mark
    }
    return [line(titles) + "  latency of half the queries"] + lines
  }
}
