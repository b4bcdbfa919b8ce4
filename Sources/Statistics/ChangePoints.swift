import Glibc

/// Where the level of an autocorrelated, perhaps heavy-tailed series changes.
///
/// Intervals of many lengths (the seeded ones of Kovács, Bühlmann, Li and Munk 2023, *Seeded binary segmentation*) are tested, each on the ranks of its
/// values, with `SelfNormalizedTest`. The narrowest in which the test rejects holds one change; then the parts before and after it are searched
/// in turn (Baranowski, Chen and Fryzlewicz 2019, *Narrowest-over-threshold detection*).
public struct ChangePoint: Hashable, Sendable {
  /// The first value of the new level.
  public var index: Int
  /// The chance that any interval looks like this if nothing changes: that of the test, times the number of intervals.
  public var p: Double

  /// The changes of a series, in order of time.
  ///
  /// - Parameters:
  ///   - minimumLength: of an interval that is tested; many times the time over which values are correlated.
  ///   - level: chance of finding a change if there is none.
  public static func find(in values: [Double], minimumLength: Int, level: Double) -> [ChangePoint] {
    let intervals = seededIntervals(count: values.count, minimumLength: max(8, minimumLength))
    let tested = intervals.compactMap { interval -> (interval: Range<Int>, point: ChangePoint)? in
      guard let test = SelfNormalizedTest(Ranks.of(values[interval])) else { return nil }
      let p = min(1, test.p * Double(intervals.count))
      guard p <= level else { return nil }
      return (interval, ChangePoint(index: interval.lowerBound + test.index, p: p))
    }
    .sorted { ($0.interval.count, $0.point.p) < ($1.interval.count, $1.point.p) }
    var found: [ChangePoint] = []
    for (interval, point) in tested where !found.contains(where: { interval.contains($0.index) }) {
      found.append(point)
    }
    found.sort { $0.index < $1.index }
    return refined(found, in: values, margin: max(1, minimumLength / 8))
  }

  /// Puts each change to the place between its neighbours that explains most of the variance of the ranks.
  private static func refined(_ points: [ChangePoint], in values: [Double], margin: Int) -> [ChangePoint] {
    var refined = points
    for number in points.indices {
      let lower = number > 0 ? refined[number - 1].index : 0
      let upper = number + 1 < points.count ? points[number + 1].index : values.count
      if let split = bestSplit(Ranks.of(values[lower..<upper]), margin: margin) {
        refined[number].index = lower + split
      }
    }
    return refined
  }

  /// The place at which two constant levels fit a series best in the sense of least squares, at least `margin` values from its ends; `nil` where all
  /// places are alike.
  static func bestSplit(_ values: [Double], margin: Int) -> Int? {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var sum = 0.0
    var best: (index: Int, gain: Double)?
    for (index, value) in values.dropLast().enumerated() {
      sum += value - mean
      let before = Double(index + 1)
      let gain = sum * sum * n / (before * (n - before))
      if min(index + 1, values.count - index - 1) >= margin, gain > best?.gain ?? 0 { best = (index + 1, gain) }
    }
    return best?.index
  }

  /// Layers of intervals, each shorter by √2 and overlapping by half, from the whole down to the shortest.
  static func seededIntervals(count: Int, minimumLength: Int) -> [Range<Int>] {
    guard count >= minimumLength else { return [] }
    var intervals = [0..<count]
    var length = Double(count) / 2.0.squareRoot()
    while Int(length) >= minimumLength {
      let steps = Int((2 * Double(count) / length).rounded(.up)) - 1
      let size = Int(length.rounded(.up))
      for step in 0..<steps {
        let start = steps > 1 ? (count - size) * step / (steps - 1) : 0
        intervals.append(start..<min(start + size, count))
      }
      length /= 2.0.squareRoot()
    }
    return intervals
  }
}
