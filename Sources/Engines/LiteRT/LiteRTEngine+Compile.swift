public import AssayCore
import CEngineAPIs
public import EngineKit

extension LiteRTEngine {
  /// Compiles a signature of a model, the first by default.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, or `.usage` where a dynamic shape needs `--shape`.
  public func compile(_ spec: CompileSpec) throws(AssayError) -> LiteRTModel {
    try description.checkReads(spec)
    guard let device = LiteRTDevice(rawValue: spec.device) else { throw missing(spec.device) }
    let environment = try environment(for: device)
    let (model, signatures, facts) = try load(spec.modelPath, in: environment)
    let signature = try number(ofSignature: spec, among: signatures)
    let (inputs, outputs) = try describe(model, signature: signature, facts: facts, path: spec.modelPath)
    return try LiteRTModel(
      LiteRTCompiler(
        engine: self, environment: environment, model: model, device: device, spec: spec, signature: signature,
        facts: facts, inputs: inputs, hostInputs: resolve(inputs, spec: spec),
        outputs: outputs))
  }

  private func environment(for device: LiteRTDevice) throws(AssayError) -> LiteRTHandle {
    do throws(LiteRTFailure) {
      let environment = try makeEnvironment(for: device)
      if try functions.nameOfAccelerator(for: device.accelerator, in: environment) != nil { return environment }
    } catch {
      throw AssayError(.engineUnavailable, "LiteRT \(version) does not start: \(error).")
    }
    throw missing(device.rawValue)
  }

  private func number(ofSignature spec: CompileSpec, among names: [String]) throws(AssayError) -> Int {
    guard let name = spec.signature else { return 0 }
    if let number = names.firstIndex(of: name) { return number }
    throw AssayError(
      .usage, "\(spec.modelPath) has no signature '\(name)'.",
      advice: "Its signatures: \(names.joined(separator: ", "))")
  }

  /// The inputs and outputs of a signature. The library gives 1 for a dynamic dimension of an input; the file has -1.
  private func describe(
    _ model: LiteRTHandle, signature: Int, facts: TFLiteFileFacts, path: String
  ) throws(AssayError) -> (inputs: [LiteRTTensor], outputs: [LiteRTTensor]) {
    do throws(LiteRTFailure) {
      var inputs = try functions.inputs(of: model, signature: signature)
      for (index, shape) in facts.inputShapes(ofSignature: signature).enumerated()
      where inputs.indices.contains(index) && shape.count == inputs[index].shape.count {
        inputs[index].shape = shape
      }
      return (inputs, try functions.outputs(of: model, signature: signature))
    } catch {
      throw AssayError(.badModel, "LiteRT cannot describe \(path): \(error).")
    }
  }

  /// The inputs in the shapes that they will have.
  private func resolve(_ inputs: [LiteRTTensor], spec: CompileSpec) throws(AssayError) -> [LiteRTHostTensor] {
    let shapes = try spec.resolve(inputs.map { ($0.name, $0.shape) })
    return try zip(inputs, shapes).map { input, shape throws(AssayError) in
      try LiteRTHostTensor(input, shape: shape, modelPath: spec.modelPath)
    }
  }

  func missing(_ device: String) -> AssayError {
    AssayError(
      .deviceUnavailable, "LiteRT \(version) has no device '\(device)' on this machine.",
      advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
  }
}
