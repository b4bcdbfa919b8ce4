public import AssayCore
public import EngineKit

/// A model that AOTInductor has compiled.
public struct PyTorchModel: CompiledModel {
  public let inputs: [TensorSpec]
  /// The shapes are known after an inference; so is a type that the source of the model does not tell, float32 before.
  public let outputs: [TensorSpec]
  public var device: String { target.name }

  let api: PyTorchAPI
  let target: PyTorchDevice
  let library: PyTorchLibrary
  let modelPath: String
  let threads: Int

  init(_ spec: CompileSpec, on device: PyTorchDevice, by engine: PyTorchEngine) throws(AssayError) {
    (api, target, modelPath, threads) = (engine.api, device, spec.modelPath, spec.threads)
    try engine.start(device)
    let package = try PyTorchPackage(at: spec.modelPath, for: device)
    let source = package.source
    try spec.checkThreads(of: source)
    library = try PyTorchLibrary(package, for: device, modelPath: spec.modelPath, engine: engine)
    let names = library.inputNames
    try spec.checkShapeNames(against: names)
    inputs = try names.map { name throws(AssayError) in
      let declared = source.shape(of: name)
      guard let type = source.inputs[name]?.type.flatMap({ DataType(torch: $0[...]) }) else {
        throw AssayError(
          .unsupported,
          "\(spec.modelPath) does not tell the type of its input '\(name)', or tells one that Assay lacks.",
          advice: "Compile it again with its source in the package, which is PyTorch's default.")
      }
      let shape = try spec.resolve(input: name, declared: declared, inputCount: names.count)
      try spec.checkKeepsFixedDimensions(shape, ofInput: name, declared: declared)
      try spec.checkRowMajor(shape, source.inputs[name]?.strides, ofInput: name)
      return TensorSpec(name: name, type: type, shape: shape)
    }
    outputs = library.outputNames.enumerated().map { index, name in
      let type = source.type(ofOutput: index).flatMap { DataType(torch: $0[...]) }
      return TensorSpec(name: name, type: type ?? .float32, shape: [-1])
    }
  }

  public func makeSession() throws(AssayError) -> PyTorchSession { try PyTorchSession(self) }
}

extension CompileSpec {
  /// Loops may be compiled for a number of threads, which cannot be changed.
  fileprivate func checkThreads(of source: PyTorchSource) throws(AssayError) {
    guard let compiled = source.threads.max(), compiled != threads else { return }
    throw AssayError(
      .usage, "\(modelPath) is compiled for \(compiled) threads, and --threads is \(threads).",
      advice: "Give --threads \(compiled), or compile it for any number, "
        + "with inductor_configs={\"cpp.dynamic_threads\": True}")
  }

  /// Assay's tensors are row-major, and compiled code takes the strides of the inputs that it was compiled with for granted.
  fileprivate func checkRowMajor(_ shape: [Int], _ strides: [Int]?, ofInput name: String) throws(AssayError) {
    guard let strides, strides.count == shape.count else { return }
    var expected = 1
    for axis in shape.indices.reversed() {
      guard strides[axis] == expected || strides[axis] < 0 || shape[axis] == 1 else {
        throw AssayError(
          .unsupported, "\(modelPath) takes input '\(name)' in another order of its elements than row-major.",
          advice: "Export it with contiguous inputs: tensor.contiguous()")
      }
      expected *= max(shape[axis], 1)
    }
  }
}
