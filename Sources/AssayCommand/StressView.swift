import Assay
import AssayCore
import Datasets
import Report

/// A stress test on the last lines of the terminal, drawn anew every second; nothing where nobody watches.
final class StressView: RunObserver {
  private let isQuiet: Bool
  private let isShown: Bool
  private var cell: CellStart?
  private var drawnLines = 0
  /// Seconds and inferences of the run that goes on.
  private let before: (seconds: Double, count: Int)

  init(quiet: Bool, resuming before: (seconds: Double, count: Int) = (0, 0)) {
    isQuiet = quiet
    isShown = !quiet && Terminal.isInteractive
    self.before = before
  }

  var tickSeconds: Double? { isShown ? 1 : nil }

  func found(_ images: DatasetSummary) {
    if !isQuiet { Terminal.message("Images: \(images.description.layout.printable)") }
  }

  func started(_ cell: CellStart) {
    self.cell = cell
    guard !isQuiet else { return }
    let number = cell.total > 1 ? "[\(cell.number)/\(cell.total)] " : ""
    Terminal.message("\(number)\(cell.modelName.printable) on \(cell.target). Ctrl-C stops it and keeps all.")
  }

  func measuring(_ progress: CellProgress) {
    guard isShown, let rule = cell?.workload.rule else { return }
    draw([bar(progress, rule: rule), latencies(progress), history(progress)].compactMap(\.self) + findings(progress))
  }

  func ended(_ cell: CellReport) {
    erase()
    drawnLines = 0
  }

  // MARK: The lines

  /// `██████░░░░ 12 min 3 s of 3 h 0 min, 2 h 48 min left`
  private func bar(_ progress: CellProgress, rule: RepetitionRule) -> String {
    let wholeSeconds = before.seconds + rule.minimumSeconds
    let wholeCount = before.count + rule.minimumCount
    let isTimed = rule.maximumSeconds != nil
    let share = min(
      isTimed ? progress.seconds / max(wholeSeconds, 1e-9) : Double(progress.count) / Double(wholeCount), 1)
    let left = share > 0 ? progress.seconds * (1 / share - 1) : nil
    let whole = isTimed ? Figures.duration(wholeSeconds) : "\(wholeCount) inferences"
    let done = isTimed ? Figures.duration(progress.seconds) : "\(progress.count)"
    let filled = Int(share * 24)
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      + " \(done) of \(whole)" + (left.map { ", \(Figures.duration($0)) left" } ?? "")
  }

  /// `now: median 9.012 ms, p99 11.2 ms · 70 312 inferences, median 9.001 ms · 62 °C, 1.4 GHz`
  private func latencies(_ progress: CellProgress) -> String {
    let live = progress.steadiness
    var parts: [String] = []
    if let median = live?.recentMedian {
      let tail = live?.recentP99.map { ", p99 \(Figures.short($0)) ms" } ?? ""
      parts.append("now: median \(Figures.short(median)) ms\(tail)")
    }
    let median = progress.medianMilliseconds.map { ", median \(Figures.short($0)) ms" } ?? ""
    parts.append("all: \(progress.count) inferences\(median)")
    if let sensors = live?.sensors?.text, !sensors.isEmpty { parts.append(sensors) }
    return parts.joined(separator: " · ")
  }

  /// `▃▃▃▃▅▅▆ medians 9.001 – 12.3 ms`
  private func history(_ progress: CellProgress) -> String? {
    guard let medians = progress.steadiness?.medians, let low = medians.min(), let high = medians.max() else {
      return nil
    }
    return "\(Figures.sparkline(medians)) medians \(Figures.short(low)) – \(Figures.short(high)) ms"
  }

  private func findings(_ progress: CellProgress) -> [String] {
    (progress.steadiness?.findings ?? []).prefix(4).map { "• \($0.sentence)" }
  }

  // MARK: Drawing

  private func draw(_ lines: [String]) {
    erase()
    // A line that wraps could not be drawn over.
    Terminal.write(lines.map { String($0.prefix(Terminal.width - 1)) }.joined(separator: "\n"))
    drawnLines = lines.count
  }

  private func erase() {
    guard isShown, drawnLines > 0 else { return }
    let up = drawnLines > 1 ? "\u{1B}[\(drawnLines - 1)A" : ""
    Terminal.write("\r\(up)\u{1B}[J")
  }
}
