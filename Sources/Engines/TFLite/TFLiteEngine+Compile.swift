public import AssayCore
import CEngineAPIs
public import EngineKit
import ModelFiles

extension TFLiteEngine {
  /// Compiles a signature of a model, the first by default.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, `.engineUnavailable` for a library that is no delegate, or `.usage`
  ///   where a dynamic shape needs `--shape`.
  public func compile(_ spec: CompileSpec) throws(AssayError) -> TFLiteModel {
    try description.checkReads(spec)
    let usesXNNPack = try usesXNNPack(spec.engineOptions.settings)
    let (model, facts) = try load(spec.modelPath)
    let edgeTPU = try edgeTPU(for: spec, facts)
    return try TFLiteModel(
      TFLiteCompiler(
        engine: self, spec: spec, model: model, facts: facts, signature: number(ofSignature: spec, facts),
        delegates: try spec.engineOptions.delegates.map { reference throws(AssayError) in
          try TFLiteDelegateLibrary(reference)
        },
        edgeTPU: edgeTPU, usesXNNPack: usesXNNPack))
  }

  private func usesXNNPack(_ settings: [String: String]) throws(AssayError) -> Bool {
    if let key = settings.keys.sorted().first(where: { $0 != "xnnpack" }) {
      throw AssayError(
        .usage, "TensorFlow Lite has no option '\(key)'.", advice: "It has one: --engine-option xnnpack=0")
    }
    switch settings["xnnpack"] {
    case nil, "1": return true
    case "0": return false
    case let value?:
      throw AssayError(
        .usage, "--engine-option xnnpack is 0 or 1, not '\(value)'.", advice: "Without it, XNNPACK is used.")
    }
  }

  private func load(_ path: String) throws(AssayError) -> (LibraryObject, TFLiteFileFacts) {
    try TFLiteFile.withBytes(of: path) { (bytes) throws(AssayError) in
      let messages = TFLiteMessages()
      guard let model = functions.ModelCreateFromFileWithErrorReporter(path, assay_tflite_reporter(), messages.pointer)
      else {
        let reason = messages.take() ?? "the library gives no reason."
        if reason.contains("not a valid Flatbuffer") { throw TFLiteFile.damaged(path) }
        throw AssayError(.badModel, "TensorFlow Lite cannot load \(path): \(reason)")
      }
      return (LibraryObject(model, releasedBy: functions.ModelDelete), TFLiteFileFacts(TFLiteGraph(bytes)))
    }
  }

  private func number(ofSignature spec: CompileSpec, _ facts: TFLiteFileFacts) throws(AssayError) -> Int {
    guard let name = spec.signature else { return 0 }
    if let number = facts.signatures.firstIndex(where: { $0.name == name }) { return number }
    throw AssayError(
      .usage, "\(spec.modelPath) has no signature '\(name)'.",
      advice: "Its signatures: \(facts.signatures.map(\.name).joined(separator: ", "))")
  }

  /// The Edge TPU that a target names; `nil` for the CPU.
  private func edgeTPU(
    for spec: CompileSpec, _ facts: TFLiteFileFacts
  ) throws(AssayError) -> (library: EdgeTPULibrary, stick: EdgeTPULibrary.Stick)? {
    if spec.device == Target.defaultDevice { return nil }
    guard spec.device.split(separator: ":").first.map(String.init) == EdgeTPULibrary.device else {
      throw AssayError(
        .deviceUnavailable, "TensorFlow Lite \(version) has no device '\(spec.device)' on this machine.",
        advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
    }
    guard facts.customOperators.contains("edgetpu-custom-op") else {
      throw AssayError(
        .unsupported, "\(spec.modelPath) is not compiled for an Edge TPU.",
        advice:
          "Compile it, then measure the file that ends in _edgetpu.tflite: edgetpu_compiler \(spec.modelPath.shellQuoted)"
      )
    }
    let library = try EdgeTPULibrary.open()
    let stick = try library.stick(spec.device)
    try library.checkRuns(facts, spec.modelPath)
    return (library, stick)
  }
}
