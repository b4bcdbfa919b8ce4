public import AssayCore
public import EngineKit
import Glibc
import ModelFiles

/// One signature of a SavedModel, loaded by TensorFlow. Its session may run on several threads at once.
public struct TensorFlowModel: CompiledModel {
  public let inputs: [TensorSpec]
  /// Those that are tensors of numbers; a run computes the others too.
  public let outputs: [TensorSpec]
  public let device: String

  let api: TensorFlowAPI
  let graph: TensorFlowGraph
  let modelPath: String
  let inputPorts: [TensorFlowPort]
  let textPorts: [TensorFlowPort]
  /// The shapes and strings of `textPorts`.
  let texts: [(shape: [Int], strings: [String])]
  /// Those of numbers first.
  let outputPorts: [TensorFlowPort]

  init(_ spec: CompileSpec, for device: TensorFlowDevice, with api: TensorFlowAPI) throws(AssayError) {
    (self.api, self.device, modelPath) = (api, spec.device, spec.modelPath)
    let signatures: [SavedModelSignature]
    (graph, signatures) = try Self.load(spec, for: device, with: api)
    let signature = try Self.signature(of: spec, among: signatures)
    let graph = graph
    let ports = try signature.inputs.map { tensor throws(AssayError) in
      try TensorFlowPort(tensor, in: graph, modelPath: spec.modelPath)
    }
    inputPorts = ports.filter { $0.type != nil }
    textPorts = ports.filter { $0.type == nil }
    try spec.checkShapeNames(against: ports.map(\.name))
    func shape(of port: TensorFlowPort) throws(AssayError) -> [Int] {
      let shape = try spec.resolve(input: port.name, declared: port.shape, inputCount: ports.count)
      try spec.checkKeepsFixedDimensions(shape, ofInput: port.name, declared: port.shape)
      return shape
    }
    inputs = try inputPorts.map { port throws(AssayError) in try port.spec(shape: shape(of: port)) }
    texts = try textPorts.map { port throws(AssayError) in
      let shape = try shape(of: port)
      return (shape, try spec.texts(of: port.name, shape: shape, inputCount: ports.count))
    }
    let results = try signature.outputs.map { tensor throws(AssayError) in
      try TensorFlowPort(tensor, in: graph, modelPath: spec.modelPath)
    }
    outputPorts = results.filter { $0.type != nil } + results.filter { $0.type == nil }
    outputs = outputPorts.compactMap { port in port.type.map { _ in port.spec(shape: port.shape ?? [-1]) } }
  }

  public var textInputs: [String] { textPorts.map(\.name) }

  public func makeSession() throws(AssayError) -> TensorFlowSession { try TensorFlowSession(self) }

  private static func load(
    _ spec: CompileSpec, for device: TensorFlowDevice, with api: TensorFlowAPI
  ) throws(AssayError) -> (TensorFlowGraph, [SavedModelSignature]) {
    try checkFolder(spec)
    let config = TensorFlowConfig(threads: spec.threads, device: device)
    do throws(TensorFlowFailure) {
      var signatures: [SavedModelSignature] = []
      let graph = try TensorFlowGraph(api, loading: spec.modelPath, options: config) {
        signatures = SavedModelSignature.all(ofMetaGraph: ProtobufMessage($0))
      }
      return (graph, signatures)
    } catch {
      if error.text.contains("visible_device_list") {
        throw error.error(.deviceUnavailable, "TensorFlow has no device '\(spec.device)'")
      }
      throw error.error(
        error.isLimitation ? .unsupported : .badModel, "TensorFlow cannot load \(spec.modelPath)",
        advice: error.text.contains("supplied tags")
          ? "Save it for serving, as tf.saved_model.save does: with the tag 'serve'." : nil)
    }
  }

  /// TensorFlow reports a missing file in words that do not say so.
  private static func checkFolder(_ spec: CompileSpec) throws(AssayError) {
    var status = stat()
    guard stat(spec.modelPath, &status) == 0 else {
      throw AssayError(.badModel, "Cannot open the model \(spec.modelPath): \(String(cString: strerror(errno))).")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw AssayError(
        .badModel, "\(spec.modelPath) is a file; a SavedModel is a folder that holds saved_model.pb.")
    }
  }

  private static func signature(
    of spec: CompileSpec, among all: [SavedModelSignature]
  ) throws(AssayError) -> SavedModelSignature {
    guard let name = spec.signature else {
      guard let first = all.first else {
        throw AssayError(
          .unsupported, "\(spec.modelPath) has no signature, so nothing says what its inputs and outputs are.",
          advice: "Save it again with a signature: tf.saved_model.save(model, folder, signatures=function)")
      }
      return first
    }
    guard let signature = all.first(where: { $0.name == name }) else {
      throw AssayError(
        .usage, "\(spec.modelPath) has no signature '\(name)'.",
        advice: "Its signatures: \(all.map(\.name).joined(separator: ", "))")
    }
    return signature
  }
}

extension TensorFlowPort {
  fileprivate func spec(shape: [Int]) -> TensorSpec { TensorSpec(name: name, type: type ?? .uint8, shape: shape) }
}
