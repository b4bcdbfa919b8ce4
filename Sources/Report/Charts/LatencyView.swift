import AssayCore
import Glibc

/// The initial range of latencies in a chart: all but the farthest half per mille, so that one outlier does not squash the rest.
struct LatencyView {
  /// ms
  let low: Double
  let high: Double
  private let maximum: Double

  init(_ report: SteadinessReport, _ summary: LatencySummary) {
    maximum = summary.maximum
    if let edges = report.density?.latencyEdges, let first = edges.first, let last = edges.last, first < last {
      (low, high) = (first, last)
    } else {
      let room = max((summary.maximum - summary.minimum) * 0.05, summary.maximum * 0.01, 1e-6)
      (low, high) = (max(summary.minimum - room, summary.minimum / 2), summary.maximum + room)
    }
  }

  /// If the slowest takes many times as long as the fastest, equal steps are equal ratios.
  var isLogarithmic: Bool { low > 0 && high / low > 6 }

  func scale(_ unit: LatencyUnit) -> JSONValue {
    JSONValue.scale(isLogarithmic: isLogarithmic).merging([
      "domain": .numbers([low, high].map { rounded($0 * unit.factor) })
    ])
  }

  /// A sentence if some inferences lie above the picture.
  func hidden(_ unit: LatencyUnit) -> String? {
    maximum > high ? "The slowest, up to \(unit.text(maximum)), lie above the picture." : nil
  }

  private func rounded(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    let unit = pow(10, 5 - floor(log10(value)))
    return (value * unit).rounded() / unit
  }
}
