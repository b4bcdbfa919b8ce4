public import AssayCore
import CEngineAPIs
public import EngineKit

extension LiteRTEngine {
  /// Compiles the default signature of a model.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, or `.usage` where a dynamic shape needs `--shape`.
  public func compile(_ spec: CompileSpec) throws(AssayError) -> LiteRTModel {
    try description.checkReads(spec)
    guard let device = LiteRTDevice(rawValue: spec.device) else { throw missing(spec.device) }
    let environment = try environment(for: device)
    let model = try load(spec.modelPath, in: environment)
    let (inputs, outputs) = try describe(model, path: spec.modelPath)
    return try LiteRTModel(
      model, in: environment, engine: self, device: device, spec: spec, inputs: inputs,
      hostInputs: resolve(inputs, spec: spec), outputs: outputs)
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

  private func describe(
    _ model: LiteRTHandle, path: String
  ) throws(AssayError) -> (inputs: [LiteRTTensor], outputs: [LiteRTTensor]) {
    do throws(LiteRTFailure) {
      return (try functions.inputs(of: model), try functions.outputs(of: model))
    } catch {
      throw AssayError(.badModel, "LiteRT cannot describe \(path): \(error).")
    }
  }

  /// The inputs in the shapes that they will have.
  private func resolve(_ inputs: [LiteRTTensor], spec: CompileSpec) throws(AssayError) -> [LiteRTHostTensor] {
    try spec.checkShapeNames(against: inputs.map(\.name))
    var result: [LiteRTHostTensor] = []
    for input in inputs {
      let shape = try spec.resolve(input: input.name, declared: input.shape, inputCount: inputs.count)
      if let batch = spec.batch, shape.first != batch {
        throw AssayError(.unsupported, "Input '\(input.name)' of \(spec.modelPath) is a scalar: it takes no batch.")
      }
      result.append(try LiteRTHostTensor(input, shape: shape, modelPath: spec.modelPath))
    }
    return result
  }

  func missing(_ device: String) -> AssayError {
    AssayError(
      .deviceUnavailable, "LiteRT \(version) has no device '\(device)' on this machine.",
      advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
  }
}
