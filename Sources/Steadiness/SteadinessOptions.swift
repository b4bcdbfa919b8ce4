/// What one may ask of an analysis beyond what it does by itself.
public struct SteadinessOptions: Hashable, Sendable {
  /// In ms: inferences above it are left out of one view, which counts them. The thesis sets it for two of its devices.
  public var discardAbove: Double?
  /// Intervals whose shares are wanted, besides those that the analysis chooses.
  public var shares: [CenteredInterval]

  public init(discardAbove: Double? = nil, shares: [CenteredInterval] = []) {
    self.discardAbove = discardAbove
    self.shares = shares
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
