/// What a user can ask of an analysis beyond its own figures, and what it needs to know beside the records.
public struct SteadinessOptions: Hashable, Sendable {
  /// In ms. One view leaves out inferences above this limit, and counts them. The thesis sets it for two devices.
  public var discardAbove: Double?
  /// Intervals whose shares to count, besides those that the analysis chooses.
  public var shares: [CenteredInterval]
  /// To tell the load of others from the run's own; `nil` if the machine is unknown.
  public var surroundings: RunSurroundings?

  public init(
    discardAbove: Double? = nil, shares: [CenteredInterval] = [], surroundings: RunSurroundings? = nil
  ) {
    self.discardAbove = discardAbove
    self.shares = shares
    self.surroundings = surroundings
  }
}

/// All latencies within `center` ± `tolerance`, in ms.
public struct CenteredInterval: Hashable, Sendable {
  public var center: Double
  public var tolerance: Double

  public init(center: Double, tolerance: Double) {
    self.center = center
    self.tolerance = tolerance
  }
}
