public import AssayCore
import Statistics

/// What a model loses in accuracy by an optimiser, a conversion or a precision, against the same model without.
public struct AccuracyLoss: Hashable, Sendable {
  public let observation: Observation
  public let reference: Observation
  /// In percentage points; negative for a loss.
  public let change: Double
  /// Its 95 % interval from the counts of images; `nil` if they are unknown.
  public let interval: ClosedRange<Double>?
  /// Whether the interval is from the same images, one by one; else the images of both count as independent.
  public let isPaired: Bool

  /// Whether the change is more than the choice of images explains; `nil` if that is unknown.
  public var isMoreThanChance: Bool? { interval.map { !$0.contains(0) } }

  /// Every optimised or converted observation whose model was also observed as it is.
  ///
  /// - Parameter quantity: `.top1` or `.top5`.
  public static func losses(_ observations: [Observation], quantity: Observation.Quantity) -> [AccuracyLoss] {
    let references = observations.filter { $0[quantity] != nil && $0.optimizer == nil && $0.original == nil }
    return observations.compactMap { observation in
      guard observation.optimizer != nil || observation.original != nil, let share = observation[quantity] else {
        return nil
      }
      let model = observation.original ?? observation.model
      let change = observation.changes[quantity]
      guard
        let reference = references.first(where: { change.map(\.reference) == $0.place })
          ?? references.first(where: { $0.model == model }), let other = reference[quantity]
      else { return nil }
      let paired = change.flatMap { $0.reference == reference.place ? $0.interval : nil }
      return AccuracyLoss(
        observation: observation, reference: reference, change: share - other,
        interval: paired ?? interval(of: (share, observation.images), against: (other, reference.images)),
        isPaired: paired != nil)
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
