/// One input or output of a model: its name, element type and shape.
public struct TensorSpec: Codable, Hashable, Sendable {
  public let name: String
  public let type: DataType
  /// A scalar has the empty shape. A dimension may be 0; -1 is one that only an inference can tell.
  public let shape: [Int]
  /// How integers represent real numbers; `nil` if the tensor is not quantised or the engine does not say.
  public let quantization: Quantization?

  public init(name: String, type: DataType, shape: [Int], quantization: Quantization? = nil) {
    self.name = name
    self.type = type
    self.shape = shape
    self.quantization = quantization
  }

  /// Whether every dimension is known.
  public var isResolved: Bool { shape.allSatisfy { $0 >= 0 } }
  /// Meaningful where the shape is resolved.
  public var elementCount: Int { shape.reduce(1, *) }
  public var byteCount: Int { (elementCount * type.bitCount + 7) / 8 }
}

/// Affine quantisation for a whole tensor: `real = scale × (integer − zeroPoint)`.
public struct Quantization: Codable, Hashable, Sendable {
  public let scale: Double
  public let zeroPoint: Int

  public init(scale: Double, zeroPoint: Int) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  enum CodingKeys: String, CodingKey {
    case scale
    case zeroPoint = "zero_point"
  }
}
