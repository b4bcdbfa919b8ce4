public import Foundation

/// Small ONNX models, put together byte by byte (fields of onnx.proto3).
public enum ONNXFile {
  /// Where a weight is.
  public enum Weight {
    case inside(Float)
    /// In a file beside the model.
    case external(location: String)
  }

  /// Takes `x` (1 × 3 × 2 × 2, or any batch), multiplies it by a weight, and averages each channel into the output `y`: three classes.
  ///
  /// - Parameters:
  ///   - secondOutput: the product is an output too, `product`.
  ///   - hasAnyBatch: the first dimension is dynamic.
  public static func classifier(weight: Weight, secondOutput: Bool = false, hasAnyBatch: Bool = false) -> Data {
    var graph = node("Mul", ["x", "w"], "product") + node("GlobalAveragePool", ["product"], "y")
    graph += text(2, "g") + field(5, tensor(weight)) + field(11, value("x", [1, 3, 2, 2], hasAnyBatch))
    if secondOutput { graph += field(12, value("product", [1, 3, 2, 2], hasAnyBatch)) }
    graph += field(12, value("y", [1, 3, 1, 1], hasAnyBatch))
    return number(1, 8) + field(7, graph) + field(8, text(1, "") + number(2, 13))
  }

  private static func tensor(_ weight: Weight) -> Data {
    let head = number(1, 1) + number(2, 1) + text(8, "w")
    switch weight {
    case .inside(let number): return head + field(9, withUnsafeBytes(of: number.bitPattern.littleEndian) { Data($0) })
    case .external(let location):
      return head + field(13, text(1, "location") + text(2, location)) + number(14, 1)
    }
  }

  private static func node(_ type: String, _ inputs: [String], _ output: String) -> Data {
    field(1, inputs.reduce(Data()) { $0 + text(1, $1) } + text(2, output) + text(4, type))
  }

  private static func value(_ name: String, _ shape: [Int], _ hasAnyBatch: Bool) -> Data {
    let dimensions = shape.enumerated().reduce(Data()) { bytes, item in
      bytes + field(1, hasAnyBatch && item.offset == 0 ? text(2, "N") : number(1, item.element))
    }
    return text(1, name) + field(2, field(1, number(1, 1) + field(2, dimensions)))
  }

  private static func number(_ id: Int, _ value: Int) -> Data { varint(id << 3) + varint(value) }
  private static func text(_ id: Int, _ value: String) -> Data { field(id, Data(value.utf8)) }
  private static func field(_ id: Int, _ bytes: Data) -> Data { varint(id << 3 | 2) + varint(bytes.count) + bytes }

  private static func varint(_ value: Int) -> Data {
    var (bytes, rest) = (Data(), UInt(bitPattern: value))
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
