import AssayCore
import CEngineAPIs
import EngineKit

/// An input or output as a plugin describes it.
struct PluginTensor {
  let name: String
  let type: DataType
  /// -1 where a size is not known; `nil` where not even the rank is.
  let shape: [Int]?
  let quantization: Quantization?

  /// For a plugin to fill in.
  static var empty: assay_tensor {
    assay_tensor(
      struct_size: UInt32(MemoryLayout<assay_tensor>.size), type: 0, name: nil, shape: nil, rank: 0, zero_point: 0,
      scale: 0)
  }

  private static let highestRank: Int32 = 32

  /// - Parameter what: "input 0".
  /// - Throws: `.engineUnavailable` for what no tensor has.
  init(_ tensor: assay_tensor, _ what: String, of library: PluginLibrary) throws(AssayError) {
    name = try library.text(tensor.name, "the name of \(what)")
    guard let type = DataType(pluginType: tensor.type) else {
      throw library.fault("gives \(what), '\(name)', the type \(tensor.type), which assay_engine.h lacks")
    }
    self.type = type
    guard (-1...Self.highestRank).contains(tensor.rank) else {
      throw library.fault("gives \(what), '\(name)', the rank \(tensor.rank)")
    }
    if tensor.rank > 0 {
      guard let sizes = tensor.shape else { throw library.fault("gives \(what), '\(name)', no shape") }
      shape = (0..<Int(tensor.rank)).map { Int(sizes[$0]) }
    } else {
      shape = tensor.rank < 0 ? nil : []
    }
    guard shape?.allSatisfy({ $0 >= -1 }) != false, Self.isReasonable(shape ?? [], type) else {
      throw library.fault("gives \(what), '\(name)', the shape \(shape ?? []), which no tensor has")
    }
    guard tensor.scale.isFinite else { throw library.fault("gives \(what), '\(name)', the scale \(tensor.scale)") }
    quantization =
      tensor.scale == 0 ? nil : Quantization(scale: tensor.scale, zeroPoint: Int(tensor.zero_point))
  }

  /// Whether the known sizes fit an address space.
  static func isReasonable(_ shape: [Int], _ type: DataType) -> Bool {
    var bytes = type.byteCount
    for size in shape where size > 0 {
      let (product, isTooLarge) = bytes.multipliedReportingOverflow(by: size)
      if isTooLarge || product > 1 << 46 { return false }
      bytes = product
    }
    return true
  }

  /// With -1 for what only an inference can tell.
  var spec: TensorSpec { TensorSpec(name: name, type: type, shape: shape ?? [-1], quantization: quantization) }
}

extension DataType {
  fileprivate init?(pluginType: Int32) {
    let types: [(assay_type, DataType)] = [
      (ASSAY_FLOAT32, .float32), (ASSAY_FLOAT64, .float64), (ASSAY_FLOAT16, .float16), (ASSAY_BFLOAT16, .bfloat16),
      (ASSAY_INT8, .int8), (ASSAY_INT16, .int16), (ASSAY_INT32, .int32), (ASSAY_INT64, .int64),
      (ASSAY_UINT8, .uint8), (ASSAY_UINT16, .uint16), (ASSAY_UINT32, .uint32), (ASSAY_UINT64, .uint64),
      (ASSAY_BOOL, .bool),
    ]
    guard let type = types.first(where: { $0.0.rawValue == pluginType })?.1 else { return nil }
    self = type
  }
}

/// The inputs or the outputs of a plugin's model.
struct PluginTensors {
  static let most: UInt32 = 1024

  let all: [PluginTensor]

  init(_ direction: Direction, of model: PluginObject, in library: PluginLibrary) throws(AssayError) {
    let (countFunction, describe) =
      switch direction {
      case .input: (library.api.input_count, library.api.input)
      case .output: (library.api.output_count, library.api.output)
      }
    guard let countFunction, let describe else { throw library.fault("cannot describe its tensors") }
    let count = countFunction(model.pointer)
    guard count <= Self.most else { throw library.fault("gives a model \(count) \(direction)s") }
    var tensors: [PluginTensor] = []
    for index in 0..<count {
      let error = PluginError()
      var tensor = PluginTensor.empty
      let status = describe(model.pointer, index, &tensor, error.pointer)
      guard status == ASSAY_OK else {
        throw error.failure(status, library, "does not describe \(direction) \(index)")
      }
      tensors.append(try PluginTensor(tensor, "\(direction) \(index)", of: library))
    }
    let names = tensors.map(\.name)
    guard Set(names).count == names.count else {
      throw library.fault("gives two \(direction)s the same name: \(names)")
    }
    all = tensors
  }

  enum Direction: String, CustomStringConvertible {
    case input, output

    var description: String { rawValue }
  }
}
