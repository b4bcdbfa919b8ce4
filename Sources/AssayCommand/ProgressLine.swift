import Assay
import AssayCore
import Datasets
import Report

/// A progress bar on the last line of the terminal, with the current median; nothing where nobody watches.
final class ProgressLine: RunObserver {
  private let isQuiet: Bool
  private let isShown: Bool
  private var cell: CellStart?

  init(quiet: Bool) {
    isQuiet = quiet
    isShown = !quiet && Terminal.isInteractive
  }

  var tickSeconds: Double? { isShown ? 0.2 : nil }

  func found(_ images: DatasetSummary) {
    guard !isQuiet else { return }
    Terminal.message("Images: \(images.description.layout.printable)")
    images.description.sampling.map { Terminal.message("Used: \($0)") }
  }

  func started(_ cell: CellStart) {
    self.cell = cell
    draw(share: 0, "starting")
  }

  func measuring(_ progress: CellProgress) {
    guard let cell else { return }
    let median = progress.medianMilliseconds.map { "median \(Figures.short($0)) ms" } ?? ""
    switch cell.workload {
    case .randomInputs(let rule), .imageInputs(let rule, _):
      let counted = Double(progress.count) / Double(max(rule.minimumCount, 1))
      let timed = rule.minimumSeconds > 0 ? progress.seconds / rule.minimumSeconds : 1
      let capped = rule.maximumSeconds.map { progress.seconds / max($0, 1e-9) } ?? 0
      draw(share: max(min(counted, timed), capped), "\(median), \(progress.count) inferences")
    // Cells that take turns are shown together, by the command that compares them.
    case .blocks: break
    case .images(let images):
      draw(share: Double(progress.count) / Double(max(images.count, 1)), findings(progress, of: images))
    }
  }

  /// `top-1 90.6 %, median 9.012 ms, 240 images, 92.4/s, 3 s left`
  private func findings(_ progress: CellProgress, of images: ImageWorkload) -> String {
    var parts: [String] = []
    if let counts = progress.accuracy, let top = counts.top.first, counts.images > 0 {
      parts.append("top-\(top.k) \(Figures.percent(Double(top.correct) / Double(counts.images)))")
    }
    if let median = progress.medianMilliseconds { parts.append("median \(Figures.short(median)) ms") }
    parts.append("\(progress.count) images")
    if let counts = progress.accuracy, counts.seconds > 0, counts.images > 0 {
      let rate = Double(counts.images + counts.unreadableCount) / counts.seconds
      let left = Double(max(0, images.count - progress.count)) / rate
      parts.append("\(Figures.short(rate))/s, \(Figures.duration(left)) left")
    }
    return parts.joined(separator: ", ")
  }

  func ended(_ cell: CellReport) {
    if isShown { Terminal.write("\r\u{1B}[K") }
  }

  private func draw(share: Double, _ findings: String) {
    guard isShown, let cell else { return }
    let barWidth = 24
    let filled = Int(min(max(share, 0), 1) * Double(barWidth))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
    let line = "[\(cell.number)/\(cell.total)] \(bar) \(cell.modelName.printable) on \(cell.target): \(findings)"
    // A line that wraps could not be drawn over.
    Terminal.write("\r\u{1B}[K" + line.prefix(Terminal.width - 1))
  }
}
