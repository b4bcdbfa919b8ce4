import AssayCore
import CEngineAPIs
import ModelFiles

/// An input or output of a signature, and its place in the graph.
struct TensorFlowPort: Sendable {
  enum Content {
    case numbers(DataType)
    case strings
  }

  let name: String
  let content: Content
  /// -1 where a dimension is dynamic; `nil` for an unknown rank.
  let shape: [Int]?
  // Belongs to the graph, which whoever holds a port keeps.
  nonisolated(unsafe) let output: TF_Output

  /// - Throws: `.unsupported` for what is no tensor of numbers or strings, `.badModel` for a tensor that the graph lacks.
  init(_ tensor: SavedModelSignature.Tensor, in graph: TensorFlowGraph, modelPath: String) throws(AssayError) {
    name = tensor.name
    shape = tensor.shape
    guard let source = tensor.source else {
      throw AssayError(
        .unsupported, "'\(tensor.name)' of \(modelPath) is a sparse or composite tensor, which Assay does not hold.")
    }
    guard let output = graph.output(source) else {
      throw AssayError(.badModel, "The graph of \(modelPath) has no tensor '\(source)', which its signature names.")
    }
    self.output = output
    if tensor.type == Int(TF_STRING.rawValue) {
      content = .strings
    } else if let type = DataType(tensorFlow: tensor.type) {
      content = .numbers(type)
    } else {
      throw AssayError(
        .unsupported,
        "'\(tensor.name)' of \(modelPath) has elements of TensorFlow's type \(tensor.type), "
          + "which Assay has no values for.")
    }
  }

  var type: DataType? {
    guard case .numbers(let type) = content else { return nil }
    return type
  }
}

extension DataType {
  private static let tensorFlowTypes: [(TF_DataType, DataType)] = [
    (TF_HALF, .float16), (TF_BFLOAT16, .bfloat16), (TF_FLOAT, .float32), (TF_DOUBLE, .float64),
    (TF_INT8, .int8), (TF_INT16, .int16), (TF_INT32, .int32), (TF_INT64, .int64),
    (TF_UINT8, .uint8), (TF_UINT16, .uint16), (TF_UINT32, .uint32), (TF_UINT64, .uint64), (TF_BOOL, .bool),
  ]

  /// The library's number; `nil` for types that it has, but its tensors of numbers do not.
  var tensorFlowType: TF_DataType? { Self.tensorFlowTypes.first { $0.1 == self }?.0 }

  fileprivate init?(tensorFlow number: Int) {
    guard let type = Self.tensorFlowTypes.first(where: { $0.0.rawValue == UInt32(clamping: number) }) else {
      return nil
    }
    self = type.1
  }
}
