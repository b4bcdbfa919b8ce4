import Glibc

/// The peaks of a histogram with deep valleys between them.
///
/// The density at a place is that of the narrowest window around it that holds a given mass (the nearest-neighbour estimate of Loftsgaarden and
/// Quesenberry 1965): narrow levels and long tails are seen alike, whatever the shape of either.
public struct HistogramPeaks: Hashable, Sendable {
  public struct Peak: Hashable, Sendable {
    /// Bins of the histogram, from valley to valley.
    public var bins: Range<Int>
    /// The place of greatest density.
    public var top: Int
    /// The density there.
    public var height: Double
    /// 0 … 1
    public var share: Double

    /// This peak and the next as one.
    public func joined(with next: Peak) -> Peak {
      let higher = height >= next.height ? self : next
      return Peak(
        bins: bins.lowerBound..<next.bins.upperBound, top: higher.top, height: higher.height,
        share: share + next.share)
    }
  }

  /// In ascending order; a single one if the histogram has one mode, none if it is empty.
  public let peaks: [Peak]

  /// - Parameters:
  ///   - counts: of the bins.
  ///   - widths: of the bins, in the measure in which the density is taken.
  ///   - mass: share of all that the window holds.
  ///   - minimumWidth: of the window.
  ///   - depth: a valley separates two peaks if its density is below this share of the lower peak's.
  ///   - minimumShare: a peak with a smaller share is joined to the neighbour that the shallower valley lies before.
  public init(
    counts: [Double], widths: [Double], mass: Double = 0.01, minimumWidth: Double, depth: Double = 0.35,
    minimumShare: Double = 0.03
  ) {
    let total = counts.reduce(0, +)
    guard total > 0, counts.count == widths.count else {
      peaks = []
      return
    }
    let density = Self.density(counts.map { $0 / total }, widths: widths, mass: mass, minimumWidth: minimumWidth)
    peaks = Self.split(density, counts: counts.map { $0 / total }, depth: depth, minimumShare: minimumShare)
  }

  /// Windows grow from each bin to both sides alike, by way of the running sums.
  static func density(_ shares: [Double], widths: [Double], mass: Double, minimumWidth: Double) -> [Double] {
    var (cumulative, edges) = ([0.0], [0.0])
    for (share, width) in zip(shares, widths) {
      cumulative.append(cumulative[cumulative.count - 1] + share)
      edges.append(edges[edges.count - 1] + width)
    }
    /// Interpolated cumulative share at a place on the axis of `edges`.
    func share(upTo place: Double, hint: inout Int) -> Double {
      while hint + 1 < edges.count - 1, edges[hint + 1] <= place { hint += 1 }
      while hint > 0, edges[hint] > place { hint -= 1 }
      let fraction = (place - edges[hint]) / max(edges[hint + 1] - edges[hint], .leastNonzeroMagnitude)
      return cumulative[hint] + min(max(0, fraction), 1) * (cumulative[hint + 1] - cumulative[hint])
    }
    let extent = edges[edges.count - 1]
    var half = minimumWidth / 2
    var (left, right) = (0, 0)
    return shares.indices.map { bin in
      let center = (edges[bin] + edges[bin + 1]) / 2
      func held(_ half: Double) -> Double {
        share(upTo: center + half, hint: &right) - share(upTo: center - half, hint: &left)
      }
      // Neighbouring bins need nearly the same width: start from the last one.
      while half > minimumWidth / 2, held(half / 1.1) >= mass { half /= 1.1 }
      while held(half) < mass, half < extent { half *= 1.1 }
      half = max(half, minimumWidth / 2)
      return held(half) / (2 * half)
    }
  }

  /// Joins neighbouring hills until every valley is deep and every hill has its share.
  private static func split(_ density: [Double], counts: [Double], depth: Double, minimumShare: Double) -> [Peak] {
    var hills = localPeaks(density, counts: counts)
    while hills.count > 1 {
      func ratio(_ border: Int) -> Double {
        let valley = density[hills[border].bins.upperBound]
        return valley / min(hills[border].height, hills[border + 1].height)
      }
      let borders = Array(0..<(hills.count - 1))
      guard let shallowest = borders.max(by: { ratio($0) < ratio($1) }) else { break }
      var border = shallowest
      if ratio(border) <= depth {
        guard let small = hills.indices.first(where: { hills[$0].share < minimumShare }) else { break }
        let sides = [small - 1, small].filter { borders.contains($0) }
        border = sides.max { ratio($0) < ratio($1) } ?? border
      }
      hills[border] = hills[border].joined(with: hills[border + 1])
      hills.remove(at: border + 1)
    }
    return hills
  }

  /// Every hill of the density with the lowest place to either side as its border.
  private static func localPeaks(_ density: [Double], counts: [Double]) -> [Peak] {
    var tops: [Int] = []
    var valleys: [Int] = []
    var lowest = 0
    var highest = 0
    var isRising = true
    for index in density.indices {
      if isRising {
        if density[index] > density[highest] { highest = index }
        if density[index] < density[highest] {
          tops.append(highest)
          (lowest, isRising) = (index, false)
        }
      } else {
        if density[index] < density[lowest] { lowest = index }
        if density[index] > density[lowest] {
          valleys.append(lowest)
          (highest, isRising) = (index, true)
        }
      }
    }
    if isRising { tops.append(highest) }
    let borders = [0] + valleys.prefix(tops.count - 1) + [density.count]
    return tops.enumerated().map { number, top in
      let bins = borders[number]..<borders[number + 1]
      return Peak(bins: bins, top: top, height: density[top], share: counts[bins].reduce(0, +))
    }
  }
}
