import Assay
import AssayCore
import Report

/// How far a live comparison is, on the last line of the terminal; nothing where nobody watches.
final class ComparisonLine {
  private let isShown: Bool
  private let maximumSeconds: Double
  private let precision: Double
  private var nextSecond = 0.0

  init(_ comparison: Comparison, quiet: Bool) {
    isShown = !quiet && Terminal.isInteractive
    maximumSeconds = comparison.maximumSeconds
    precision = comparison.precision
    if isShown { Terminal.write("Loading and warming up …") }
  }

  /// Draws a few times a second: what is drawn takes time from the rounds.
  func show(_ progress: Comparison.Progress) {
    guard isShown, progress.seconds >= nextSecond else { return }
    nextSecond = progress.seconds + 0.2
    let width = progress.width.map {
      $0.isFinite ? ", widest interval \(Figures.percent($0)) of \(Figures.percent(precision))" : ""
    }
    let time = "\(Figures.duration(progress.seconds)) of at most \(Figures.duration(maximumSeconds))"
    Terminal.write("\r\u{1B}[K" + "\(progress.rounds) rounds, \(time)\(width ?? "")".prefix(Terminal.width - 1))
  }

  func end() {
    if isShown { Terminal.write("\r\u{1B}[K") }
  }
}
