extension SteadinessReport {
  /// Whether a long run kept its level.
  public enum Hold: Hashable, Sendable {
    /// No shift, no trend, one speed. The deviation is `medianDeviation`.
    case held(deviation: Double)
    /// By the strongest of the findings that say so.
    case broken(by: Finding)
    /// Too short to be searched for changes.
    case tooShort
  }

  public var hold: Hold {
    if let cause = findings.first(where: \.isBreak) { return .broken(by: cause) }
    return medianDeviation.map { .held(deviation: $0) } ?? .tooShort
  }
}

extension Finding {
  /// Whether it says that the level was not kept. A slow start ends, and stalls and outliers leave the level as it is.
  fileprivate var isBreak: Bool {
    switch code {
    case .shift, .throttling, .trend, .modes: true
    case .steady, .spread, .outliers, .stalls, .slowStart, .clockHeldDown, .undervoltage, .competingLoad, .recorded:
      false
    }
  }
}
