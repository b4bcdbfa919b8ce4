/// What a comparison of latencies says of B against A.
public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
  case faster
  case slower
  /// The ratio lies within the margin around 1, with 95 % confidence.
  case sameWithinNoise = "same_within_noise"
  /// Neither a difference nor the lack of one is shown: measure longer.
  case notEnoughData = "not_enough_data"
}
