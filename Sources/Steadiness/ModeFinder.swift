import AssayCore
import Glibc
import Statistics

/// Finds whether a device runs at several speeds between which it switches.
///
/// Deep valleys in the histogram of all latencies separate the speeds. Two neighbouring ones count if the device switches between them (a level
/// that is left for good is a shift), and if the valley shows in so many stretches of the run that it is not chance.
struct ModeFinder {
  /// Levels closer than this are one.
  static let floor = 0.03
  private static let level = 1e-6
  /// Stretches of time in which valley and peak are compared.
  private static let stretches = 40
  private static let minimumSwitches = 6

  private let pieces: [Piece]
  /// The bins of the histogram begin here.
  private let firstBin: Int
  private let histogram: [Double]

  init(_ pieces: [Piece]) {
    self.pieces = pieces
    firstBin = pieces.compactMap { $0.bins.first.map(Int.init) }.min() ?? 0
    let last = pieces.compactMap { $0.bins.last.map(Int.init) }.max() ?? 0
    var histogram = Array(repeating: 0.0, count: last - firstBin + 1)
    for piece in pieces {
      for (bin, count) in zip(piece.bins, piece.counts) { histogram[Int(bin) - firstBin] += Double(count) }
    }
    self.histogram = histogram
  }

  /// At least two modes, or none.
  ///
  /// - Parameter envelope: the pieces that the activity of each mode is computed for.
  func find(activeIn envelope: [Piece]) -> [LatencyMode] {
    guard pieces.count >= PieceSeries.minimumCount else { return [] }
    let widths = histogram.indices.map { bin in
      // Durations are whole nanoseconds.
      log((Double(LatencyBins.highest(firstBin + bin)) + 1) / max(1, Double(LatencyBins.lowest(firstBin + bin))))
    }
    var peaks = HistogramPeaks(counts: histogram, widths: widths, minimumWidth: Self.floor / 3).peaks
    // Remove the least certain border first; the peaks beside it become one.
    while peaks.count > 1 {
      let scores = zip(peaks, peaks.dropFirst()).map { certainty($0, $1) }
      guard let weakest = scores.indices.min(by: { scores[$0] < scores[$1] }), scores[weakest] < 1 else { break }
      peaks[weakest] = peaks[weakest].joined(with: peaks[weakest + 1])
      peaks.remove(at: weakest + 1)
    }
    return peaks.count > 1 ? peaks.map { mode($0, activeIn: envelope) } : []
  }

  /// At least 1 if two neighbouring peaks are modes.
  private func certainty(_ left: HistogramPeaks.Peak, _ right: HistogramPeaks.Peak) -> Double {
    let distance = log(center(right) / center(left))
    guard distance >= log1p(Self.floor), isSwitching(left, right) else { return 0 }
    let valley = LatencyBins.center(firstBin + right.bins.lowerBound)
    let lower = histogram[left.top] <= histogram[right.top] ? center(left) : center(right)
    let half = min(distance, 2 * abs(log(lower / valley))) / 8
    let differences = shares(around: lower, half).enumerated().map { index, share in (index, share) }
    let valleys = shares(around: valley, half)
    let excess = differences.map { $1 - 2 * valleys[$0] }
    let n = Double(excess.count)
    let mean = excess.reduce(0, +) / n
    let variance = excess.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    guard mean > 0 else { return 0 }
    let score = mean / max((variance / n).squareRoot(), 1e-12)
    let p = StudentDistribution.cumulative(-score, degrees: n - 1)
    return log(max(p, 1e-300)) / log(Self.level)
  }

  /// The share of the inferences of each stretch whose latency is within a factor e^±half of a place.
  private func shares(around place: Double, _ half: Double) -> [Double] {
    let range = UInt64(place * exp(-half))...UInt64(place * exp(half))
    let bins = UInt16(LatencyBins.index(range.lowerBound))...UInt16(LatencyBins.index(range.upperBound))
    let stretches = min(Self.stretches, pieces.count)
    return (0..<stretches).map { number in
      let part = pieces[(pieces.count * number / stretches)..<(pieces.count * (number + 1) / stretches)]
      let total = part.reduce(0) { $0 + $1.count }
      return Double(part.reduce(0) { $0 + $1.count(in: bins) }) / Double(max(1, total))
    }
  }

  /// Whether both occur within the same pieces, or in turn in different ones.
  private func isSwitching(_ left: HistogramPeaks.Peak, _ right: HistogramPeaks.Peak) -> Bool {
    var mixed = 0
    var switches = 0
    var last: Bool?
    for piece in pieces {
      let inLeft = Double(piece.count(in: bins(left)))
      let inRight = Double(piece.count(in: bins(right)))
      let either = inLeft + inRight
      guard either > 0.2 * Double(piece.count) else { continue }
      if min(inLeft, inRight) >= 0.05 * either, min(inLeft, inRight) >= 2 { mixed += 1 }
      if let last, last != (inLeft > inRight) { switches += 1 }
      last = inLeft > inRight
    }
    return switches >= Self.minimumSwitches || mixed * 5 >= pieces.count
  }

  private func bins(_ peak: HistogramPeaks.Peak) -> ClosedRange<UInt16> {
    UInt16(firstBin + peak.bins.lowerBound)...UInt16(firstBin + peak.bins.upperBound - 1)
  }

  /// The median of the inferences of a peak, in nanoseconds.
  private func center(_ peak: HistogramPeaks.Peak) -> Double { max(1, quantile(0.5, of: peak)) }

  private func quantile(_ probability: Double, of peak: HistogramPeaks.Peak) -> Double {
    var rest = probability * histogram[peak.bins].reduce(0, +)
    for bin in peak.bins {
      rest -= histogram[bin]
      if rest <= 0, histogram[bin] > 0 { return LatencyBins.center(firstBin + bin) }
    }
    return LatencyBins.center(firstBin + peak.top)
  }

  private func mode(_ peak: HistogramPeaks.Peak, activeIn envelope: [Piece]) -> LatencyMode {
    LatencyMode(
      center: center(peak) / 1e6, from: quantile(0.05, of: peak) / 1e6, to: quantile(0.95, of: peak) / 1e6,
      share: peak.share, activity: envelope.map { Double($0.count(in: bins(peak))) / Double($0.count) })
  }
}
