public import AssayCore
import CEngineAPIs
public import EngineKit

extension LiteRTEngine {
  /// Compiles the default signature of a model.
  ///
  /// - Throws: `.badModel`, `.unsupported`, `.deviceUnavailable`, or `.usage` where a dynamic shape needs `--shape`.
  public func makeSession(_ spec: SessionSpec) throws(AssayError) -> LiteRTSession {
    guard Self.description.formats.contains(spec.format) else {
      throw AssayError(.unsupported, "LiteRT reads .tflite models; \(spec.modelPath) is \(spec.format.rawValue).")
    }
    guard let device = LiteRTDevice(rawValue: spec.device) else { throw missing(spec.device) }
    let environment = try environment(for: device)
    let model = try load(spec.modelPath, in: environment)
    let (inputs, outputs) = try describe(model, path: spec.modelPath)
    let hostInputs = try resolve(inputs, spec: spec)
    let compiled = try compile(model, in: environment, for: device, spec: spec)
    let outputShapes = try allocate(compiled, inputs: inputs, hostInputs: hostInputs, outputs: outputs, spec: spec)
    var hostOutputs: [LiteRTHostTensor] = []
    for (output, shape) in zip(outputs, outputShapes) {
      hostOutputs.append(try LiteRTHostTensor(output, shape: shape, modelPath: spec.modelPath))
    }
    return try LiteRTSession(
      compiled, functions: functions, spec: spec, inputs: hostInputs, outputs: hostOutputs,
      fallbacks: fallbacks(of: compiled, on: device))
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

  /// The inputs with the shapes that they are to have.
  private func resolve(_ inputs: [LiteRTTensor], spec: SessionSpec) throws(AssayError) -> [LiteRTHostTensor] {
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

  private func compile(
    _ model: LiteRTHandle, in environment: LiteRTHandle, for device: LiteRTDevice, spec: SessionSpec
  ) throws(AssayError) -> LiteRTHandle {
    do throws(LiteRTFailure) {
      return try functions.compile(model, in: environment, hardware: device.hardware, threads: spec.threads)
    } catch {
      if device == .gpu, gpuAccelerator() == nil { throw missing(spec.device) }
      throw AssayError(.badModel, "LiteRT cannot compile \(spec.modelPath) for \(spec.device): \(error).")
    }
  }

  /// Gives the inputs their shapes, allocates all tensors, and tells the shapes of the outputs.
  private func allocate(
    _ compiled: LiteRTHandle, inputs: [LiteRTTensor], hostInputs: [LiteRTHostTensor], outputs: [LiteRTTensor],
    spec: SessionSpec
  ) throws(AssayError) -> [[Int]] {
    var layouts = [LiteRtLayout](repeating: LiteRtLayout(), count: outputs.count)
    do throws(LiteRTFailure) {
      for (index, input) in hostInputs.enumerated() where input.spec.shape != inputs[index].shape {
        let shape = input.spec.shape.map { Int32($0) }
        try functions.CompiledModelResizeInputTensorNonStrict(compiled.pointer, 0, index, shape, shape.count)
          .check("CompiledModelResizeInputTensorNonStrict")
      }
      try functions.GetCompiledModelOutputTensorLayouts(compiled.pointer, 0, layouts.count, &layouts, true)
        .check("GetCompiledModelOutputTensorLayouts")
    } catch {
      let reason = functions.errorMessages(of: compiled) ?? "\(error)."
      guard spec.batch == nil && spec.shapes.isEmpty else {
        throw AssayError(
          .unsupported, "\(spec.modelPath) cannot run with inputs of other shapes: \(reason)",
          advice: "Leave out --batch and --shape to run it as it is.")
      }
      throw AssayError(.badModel, "LiteRT cannot prepare \(spec.modelPath): \(reason)")
    }
    let shapes = layouts.map(\.shape)
    // A model may take a larger input and still compute one result of it.
    if let batch = spec.batch, let index = shapes.firstIndex(where: { ($0.first ?? 1) % batch != 0 }) {
      throw AssayError(
        .unsupported,
        "\(spec.modelPath) takes no batch of \(batch): its output '\(outputs[index].name)' stays \(shapes[index]).")
    }
    return shapes
  }

  /// What a model compiled for the GPU leaves to the CPU. (What XNNPACK does not take of a model for the CPU stays on the CPU.)
  private func fallbacks(of compiled: LiteRTHandle, on device: LiteRTDevice) -> [String] {
    var isComplete = false
    guard device == .gpu,
      functions.CompiledModelIsNonCpuFullyAccelerated(compiled.pointer, &isComplete) != kLiteRtStatusOk || !isComplete
    else { return [] }
    return ["Operations that the GPU accelerator does not take run on the CPU."]
  }

  private func missing(_ device: String) -> AssayError {
    AssayError(
      .deviceUnavailable, "LiteRT \(version) finds no device '\(device)' on this machine.",
      advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
  }
}
