import AssayCore
import Foundation

/// Intervals of ratios drawn on one scale, logarithmic and symmetric around 1: `·····┼··├─●─┤···`.
struct RatioBar {
  /// Odd, so that 1 is in the middle.
  private static let width = 31
  /// The scale reaches at least this far, so that the noise of an A/A comparison does not look like a difference.
  private static let smallestReach = 1.05

  /// The ratio at the right end.
  private let end: Double

  init(_ comparisons: [CellComparison]) {
    let ratios = comparisons.flatMap { ($0.wideInterval ?? []) + [$0.ratio] }.filter { $0 > 0 && $0.isFinite }
    // A tenth wider, so that the ends of intervals do not touch those of the scale.
    end = max(Self.smallestReach, pow(ratios.map { max($0, 1 / $0) }.max() ?? 1, 1.1))
  }

  /// The ratios at the ends of the scale, over its ends.
  var title: String {
    let (left, right) = (Figures.ratio(1 / end), Figures.ratio(end))
    let room = Self.width - left.count - right.count - 1
    let before = max(room / 2, 0)
    return left + String(repeating: " ", count: before) + "1" + String(repeating: " ", count: max(room - before, 0))
      + right
  }

  var reference: String { String(scale) }

  func drawing(_ comparison: CellComparison) -> String {
    var line = scale
    if let interval = comparison.wideInterval {
      let (low, high) = (position(interval[0]), position(interval[1]))
      for index in low...max(low, high) { line[index] = "─" }
      if low < high {
        line[low] = "├"
        line[high] = "┤"
      }
    }
    line[position(comparison.ratio)] = "●"
    return String(line)
  }

  private var scale: [Character] {
    var line = [Character](repeating: "·", count: Self.width)
    line[Self.width / 2] = "┼"
    return line
  }

  private func position(_ ratio: Double) -> Int {
    let middle = Double(Self.width / 2)
    let place = middle + middle * log(max(ratio, 1e-300)) / log(end)
    return Int(min(max(place.rounded(), 0), Double(Self.width - 1)))
  }
}
