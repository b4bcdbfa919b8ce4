public import AssayCore

/// One element of a tensor, exactly.
public enum Scalar: Hashable, Sendable {
  case integer(Int128)
  case real(Double)
  case flag(Bool)

  public var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .flag(let value): value ? 1 : 0
    }
  }
}

extension Scalar {
  /// Reads a number as it is written in a list: `16000`, `-0.5`, `1e-3`, `true`, `nan`.
  public init?(_ text: some StringProtocol) {
    switch text.lowercased() {
    case "true": self = .flag(true)
    case "false": self = .flag(false)
    default:
      if let value = Int128(text) {
        self = .integer(value)
      } else if let value = Double(String(text)) {
        self = .real(value)
      } else {
        return nil
      }
    }
  }

  /// Reads an element of a type; `nil` outside the bytes, and for types that Assay does not read as numbers.
  public init?(_ type: DataType, at index: Int, of bytes: UnsafeRawBufferPointer) {
    let (offset, width) = (index * type.byteCount, type.byteCount)
    guard index >= 0, offset <= bytes.count - width else { return nil }
    func load<Element: BitwiseCopyable>(_: Element.Type) -> Element {
      bytes.loadUnaligned(fromByteOffset: offset, as: Element.self)
    }
    if type == .bool {
      self = .flag(load(UInt8.self) != 0)
      return
    }
    switch type {
    case .int8: self = .integer(Int128(load(Int8.self)))
    case .uint8: self = .integer(Int128(load(UInt8.self)))
    case .int16: self = .integer(Int128(load(Int16.self)))
    case .uint16: self = .integer(Int128(load(UInt16.self)))
    case .int32: self = .integer(Int128(load(Int32.self)))
    case .uint32: self = .integer(Int128(load(UInt32.self)))
    case .int64: self = .integer(Int128(load(Int64.self)))
    case .uint64: self = .integer(Int128(load(UInt64.self)))
    case .float16: self = .real(Double(load(Float16.self)))
    case .bfloat16: self = .real(Double(Float(bitPattern: UInt32(load(UInt16.self)) << 16)))
    case .float32: self = .real(Double(load(Float.self)))
    case .float64: self = .real(load(Double.self))
    default: return nil
    }
  }

  /// Writes the value as an element of a type.
  ///
  /// - Parameter rounds: whether a real number may become the nearest one of a shorter type.
  /// - Returns: `false` where the type does not have the value.
  func store(as type: DataType, at index: Int, of bytes: UnsafeMutableRawBufferPointer, rounds: Bool) -> Bool {
    let offset = index * type.byteCount
    func store<Element: BitwiseCopyable>(_ value: Element?) -> Bool {
      guard let value else { return false }
      bytes.storeBytes(of: value, toByteOffset: offset, as: Element.self)
      return true
    }
    if type == .bool { return store(whole.flatMap { (0...1).contains($0) ? UInt8($0) : nil }) }
    return switch type {
    case .int8: store(whole.flatMap { Int8(exactly: $0) })
    case .uint8: store(whole.flatMap { UInt8(exactly: $0) })
    case .int16: store(whole.flatMap { Int16(exactly: $0) })
    case .uint16: store(whole.flatMap { UInt16(exactly: $0) })
    case .int32: store(whole.flatMap { Int32(exactly: $0) })
    case .uint32: store(whole.flatMap { UInt32(exactly: $0) })
    case .int64: store(whole.flatMap { Int64(exactly: $0) })
    case .uint64: store(whole.flatMap { UInt64(exactly: $0) })
    case .float16: store(real(Float16.self, rounds: rounds))
    case .bfloat16: store(real(Float.self, rounds: rounds).flatMap { Self.bfloat16($0, rounds: rounds) })
    case .float32: store(real(Float.self, rounds: rounds))
    case .float64: store(real(Double.self, rounds: rounds))
    default: false
    }
  }

  private var whole: Int128? {
    switch self {
    case .integer(let value): value
    case .real(let value): Int128(exactly: value)
    case .flag(let value): value ? 1 : 0
    }
  }

  private func real<Number: BinaryFloatingPoint>(_: Number.Type, rounds: Bool) -> Number? {
    switch self {
    case .integer(let value): rounds ? Number(value) : Number(exactly: value)
    case .real(let value) where value.isNaN: .nan
    case .real(let value):
      // Rounding must not make an infinity of a number.
      rounds ? (Number(value).isInfinite && value.isFinite ? nil : Number(value)) : Number(exactly: value)
    case .flag(let value): value ? 1 : 0
    }
  }

  /// The upper half of a float32, to the nearest, ties to even.
  private static func bfloat16(_ value: Float, rounds: Bool) -> UInt16? {
    let bits = value.bitPattern
    guard !value.isNaN else { return 0x7FC0 }
    guard rounds else { return bits & 0xFFFF == 0 ? UInt16(bits >> 16) : nil }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}

extension Tensor {
  /// Numbers as elements of a type, reals rounded to the nearest; `nil` where the type does not have one of them.
  public static func bytes(of values: [Double], as type: DataType) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: values.count * type.byteCount)
    let isWhole = result.withUnsafeMutableBytes { target in
      values.enumerated().allSatisfy { Scalar.real($1).store(as: type, at: $0, of: target, rounds: true) }
    }
    return isWhole ? result : nil
  }

  public var elementCount: Int { bytes.isEmpty ? 0 : shape.reduce(1, *) }

  /// `nil` outside the tensor, and for types that Assay does not read as numbers.
  public func element(_ index: Int) -> Scalar? { bytes.withUnsafeBytes { Scalar(type, at: index, of: $0) } }

  /// The elements in another type, each with the same value; `nil` where the type does not have one of them.
  ///
  /// - Parameter failure: gets the index of the first such element.
  public func bytes(as type: DataType, failure: (Int) -> Void) -> [UInt8]? {
    if type == self.type { return bytes }
    var result = [UInt8](repeating: 0, count: elementCount * type.byteCount)
    let wrong = bytes.withUnsafeBytes { source in
      result.withUnsafeMutableBytes { target in
        (0..<elementCount).first { index in
          Scalar(self.type, at: index, of: source)?.store(as: type, at: index, of: target, rounds: false) != true
        }
      }
    }
    wrong.map(failure)
    return wrong == nil ? result : nil
  }
}

/// Numbers separated by commas, as a command line has them.
public enum NumberList {
  /// `nil` where the text is something else.
  public static func parse(_ text: String) -> [Scalar]? {
    var numbers: [Scalar] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Scalar(trimmed(part)) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// The numbers as elements of a type, reals rounded to the nearest; a single one `count` times.
  ///
  /// - Parameter failure: gets the text of the first number that the type does not have.
  /// - Returns: `nil` where there are neither one nor `count` numbers, or the type does not have one of them.
  public static func bytes(_ text: String, as type: DataType, count: Int, failure: (String) -> Void) -> [UInt8]? {
    guard let numbers = parse(text), numbers.count == 1 || numbers.count == count else { return nil }
    var result = [UInt8](repeating: 0, count: count * type.byteCount)
    let wrong = result.withUnsafeMutableBytes { target in
      (0..<count).first { index in
        !numbers[numbers.count == 1 ? 0 : index].store(as: type, at: index, of: target, rounds: true)
      }
    }
    guard let wrong else { return result }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    failure(String(trimmed(parts[parts.count == 1 ? 0 : wrong])))
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? start
  }
}
