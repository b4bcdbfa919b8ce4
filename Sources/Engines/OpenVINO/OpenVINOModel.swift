public import AssayCore
public import EngineKit

/// A model compiled by OpenVINO, from which each session makes an infer request of its own.
public struct OpenVINOModel: CompiledModel {
  /// The inputs, in the order of the model.
  public let inputs: [TensorSpec]
  /// The outputs, in the order of the model.
  public let outputs: [TensorSpec]
  /// The device that OpenVINO reports for the compiled model: `cpu`, `gpu:1`; all of them with `+` where it runs on several.
  public let device: String
  /// The precision that OpenVINO reports. What a model has quantised is computed in integers nevertheless.
  public let execution: Execution

  let api: OpenVINOAPI
  let modelPath: String
  /// Whether it has several streams, for as many requests.
  let hasStreams: Bool
  /// The folder of an observation.
  let observation: String?
  // ov::CompiledModel, which this wraps, is documented as safe to use from several threads at once.
  let compiled: LibraryObject

  init(_ spec: CompileSpec, on target: OpenVINODevice, engine: OpenVINOEngine) throws(AssayError) {
    compiled = try engine.compile(spec, for: target)
    api = engine.core.api
    modelPath = spec.modelPath
    hasStreams = spec.streams > 1
    observation = spec.observation
    let told = OpenVINOExecution(of: compiled, api)
    try told.check(spec.engineOptions.precision, spec, engine: engine.description.displayName)
    device = Self.device(told.devices.isEmpty ? [target.name] : told.devices, asked: spec.device)
    execution = Execution(precision: told.precisions.isEmpty ? nil : told.precisions.joined(separator: "+"))
    let ports = try engine.ports(ofCompiled: compiled, spec)
    inputs = try Self.specs(ports.inputs, engine.types(of: ports.inputs, spec))
    outputs = try Self.specs(ports.outputs, engine.types(of: ports.outputs, spec))
  }

  public func makeSession() throws(AssayError) -> OpenVINOSession { try OpenVINOSession(self) }

  /// The target's own word for the device, where it is that device or one of several of its name.
  private static func device(_ names: [String], asked: String) -> String {
    let device = names.map(OpenVINODevice.target).joined(separator: "+")
    return device.hasPrefix(asked + ":") ? asked : device
  }

  private static func specs(_ ports: [OpenVINOPort], _ types: [DataType]) -> [TensorSpec] {
    zip(ports, types).map { TensorSpec(name: $0.name, type: $1, shape: $0.shape ?? [-1]) }
  }
}
