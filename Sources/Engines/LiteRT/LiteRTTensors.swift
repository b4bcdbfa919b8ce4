import AssayCore
import CEngineAPIs

/// What a model declares of one of its inputs or outputs.
struct LiteRTTensor {
  let name: String
  let type: TfLiteType
  /// A negative number is a dynamic dimension.
  var shape: [Int]
  let quantization: Quantization?
}

extension LiteRtFunctions {
  /// The names of a model's signatures, at least one.
  func signatureNames(of model: LiteRTHandle) throws(LiteRTFailure) -> [String] {
    var count = 0
    try GetNumModelSignatures(model.pointer, &count).check("GetNumModelSignatures")
    return try (0..<count).map { index throws(LiteRTFailure) in
      let signature = try liteRTObject("GetModelSignature") { GetModelSignature(model.pointer, index, $0) }
      var key: UnsafePointer<CChar>?
      try GetSignatureKey(signature, &key).check("GetSignatureKey")
      return key.map { String(cString: $0) } ?? ""
    }
  }

  /// The inputs of a signature of a model.
  func inputs(of model: LiteRTHandle, signature: Int) throws(LiteRTFailure) -> [LiteRTTensor] {
    try tensors(
      of: model, signature, "Input", GetNumSignatureInputs, GetSignatureInputName, GetSignatureInputTensorByIndex)
  }

  /// The outputs of a signature of a model.
  func outputs(of model: LiteRTHandle, signature: Int) throws(LiteRTFailure) -> [LiteRTTensor] {
    try tensors(
      of: model, signature, "Output", GetNumSignatureOutputs, GetSignatureOutputName, GetSignatureOutputTensorByIndex)
  }

  private func tensors(
    of model: LiteRTHandle, _ number: Int, _ kind: String,
    _ getCount: @convention(c) (LiteRtSignature, UnsafeMutablePointer<Int>) -> LiteRtStatus,
    _ getName: @convention(c) (LiteRtSignature, Int, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> LiteRtStatus,
    _ getTensor: @convention(c) (LiteRtSignature, Int, UnsafeMutablePointer<LiteRtTensor?>) -> LiteRtStatus
  ) throws(LiteRTFailure) -> [LiteRTTensor] {
    let signature = try liteRTObject("GetModelSignature") { GetModelSignature(model.pointer, number, $0) }
    var count = 0
    try getCount(signature, &count).check("GetNumSignature\(kind)s")
    var result: [LiteRTTensor] = []
    for index in 0..<count {
      var name: UnsafePointer<CChar>?
      try getName(signature, index, &name).check("GetSignature\(kind)Name")
      let tensor = try liteRTObject("GetSignature\(kind)TensorByIndex") { getTensor(signature, index, $0) }
      result.append(try describe(tensor, name: name))
    }
    return result
  }

  private func describe(_ tensor: OpaquePointer, name: UnsafePointer<CChar>?) throws(LiteRTFailure) -> LiteRTTensor {
    var type = LiteRtRankedTensorType()
    try GetRankedTensorType(tensor, &type).check("GetRankedTensorType")
    var parameters = LiteRtQuantizationPerTensor()
    let isQuantized = GetPerTensorQuantization(tensor, &parameters) == kLiteRtStatusOk
    return LiteRTTensor(
      name: name.map { String(cString: $0) } ?? "", type: type.element_type, shape: type.layout.shape,
      quantization: isQuantized
        ? Quantization(scale: Double(parameters.scale), zeroPoint: Int(parameters.zero_point)) : nil)
  }
}

extension LiteRtLayout {
  var shape: [Int] {
    withUnsafeBytes(of: dimensions) { $0.bindMemory(to: Int32.self).prefix(Int(rank)).map { Int($0) } }
  }

  init(shape: [Int]) {
    self.init()
    rank = UInt32(shape.count)
    withUnsafeMutableBytes(of: &dimensions) { bytes in
      for (place, dimension) in zip(bytes.bindMemory(to: Int32.self).indices, shape) {
        bytes.bindMemory(to: Int32.self)[place] = Int32(dimension)
      }
    }
  }
}
