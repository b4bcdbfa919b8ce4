/// What source and result of a conversion make of the same labelled images.
public struct ConversionAccuracy: Codable, Hashable, Sendable {
  /// What ran the source, or the first model that an engine reads of it.
  public let sourceTarget: Target
  public let resultTarget: Target
  /// Images that both classified.
  public let images: Int
  public let sourceCorrect: Int
  public let resultCorrect: Int
  /// Images that only the source classified correctly.
  public let onlySource: Int
  /// Images that only the result classified correctly.
  public let onlyResult: Int
  /// The result's top-1 minus the source's.
  public let difference: Double
  /// Its 95 % interval.
  public let interval: [Double]
  /// McNemar's mid-p: the probability of at least this difference by chance alone.
  public let pValue: Double
  /// The median latencies on these images.
  public let sourceMilliseconds: Double?
  public let resultMilliseconds: Double?
  /// The recipes in their order, up to the one that was taken; empty for a conversion without any.
  public var tried: [Attempt] = []

  /// - Parameters:
  ///   - source: the cell of the source, which `difference` has as its reference.
  ///   - result: the cell of the result.
  public init?(_ difference: AccuracyDifference, source: CellReport, result: CellReport) {
    guard let sourceTop = source.accuracy?.top(1), let resultTop = result.accuracy?.top(1) else { return nil }
    (sourceTarget, resultTarget) = (source.target, result.target)
    images = difference.images
    (sourceCorrect, resultCorrect) = (sourceTop.correct, resultTop.correct)
    (onlySource, onlyResult) = (difference.onlyReference, difference.onlyCell)
    (self.difference, interval, pValue) = (difference.difference, difference.interval, difference.pValue)
    (sourceMilliseconds, resultMilliseconds) = (source.latency?.p50, result.latency?.p50)
  }

  /// A recipe that was tried.
  public struct Attempt: Codable, Hashable, Sendable {
    public var recipe: String
    /// `nil` where it failed.
    public var difference: Double?
    /// What it failed with.
    public var failure: String?

    public init(recipe: String, difference: Double? = nil, failure: String? = nil) {
      (self.recipe, self.difference, self.failure) = (recipe, difference, failure)
    }
  }

  enum CodingKeys: String, CodingKey {
    case images, difference, tried
    case sourceTarget = "source_target"
    case resultTarget = "result_target"
    case sourceCorrect = "source_correct"
    case resultCorrect = "result_correct"
    case onlySource = "only_source"
    case onlyResult = "only_result"
    case interval = "ci95"
    case pValue = "p"
    case sourceMilliseconds = "source_p50_ms"
    case resultMilliseconds = "result_p50_ms"
  }
}
