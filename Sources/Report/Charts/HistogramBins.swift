import AssayCore

/// Counts by latency, from the finest bins that a run has.
struct HistogramBins {
  /// ms
  let bins: [(from: Double, to: Double, count: Int)]
  /// The axis is logarithmic: bins of equal ratio have equal widths there, so their heights can be counts.
  let isLogarithmic: Bool
  /// Bins whose widths differ by less look alike, and counts are heights on a linear axis too.
  private static let alikeWidths = 1.2
  private let total: Int

  /// `nil` without latencies.
  init?(_ summary: LatencySummary, _ density: LatencyDensity?) {
    if let density, density.latencyEdges.count > 1 {
      let edges = density.latencyEdges
      bins = edges.indices.dropLast().map { row in
        (edges[row], edges[row + 1], density.counts.reduce(0) { $0 + (row < $1.count ? $1[row] : 0) })
      }
      let widths = bins.map { $0.to - $0.from }
      isLogarithmic = (widths.last ?? 0) > Self.alikeWidths * widths[0]
    } else {
      let histogram = summary.histogram
      guard !histogram.counts.isEmpty, histogram.from < histogram.to else { return nil }
      let width = (histogram.to - histogram.from) / Double(histogram.counts.count)
      let inner = histogram.counts.enumerated().map {
        (from: histogram.from + width * Double($0), to: histogram.from + width * Double($0 + 1), count: $1)
      }
      // What lies above is drawn as one more bin: bars must add up to all inferences.
      bins = inner + (histogram.overflow > 0 ? [(histogram.to, histogram.to + width, histogram.overflow)] : [])
      isLogarithmic = false
    }
    total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return nil }
  }

  /// Merges neighbouring bins until there are at most so many.
  func merged(into count: Int) -> [(from: Double, to: Double, count: Int)] {
    let size = (bins.count + count - 1) / count
    return stride(from: 0, to: bins.count, by: size).map { first in
      let part = bins[first..<min(first + size, bins.count)]
      return (bins[first].from, part.last?.to ?? bins[first].to, part.reduce(0) { $0 + $1.count })
    }
  }

  /// The highest bar in a sentence.
  func sentence(_ unit: LatencyUnit, modes: Int) -> String {
    guard let highest = bins.max(by: { $0.count < $1.count }) else { return "" }
    let peak =
      "The highest bar, \(unit.text(highest.from)) to \(unit.text(highest.to)), holds \(Figures.percent(Double(highest.count) / Double(total)))."
    return modes > 1 ? "\(peak) \(modes) modes are marked with their shares." : peak
  }
}
