public import AssayCore

/// A stress test in a few lines: progress, latencies now and overall, their history, readings of sensors, and findings.
public struct StressView: EventView {
  public let interval = 1.0
  private var plan = EventPlan(cells: [])
  private var sensors = ""
  private var findings: [Finding] = []
  private var history = MedianHistory()
  private var wasInterrupted = false
  private var storeHint: String

  /// - Parameter storeHint: options that name the store in commands to copy, as in ` --store x.sqlite`.
  public init(storeHint: String = "") { self.storeHint = storeHint }

  public mutating func receive(_ event: TimedEvent) -> LiveText {
    switch event.event {
    case .plan(let plan):
      self.plan = plan
      return LiveText(messages: plan.imageMessages)
    case .cellStarted(let cell):
      (sensors, findings, history) = ("", [], MedianHistory())
      guard plan.cells.indices.contains(cell - 1) else { return .unchanged }
      let spec = plan.cells[cell - 1]
      let number = plan.cells.count > 1 ? "[\(cell)/\(plan.cells.count)] " : ""
      return LiveText(messages: [
        "\(number)\(ModelNames(plan.cells.map(\.model))[spec.model]) on \(spec.target). Ctrl-C stops it and keeps everything."
      ])
    case .sensors(_, let readings): sensors = readings.text
    case .findings(_, let found): findings = found
    case .progress(let cell, let progress): return show(progress, of: cell)
    case .ended(_, let report):
      wasInterrupted = report.status == .interrupted
      return LiveText(lines: [])
    case .saved(_, let run): return LiveText(messages: nextSteps(after: run))
    default: break
    }
    return .unchanged
  }

  private func nextSteps(after run: Int64) -> [String] {
    ["Charts: assay report \(run)\(storeHint) -o report.html"]
      + (wasInterrupted ? ["To continue: assay stress --resume \(run)\(storeHint)"] : [])
  }

  private mutating func show(_ progress: CellProgress, of cell: Int) -> LiveText {
    guard plan.cells.indices.contains(cell - 1) else { return .unchanged }
    if let median = progress.recentMedian { history.add(median) }
    let lines = [bar(progress, rule: plan.cells[cell - 1].measure.rule), latencies(progress), history.text]
    return LiveText(lines: lines.compactMap(\.self) + findings.prefix(4).map { "• \($0.sentence)" })
  }

  /// `██████░░░░ 12 min 3 s of 3 h 0 min, 2 h 48 min left`
  private func bar(_ progress: CellProgress, rule: RepetitionRule) -> String {
    let isTimed = rule.maximumSeconds != nil
    // The log of a resumed test has all its records, so counts and seconds are those of the whole.
    let share = min(
      isTimed
        ? progress.seconds / max(rule.minimumSeconds, 1e-9)
        : Double(progress.count) / Double(max(rule.minimumCount, 1)),
      1)
    let left = share > 0 ? progress.seconds * (1 / share - 1) : nil
    let whole = isTimed ? Figures.duration(rule.minimumSeconds) : Figures.inferences(rule.minimumCount)
    let done = isTimed ? Figures.duration(progress.seconds) : "\(progress.count)"
    return progressBar(share) + " \(done) of \(whole)" + (left.map { ", \(Figures.duration($0)) left" } ?? "")
  }

  /// `now: median 9.012 ms, p99 11.2 ms · all: 70312 inferences, median 9.001 ms · 62 °C, 1.4 GHz`
  private func latencies(_ progress: CellProgress) -> String {
    var parts: [String] = []
    if let median = progress.recentMedian {
      let tail = progress.recentP99.map { ", p99 \(Figures.short($0)) ms" } ?? ""
      parts.append("now: median \(Figures.short(median)) ms\(tail)")
    }
    let median = progress.median.map { ", median \(Figures.short($0)) ms" } ?? ""
    parts.append("all: \(Figures.inferences(progress.count))\(median)")
    if !sensors.isEmpty { parts.append(sensors) }
    return parts.joined(separator: " · ")
  }
}

/// Medians of a run of unknown length in at most 80 columns: if there are more, pairs are merged.
struct MedianHistory {
  private static let maximumCount = 80
  private(set) var medians: [Double] = []
  private var open: [Double] = []
  /// The number of medians per column.
  private var length = 1

  mutating func add(_ median: Double) {
    open.append(median)
    guard open.count == length else { return }
    medians.append(open.reduce(0, +) / Double(length))
    open = []
    guard medians.count == Self.maximumCount else { return }
    length *= 2
    medians = stride(from: 0, to: medians.count, by: 2).map { (medians[$0] + medians[$0 + 1]) / 2 }
  }

  /// `▃▃▃▃▅▅▆ medians 9.001 – 12.3 ms`
  var text: String? {
    guard let low = medians.min(), let high = medians.max() else { return nil }
    return "\(Figures.sparkline(medians)) medians \(Figures.short(low)) – \(Figures.short(high)) ms"
  }
}
