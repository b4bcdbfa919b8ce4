/// Something about a measurement that its reader must know, and what to do about it. In JSON one string, `finding: advice`.
public struct CellWarning: Hashable, Sendable {
  /// What is the matter, without a colon followed by a space.
  public let finding: String
  /// What to do; the same words for the same kind of finding.
  public let advice: String

  public init(_ finding: String, advice: String) {
    self.finding = finding
    self.advice = advice
  }
}

extension CellWarning: Codable {
  private static let separator = ": "

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let words = text.split(separator: Self.separator, maxSplits: 1)
    self.init(words.first.map(String.init) ?? "", advice: words.count > 1 ? String(words[1]) : "")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(finding + Self.separator + advice)
  }
}
