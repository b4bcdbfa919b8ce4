/// What a comparison says about the latencies of B against those of A.
public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
  case faster
  case slower
  /// The ratio lies within the margin around 1, with 95 % confidence.
  case sameWithinNoise = "same_within_noise"
  /// The data show neither a difference nor that there is none: measure longer.
  case notEnoughData = "not_enough_data"
}
