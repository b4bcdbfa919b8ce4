import AssayCore
import CEngineAPIs
import ModelFiles

extension LiteRTEngine {
  /// Loads a model for an environment.
  ///
  /// - Throws: `.badModel`, or `.unsupported` for what LiteRT's compiled models do not do.
  func load(
    _ path: String, in environment: LiteRTHandle
  ) throws(AssayError) -> (model: LiteRTHandle, signatures: [String], facts: TFLiteFileFacts) {
    try TFLiteFile.withBytes(of: path) { (bytes) throws(AssayError) in
      try verify(bytes, path: path, in: environment)
      do throws(LiteRTFailure) {
        let pointer = try liteRTObject("CreateModelFromFile") {
          functions.CreateModelFromFile(environment.pointer, path, $0)
        }
        let model = LiteRTHandle(pointer, madeOf: environment, destroy: functions.DestroyModel)
        let signatures = try functions.signatureNames(of: model)
        return (model, signatures, TFLiteFileFacts(TFLiteGraph(bytes)))
      } catch {
        throw AssayError(.badModel, "LiteRT cannot load \(path): \(error).")
      }
    }
  }

  /// Checks that a file holds a whole model.
  ///
  /// Given a file, the library trusts it, and dies of a truncated one; given bytes, it verifies them.
  private func verify(_ bytes: UnsafeRawBufferPointer, path: String, in environment: LiteRTHandle) throws(AssayError) {
    guard let start = bytes.baseAddress else { throw TFLiteFile.damaged(path) }
    var model: LiteRtModel?
    let status = functions.CreateModelFromBuffer(environment.pointer, start, bytes.count, &model)
    if let model { functions.DestroyModel(model) }
    if status == kLiteRtStatusErrorInvalidFlatbuffer { throw TFLiteFile.damaged(path) }
    if status == kLiteRtStatusErrorUnsupported, TFLiteGraph(bytes)?.hasVariables == true {
      throw AssayError(
        .unsupported,
        "\(path) keeps state between inferences in variable tensors, which LiteRT's compiled models do not support.",
        advice: "TensorFlow Lite's interpreter (engine tflite) runs such models; or export the model without state.")
    }
    if status != kLiteRtStatusOk {
      throw AssayError(
        status == kLiteRtStatusErrorUnsupported ? .unsupported : .badModel,
        "LiteRT cannot load \(path): \(status.name).")
    }
  }
}
