/// What ONNX Runtime says of a failure, without the places and signatures in its sources.
enum ORTMessage {
  /// A message on one line: `ReduceSum node 'sum': axis 45 is not in valid range [-3,2]`.
  static func readable(_ text: String) -> String {
    var message = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    message.replace(" node. Name:'", with: " node '")
    message.replace("' Status Message: ", with: "': ")
    message.replace("Non-zero status code returned while running ", with: "")
    message.replace(" node '': ", with: " node: ")
    while let start = message.firstRange(of: "/onnxruntime_src/")?.lowerBound {
      let reason = afterSignature(message[start...].drop { $0 != " " }.dropFirst())
      message = String(message[..<start]) + reason
    }
    return withoutFilePosition(message)
  }

  /// `virtual Status Kernel::Compute(Context*) const [with T = float] condition was false. Reason` without all before the reason.
  private static func afterSignature(_ text: Substring) -> Substring {
    var rest = text
    if let open = text.firstIndex(of: "("), text[..<open].contains("::") {
      var depth = 0
      let close = text[open...].firstIndex { character in
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        return depth == 0
      }
      rest = close.map { text[text.index(after: $0)...] } ?? text
      // What may follow the parameters is ` const`, `::<lambda()>` or `[with T = float]`.
      if rest.hasPrefix("::") { rest = rest.drop { $0 != " " } }
      rest = rest.drop { $0 == " " }
      if rest.hasPrefix("const ") { rest = rest.dropFirst(6) }
      if rest.hasPrefix("[with "), let end = rest.firstIndex(of: "]") { rest = rest[end...].dropFirst(2) }
    }
    guard let condition = rest.firstRange(of: " was false. "), condition.upperBound < rest.endIndex else { return rest }
    return rest[condition.upperBound...]
  }

  /// `node 'y': upsamplebase.h:271 ScalesValidation 'Cubic' mode …` without the file and its function.
  private static func withoutFilePosition(_ message: String) -> String {
    var words = message.split(separator: " ", omittingEmptySubsequences: false)
    for index in words.indices.reversed() where index + 1 < words.endIndex {
      let parts = words[index].split(separator: ":")
      guard parts.count == 2, parts[1].allSatisfy(\.isNumber), parts[0].hasSuffix(".cc") || parts[0].hasSuffix(".h")
      else { continue }
      words.removeSubrange(index...index + 1)
    }
    return words.joined(separator: " ")
  }
}
