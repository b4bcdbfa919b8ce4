import AssayCore
import CEngineAPIs
import ModelFiles

/// What the library does not report of a model file.
struct LiteRTFileFacts: Sendable {
  /// Operators that are not TFLite's own.
  let customOperators: [String]
  /// The shapes of each signature's inputs as the model declares them, -1 for a dynamic dimension.
  let inputShapes: [[[Int]]]

  init(_ graph: TFLiteGraph?, signatureCount: Int) {
    customOperators = graph?.customOperators ?? []
    inputShapes = (0..<max(signatureCount, 1)).map { graph?.inputs(ofSignature: $0).map(\.shape) ?? [] }
  }
}

extension LiteRTEngine {
  /// Loads a model for an environment.
  ///
  /// - Throws: `.badModel`, or `.unsupported` for what LiteRT's compiled models do not do.
  func load(
    _ path: String, in environment: LiteRTHandle
  ) throws(AssayError) -> (model: LiteRTHandle, signatures: [String], facts: LiteRTFileFacts) {
    try withModelBytes(of: path) { (bytes) throws(AssayError) in
      try verify(bytes, path: path, in: environment)
      do throws(LiteRTFailure) {
        let pointer = try liteRTObject("CreateModelFromFile") {
          functions.CreateModelFromFile(environment.pointer, path, $0)
        }
        let model = LiteRTHandle(pointer, madeOf: environment, destroy: functions.DestroyModel)
        let signatures = try functions.signatureNames(of: model)
        return (model, signatures, LiteRTFileFacts(TFLiteGraph(bytes), signatureCount: signatures.count))
      } catch {
        throw AssayError(.badModel, "LiteRT cannot load \(path): \(error).")
      }
    }
  }

  /// Checks that a file holds a whole model.
  ///
  /// Given a file, the library trusts it, and dies of a truncated one; given bytes, it verifies them.
  private func verify(_ bytes: UnsafeRawBufferPointer, path: String, in environment: LiteRTHandle) throws(AssayError) {
    guard let start = bytes.baseAddress, ModelFormat.tflite.traits?.isMarked(bytes) == true else {
      throw AssayError(.badModel, "\(path) is no TensorFlow Lite model: it does not have the identifier TFL3.")
    }
    var model: LiteRtModel?
    let status = functions.CreateModelFromBuffer(environment.pointer, start, bytes.count, &model)
    if let model { functions.DestroyModel(model) }
    if status == kLiteRtStatusErrorInvalidFlatbuffer {
      throw AssayError(.badModel, "\(path) is damaged: it is not a whole flatbuffer. Was its download cut short?")
    }
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
