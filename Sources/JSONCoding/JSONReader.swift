/// Decodes values from JSON as `JSONDecoder` does with its default strategies, without Foundation.
public enum JSONReader {
  /// - Throws: `JSONSyntaxError` or `DecodingError`.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try NodeDecoder(node: JSONParser.parse(bytes), codingPath: []).value()
  }
}

private struct NodeDecoder: Decoder {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = node else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(KeyedReader(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = node else { throw mismatch([Any].self) }
    return UnkeyedReader(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleReader(decoder: self) }

  func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    switch node {
    case .bool(let bool) where type is Bool.Type: if let value = bool as? Value { return value }
    case .string(let string) where type is String.Type: if let value = string as? Value { return value }
    case .number(let text):
      if let number = Self.number(text, type), let value = number as? Value { return value }
    default: break
    }
    // The initializers of these ask for themselves again.
    if type is Bool.Type || type is String.Type || type is any Numeric.Type { throw mismatch(type) }
    return try Value(from: self)
  }

  /// The number in a numeric type; `nil` where it does not fit or the type is no number.
  private static func number(_ text: String, _ type: any Decodable.Type) -> Any? {
    if let integer = type as? any FixedWidthInteger.Type { return whole(text, integer) }
    if type is Double.Type { return Double(text).flatMap { $0.isFinite ? $0 : nil } }
    if type is Float.Type { return Float(text).flatMap { $0.isFinite ? $0 : nil } }
    return nil
  }

  private static func whole<Integer: FixedWidthInteger>(_ text: String, _ type: Integer.Type) -> Integer? {
    // `1.0` and `1e3` are whole, too.
    Integer(text) ?? Double(text).flatMap { Integer(exactly: $0) }
  }

  func mismatch(_ type: Any.Type) -> DecodingError {
    .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "This is no \(type)."))
  }

  func nested(_ node: JSONNode, _ key: any CodingKey) -> NodeDecoder {
    NodeDecoder(node: node, codingPath: codingPath + [key])
  }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: NodeDecoder
  let members: [String: JSONNode]

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    if case .null = try member(key).node { true } else { false }
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).value() }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try member(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try member(JSONKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

  private func member(_ key: any CodingKey) throws -> NodeDecoder {
    guard let node = members[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, .init(codingPath: codingPath, debugDescription: "There is no '\(key.stringValue)'."))
    }
    return decoder.nested(node, key)
  }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
  let decoder: NodeDecoder
  let elements: [JSONNode]
  private(set) var currentIndex = 0

  init(decoder: NodeDecoder, elements: [JSONNode]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, case .null = elements[currentIndex] else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try $0.value() } }

  mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try next { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { try next { $0 } }

  /// Moves on only if the element could be read.
  private mutating func next<Value>(_ read: (NodeDecoder) throws -> Value) throws -> Value {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Value.self, .init(codingPath: codingPath, debugDescription: "The array has \(elements.count) elements."))
    }
    let value = try read(decoder.nested(elements[currentIndex], JSONKey(index: currentIndex)))
    currentIndex += 1
    return value
  }
}

private struct SingleReader: SingleValueDecodingContainer {
  let decoder: NodeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool {
    if case .null = decoder.node { true } else { false }
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value() }
}

/// The key of an element of an array, or of what has no key of its own.
struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ name: String) { (stringValue, intValue) = (name, nil) }
  init(index: Int) { (stringValue, intValue) = ("\(index)", index) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(index: intValue) }
}
