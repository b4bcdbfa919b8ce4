/// The tags of an XML file that may hold anything, in order. Text between them is skipped, and reading ends at the first tag that is none.
struct XMLTags: Sequence, IteratorProtocol {
  struct Tag {
    let name: Substring
    let attributes: [Substring: String]
    /// Of `</name>`.
    let isEnd: Bool
    /// Of `<name/>`.
    let isClosed: Bool
    /// The text up to the next tag.
    let text: Substring
  }

  private var rest: Substring

  init(_ bytes: UnsafeRawBufferPointer) { rest = Substring(decoding: bytes, as: UTF8.self) }

  mutating func next() -> Tag? {
    guard let start = rest.utf8.firstIndex(of: UInt8(ascii: "<")) else { return nil }
    let opened = rest[rest.utf8.index(after: start)...]
    guard let end = opened.utf8.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let content = opened[..<end]
    rest = opened[opened.utf8.index(after: end)...]
    let isEnd = content.utf8.first == UInt8(ascii: "/")
    let words = isEnd ? content.dropFirst() : content
    let name = words.prefix { !" \t\r\n/".contains($0) }
    let text = rest[..<(rest.utf8.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex)]
    return Tag(
      name: name, attributes: Self.attributes(words[name.endIndex...]), isEnd: isEnd,
      isClosed: content.utf8.last == UInt8(ascii: "/"), text: text)
  }

  /// `id="0" name="a &lt; b"`.
  private static func attributes(_ text: Substring) -> [Substring: String] {
    var attributes: [Substring: String] = [:]
    var rest = text
    while let equals = rest.utf8.firstIndex(of: UInt8(ascii: "=")) {
      let name = rest[..<equals].drop { " \t\r\n".contains($0) }
      let quoted = rest[rest.utf8.index(after: equals)...]
      guard let quote = quoted.utf8.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
        let end = quoted.utf8.dropFirst().firstIndex(of: quote)
      else { return attributes }
      attributes[name] = unescaped(quoted[..<end].dropFirst())
      rest = quoted[quoted.utf8.index(after: end)...]
    }
    return attributes
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return String(text) }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
      .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
  }
}
