import AssayCore
import CEngineAPIs

/// The meaning of the numbers of `ov_element_type_e` in the loaded library.
///
/// They were renumbered twice (2024.6 has `u2`, `u3` and `u6` in the middle, which 2022.3 had not; 2026.4 has lost
/// `undefined` from the front), and a misread number would give wrong data silently.
struct OpenVINOElementTypes: Sendable {
  private let names: [String]

  private static let numberings = [
    numbering(first: ["dynamic"], small: ["u2", "u3", "u4", "u6"]),
    numbering(first: ["undefined", "dynamic"], small: ["u4"]),
    numbering(first: ["undefined", "dynamic"], small: ["u2", "u3", "u4", "u6"]),
  ]

  private static func numbering(first: [String], small: [String]) -> [String] {
    first + ["boolean", "bf16", "f16", "f32", "f64", "i4", "i8", "i16", "i32", "i64", "u1"] + small
      + ["u8", "u16", "u32", "u64", "nf4", "f8e4m3", "f8e5m2", "string", "f4e2m1", "f8e8m0"]
  }

  /// Finds the numbering by the sizes of small tensors; `nil` for a library that numbers in yet another way.
  ///
  /// The order of the numberings matters: each is asked only for numbers that those not yet ruled out know.
  init?(_ api: OpenVINOAPI) {
    guard let names = Self.numberings.first(where: { Self.fits($0, api) }) else { return nil }
    self.names = names
  }

  private static func fits(_ names: [String], _ api: OpenVINOAPI) -> Bool {
    ["f64", "u64"].allSatisfy { name in
      names.firstIndex(of: name).flatMap { byteCount(ofEight: ov_element_type_e($0), api) } == 64
    }
  }

  private static func byteCount(ofEight type: ov_element_type_e, _ api: OpenVINOAPI) -> Int? {
    var dimension: Int64 = 8
    return withUnsafeMutablePointer(to: &dimension) { dimension in
      let shape = ov_shape_t(rank: 1, dims: dimension)
      let tensor = try? api.object(releasedBy: api.functions.tensor_free) {
        api.functions.tensor_create(type, shape, $0)
      }
      guard let tensor else { return nil }
      return try? api.size { api.functions.tensor_get_byte_size(tensor.pointer, $0) }
    }
  }

  /// OpenVINO's name for a type.
  func name(of type: ov_element_type_e) -> String {
    names.indices.contains(Int(type)) ? names[Int(type)] : "number \(type)"
  }

  /// The type in Assay; `nil` for those that a host tensor cannot hold.
  func dataType(of type: ov_element_type_e) -> DataType? {
    switch name(of: type) {
    case "boolean": .bool
    case "bf16": .bfloat16
    case "f16": .float16
    case "f32": .float32
    case "f64": .float64
    case "i8": .int8
    case "i16": .int16
    case "i32": .int32
    case "i64": .int64
    case "u8": .uint8
    case "u16": .uint16
    case "u32": .uint32
    case "u64": .uint64
    case "f8e4m3": .float8E4M3FN
    case "f8e5m2": .float8E5M2
    case "f8e8m0": .float8E8M0
    case "f4e2m1": .float4E2M1
    case "i4": .int4
    case "u4": .uint4
    case "u2": .uint2
    default: nil
    }
  }
}
