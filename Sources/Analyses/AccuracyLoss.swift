public import AssayCore
import Statistics

/// What a model loses in accuracy by an optimiser or a precision, against the same model without an optimiser.
public struct AccuracyLoss: Hashable, Sendable {
  public let observation: Observation
  public let reference: Observation
  /// In percentage points; negative for a loss.
  public let change: Double
  /// Its 95 % interval from the counts of images; `nil` if they are unknown.
  public let interval: ClosedRange<Double>?

  /// Whether the change is more than the choice of images explains; `nil` if that is unknown.
  public var isMoreThanChance: Bool? { interval.map { !$0.contains(0) } }

  /// Every optimised observation whose model was also observed without an optimiser.
  ///
  /// - Parameter quantity: `.top1` or `.top5`.
  public static func losses(_ observations: [Observation], quantity: Observation.Quantity) -> [AccuracyLoss] {
    let measured = observations.filter { $0[quantity] != nil }
    return measured.filter { $0.optimizer != nil }.compactMap { observation in
      guard let reference = measured.first(where: { $0.optimizer == nil && $0.model == observation.model }),
        let share = observation[quantity], let other = reference[quantity]
      else { return nil }
      return AccuracyLoss(
        observation: observation, reference: reference, change: share - other,
        interval: interval(of: (share, observation.images), against: (other, reference.images)))
    }
  }

  private static func interval(
    of share: (percent: Double, images: Int?), against other: (percent: Double, images: Int?)
  ) -> ClosedRange<Double>? {
    guard let images = share.images, let otherImages = other.images else { return nil }
    func counted(_ percent: Double, _ count: Int) -> (successes: Int, count: Int) {
      (Int((percent / 100 * Double(count)).rounded()), count)
    }
    return ShareDifference.interval(
      first: counted(other.percent, otherImages), second: counted(share.percent, images)
    ).map { ($0.lowerBound * 100)...($0.upperBound * 100) }
  }
}
