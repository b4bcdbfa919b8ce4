import AssayCore
import Statistics

/// The pieces of a run in groups that few enough points stand for. No group reaches across a time without inferences.
struct EnvelopeGroups {
  /// Indices of pieces.
  private(set) var groups: [Range<Int>] = []
  /// The groups that a time without inferences follows.
  private var lastBeforeGaps: Set<Int> = []
  private let pieces: [EnvelopePiece]

  /// A distance between pieces of this many usual ones is a gap.
  private static let gapFactor = 2.5

  init(_ pieces: [EnvelopePiece], atMost maximum: Int) {
    self.pieces = pieces
    let size = max(1, (pieces.count + maximum - 1) / maximum)
    let distances = zip(pieces, pieces.dropFirst()).map { $1.start - $0.start }
    // Where a run pauses often, as in turns with others, most pieces still follow each other.
    let usual = Quantiles.quantile(0.25, ofSorted: distances.sorted()) ?? 0
    var first = 0
    for index in pieces.indices {
      let isLast = index == pieces.count - 1
      let isGap =
        !isLast && distances[index] > Self.gapFactor * usual
        && pieces[index + 1].start - pieces[index].end > pieces[index].maximum / 1000
      guard isGap || isLast || index + 1 - first == size else { continue }
      if isGap { lastBeforeGaps.insert(groups.count) }
      groups.append(first..<index + 1)
      first = index + 1
    }
  }

  /// Whether a line must break somewhere.
  var hasGaps: Bool { !lastBeforeGaps.isEmpty }

  /// A row of a table per group, from its start and the medians of its pieces; after a group before a gap one that ends it, and one
  /// without values, where the line breaks.
  func rows(_ values: [(EnvelopePiece) -> Double]) -> [[Double?]] {
    groups.enumerated().flatMap { number, group -> [[Double?]] in
      let medians = values.map { value in Quantiles.median(group.map { value(pieces[$0]) }) }
      let end = pieces[group.upperBound - 1].end
      return [[pieces[group.lowerBound].start] + medians]
        + (lastBeforeGaps.contains(number) ? [[end] + medians, [end] + values.map { _ in nil }] : [])
    }
  }
}
