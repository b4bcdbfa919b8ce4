/// Encodes values as JSON as `JSONEncoder` does with its default strategies, without Foundation.
public enum JSONWriter {
  /// - Throws: `EncodingError` for a number that is not finite.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let slot = Slot()
    try SlotEncoder(slot: slot, codingPath: []).write(value)
    var bytes: [UInt8] = []
    slot.append(to: &bytes)
    return bytes
  }
}

/// The place of a value that is being encoded. Containers add to it.
private final class Slot {
  enum Kind {
    /// JSON of a value without parts.
    case text(String)
    case array
    case object
  }

  var kind = Kind.object
  private var parts: [(name: String, slot: Slot)] = []

  func append(to bytes: inout [UInt8]) {
    switch kind {
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .array: append(to: &bytes, between: "[", "]") { _, _ in }
    case .object:
      append(to: &bytes, between: "{", "}") { name, bytes in
        bytes.append(contentsOf: Self.quoted(name).utf8)
        bytes.append(UInt8(ascii: ":"))
      }
    }
  }

  private func append(
    to bytes: inout [UInt8], between open: Unicode.Scalar, _ close: Unicode.Scalar,
    label: (_ name: String, _ bytes: inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      label(part.name, &bytes)
      part.slot.append(to: &bytes)
    }
    bytes.append(UInt8(ascii: close))
  }

  func add(_ name: String = "") -> Slot {
    let slot = Slot()
    parts.append((name, slot))
    return slot
  }

  static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

private struct SlotEncoder: Encoder, SingleValueEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.kind = .object
    return KeyedEncodingContainer(KeyedWriter(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.kind = .array
    return UnkeyedWriter(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
  func encodeNil() { slot.kind = .text("null") }
  func encode(_ value: some Encodable) throws { try write(value) }

  func write(_ value: some Encodable) throws {
    switch value {
    case let bool as Bool: slot.kind = .text(bool ? "true" : "false")
    case let string as String: slot.kind = .text(Slot.quoted(string))
    case let integer as any FixedWidthInteger: slot.kind = .text("\(integer)")
    case let double as Double: try write(finite: double)
    case let float as Float: try write(finite: float)
    default: try value.encode(to: self)
    }
  }

  private func write(finite number: some BinaryFloatingPoint) throws {
    guard number.isFinite else {
      throw EncodingError.invalidValue(
        number, .init(codingPath: codingPath, debugDescription: "JSON has no \(number)."))
    }
    slot.kind = .text("\(number)")
  }

  func member(_ key: any CodingKey) -> SlotEncoder {
    SlotEncoder(slot: slot.add(key.stringValue), codingPath: codingPath + [key])
  }

  func element(_ index: Int) -> SlotEncoder {
    SlotEncoder(slot: slot.add(), codingPath: codingPath + [JSONKey(index: index)])
  }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: SlotEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil(forKey key: Key) { encoder.member(key).encodeNil() }
  func encode(_ value: some Encodable, forKey key: Key) throws { try encoder.member(key).write(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { encoder.member(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.member(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { encoder.member(JSONKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { encoder.member(key) }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
  let encoder: SlotEncoder
  private(set) var count = 0

  init(encoder: SlotEncoder) { self.encoder = encoder }

  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil() { next().encodeNil() }
  mutating func encode(_ value: some Encodable) throws { try next().write(value) }
  mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    next().container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
  mutating func superEncoder() -> any Encoder { next() }

  private mutating func next() -> SlotEncoder {
    defer { count += 1 }
    return encoder.element(count)
  }
}
