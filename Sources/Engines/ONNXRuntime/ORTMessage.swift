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

  /// What the library's log says of the last error in it; `nil` if there is none.
  ///
  /// A record is `date [E:onnxruntime:Default, file.cc:12 Function] text`. A provider may put a record of its own into the text, with
  /// `[ERROR]` behind its function.
  static func reason(inLog text: String) -> String? {
    let records = withoutColours(text).split(whereSeparator: \.isNewline).filter {
      $0.contains("[E:onnxruntime") && !$0.contains("fallback to CPU EP has been explicitly disabled")
    }
    guard let record = records.last else { return nil }
    let own = record.firstRange(of: "[ERROR]").map { record[$0.upperBound...] }
    var rest = own ?? record.firstRange(of: "] ").map { record[$0.upperBound...] } ?? record
    if rest.hasPrefix("/") { rest = afterSignature(rest.drop { $0 != " " }.dropFirst()) }
    // The name of the provider stands in brackets.
    let words = rest.split(separator: " ").drop { $0.hasPrefix("[") && $0.hasSuffix("]") }
    return readable(words.joined(separator: " "))
  }

  private static func withoutColours(_ text: String) -> String {
    let parts = text.split(separator: "\u{1B}", omittingEmptySubsequences: false)
    return parts.prefix(1).joined() + parts.dropFirst().map { $0.drop { $0 != "m" }.dropFirst() }.joined()
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
