public import AssayCore

/// A tensor in memory: elements in row-major order, little-endian, as engines expect them.
public struct Tensor: Hashable, Sendable {
  /// Empty where the file does not name it.
  public var name: String
  public let type: DataType
  /// No dimension is negative.
  public let shape: [Int]
  /// As many as type and shape need.
  public let bytes: [UInt8]

  public init(name: String = "", type: DataType, shape: [Int], bytes: [UInt8]) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }
}

/// A tensor of strings.
public struct TextTensor: Hashable, Sendable {
  /// Empty where the file does not name it.
  public let name: String
  public let shape: [Int]
  /// As many as the shape needs.
  public let texts: [String]

  public init(name: String, shape: [Int], texts: [String]) {
    self.name = name
    self.shape = shape
    self.texts = texts
  }
}

extension Tensor {
  /// The bytes that a type and a shape take; `nil` for a negative dimension and where the number does not fit.
  static func byteCount(_ type: DataType, _ shape: [Int]) -> Int? {
    // A dimension of 0 makes the whole empty, however large the others are.
    if shape.contains(0) { return shape.allSatisfy { $0 >= 0 } ? 0 : nil }
    var bits = type.bitCount
    for dimension in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow else { return nil }
      bits = product
    }
    return bits / 8 + (bits % 8 == 0 ? 0 : 1)
  }
}

/// Says what is wrong with a file of tensors.
struct TensorFileFailure: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
