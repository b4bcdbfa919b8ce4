public import AssayCore
public import EngineKit
import ModelFiles
import Platform

/// A model that an engine has compiled, and how long that took.
public struct LoadedModel<Model: CompiledModel>: Sendable {
  public let model: Model
  /// What it was compiled from, with the shapes and strings of given inputs.
  public let spec: CompileSpec
  /// What each input gets.
  public let values: InputValues
  /// About the choice of a signature and of inputs, and about parts that run elsewhere.
  public let warnings: [Warning]
  /// From opening the model file to the compiled model.
  public let compileNanoseconds: UInt64

  /// - Parameters:
  ///   - given: inputs that are not random; their shapes set dynamic dimensions.
  ///   - allowsFallback: whether the device may leave parts of the model to another.
  /// - Throws: what the engine throws, `.usage` where given inputs do not fit, or `.deviceUnavailable` for parts that would run elsewhere.
  public init<E: Engine>(
    _ spec: CompileSpec, given: GivenTensors = .none, by engine: E, allowsFallback: Bool
  ) throws(AssayError) where E.Model == Model {
    try engine.description.checkTakes(spec.engineOptions)
    let signatures = ModelGraph.signatures(ofModel: spec.modelPath, format: spec.format)
    if let name = spec.signature, !signatures.isEmpty {
      try ModelGraph.check(name, among: signatures, of: spec.modelPath)
    }
    let graph = ModelGraph.inputUses(ofModel: spec.modelPath, format: spec.format, signature: spec.signature)
    var spec = spec
    spec.valueShapes = given.shapes(graph.map(\.name))
    spec.texts = given.texts(graph.map(\.name))
    let assumed = OpenSizes.shapes(of: graph, in: spec)
    for input in assumed { spec.valueShapes[input.name] = input.shape }
    self.spec = spec
    let start = MonotonicClock.now()
    model = try engine.compile(spec)
    compileNanoseconds = MonotonicClock.now() - start
    values = try InputValues(
      model.inputs, textInputs: model.textInputs, given: given, graph: Self.uses(of: model.inputs, graph),
      model: spec.modelPath,
      format: spec.format)
    let chosen = signatures.count > 1 && spec.signature == nil ? signatures[0] : nil
    warnings =
      [chosen.map { .signatureChosen($0, of: signatures) }].compactMap(\.self)
      + Self.assumedShapes(model.inputs, assumed) + values.warnings
      + model.fallbacks.map { .fallback(message: $0) }
    guard model.fallbacks.isEmpty || allowsFallback else {
      throw AssayError(
        .deviceUnavailable,
        "\(engine.description.name):\(spec.device) leaves parts of \(spec.modelPath) to another device: "
          + "\(model.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it nevertheless.")
    }
  }

  /// With the batch that was given, and without the inputs that the engine dropped.
  private static func assumedShapes(_ inputs: [TensorSpec], _ assumed: [(name: String, shape: [Int])]) -> [Warning] {
    assumed.compactMap { open in
      inputs.first { TensorName.areSame($0.name, open.name) }.map { .shapeAssumed(input: $0.name, shape: $0.shape) }
    }
  }

  /// Engines may give inputs other names than the graph, but keep its order.
  private static func uses(of inputs: [TensorSpec], _ graph: [InputUse]) -> [InputUse?] {
    inputs.enumerated().map { index, input in
      graph.first { TensorName.areSame($0.name, input.name) } ?? (graph.count == inputs.count ? graph[index] : nil)
    }
  }

  /// Makes a session and fills its inputs.
  ///
  /// - Returns: also the time from opening the model file to a session ready to infer, in nanoseconds.
  public func makeSession(seed: UInt64) throws(AssayError) -> (session: Model.Session, loadNanoseconds: UInt64) {
    let start = MonotonicClock.now()
    let session = try model.makeSession()
    let nanoseconds = compileNanoseconds + MonotonicClock.now() - start
    values.fill(session, seed: seed)
    return (session, nanoseconds)
  }
}
