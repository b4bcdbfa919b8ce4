extension Decoder {
  /// The sentence that older stores and reports hold in place of a fact; `nil` for a fact.
  var recordedText: String? { try? singleValueContainer().decode(String.self) }
}
