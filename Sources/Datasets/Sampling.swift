import AssayCore

extension Sampling {
  /// How many of `total` images to use.
  func count(of total: Int) -> Int {
    switch amount {
    case .ratio(let ratio): min(max(Int((ratio * Double(total)).rounded()), 1), total)
    case .count(let count): min(count, total)
    }
  }
}

/// Chooses images so that every class keeps its share, without holding a list of them.
///
/// Largest remainders decide how many each class gives; seeded random numbers decide among equal ones, so that of many small classes not
/// always the first are used. Selection sampling decides which images (Knuth, The Art of Computer Programming
/// 2, algorithm 3.4.2 S), image by image in sorted order.
struct StratifiedSampler {
  private struct Stratum {
    let total: Int
    var seen = 0
    var wanted: Int
  }
  private var strata: [Int: Stratum] = [:]
  private let seed: UInt64

  /// - Parameters:
  ///   - counts: images by label.
  ///   - count: how many to choose, at most their sum.
  init(counts: [Int: Int], choosing count: Int, seed: UInt64) {
    self.seed = seed
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return }
    var remainders: [(label: Int, remainder: Int, draw: UInt64)] = []
    for (label, size) in counts {
      let (share, remainder) = (size * count).quotientAndRemainder(dividingBy: total)
      strata[label] = Stratum(total: size, wanted: share)
      // A stream that no label has.
      let draw = SplitMix64.bits(seed: seed, stream: .max, index: UInt64(label))
      remainders.append((label, remainder, draw))
    }
    remainders.sort { ($1.remainder, $0.draw, $0.label) < ($0.remainder, $1.draw, $1.label) }
    let left = count - strata.values.reduce(0) { $0 + $1.wanted }
    for (label, _, _) in remainders.prefix(left) { strata[label]?.wanted += 1 }
  }

  /// Whether the next image of that class is chosen.
  mutating func chooses(_ label: Int) -> Bool {
    guard var stratum = strata[label], stratum.seen < stratum.total else { return false }
    let bits = SplitMix64.bits(seed: seed, stream: UInt64(label), index: UInt64(stratum.seen))
    let isChosen = bits.multipliedFullWidth(by: UInt64(stratum.total - stratum.seen)).high < UInt64(stratum.wanted)
    stratum.seen += 1
    if isChosen { stratum.wanted -= 1 }
    strata[label] = stratum
    return isChosen
  }
}
