/// Groups rounds of live cells into the pairs of blocks that are resampled.
enum RoundGroups {
  /// Few, so that each lasts for seconds, but enough for an interval.
  private static let maximumCount = 10

  /// The blocks of a cell beside those of the reference, of consecutive rounds together.
  ///
  /// The scheduler can favour one worker for seconds. Neighbouring rounds are then not independent samples of the ratio, and resampling single
  /// rounds would give too narrow an interval. Much longer batches are nearly independent (batch means, as in Law 2015, *Simulation Modeling and
  /// Analysis*, section 9.5.3).
  static func pairs(reference: [[UInt64]], cell: [[UInt64]]) -> [(a: [UInt64], b: [UInt64])] {
    let rounds = min(reference.count, cell.count)
    let groups = min(rounds, maximumCount)
    return (0..<groups).map { group in
      let range = (rounds * group / groups)..<(rounds * (group + 1) / groups)
      return (a: Array(reference[range].joined()), b: Array(cell[range].joined()))
    }
  }
}
