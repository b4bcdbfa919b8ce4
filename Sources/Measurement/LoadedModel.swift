public import AssayCore
public import EngineKit
import ModelFiles
import Platform

/// A model that an engine has compiled, and how long that took.
public struct LoadedModel<Model: CompiledModel>: Sendable {
  public let model: Model
  /// The values that the model's graph takes at integer inputs, by position; `nil` where it takes any.
  public let inputRanges: [ClosedRange<Int>?]
  /// From opening the model file to the compiled model.
  public let compileNanoseconds: UInt64

  /// - Parameter allowsFallback: whether the device may leave parts of the model to another.
  /// - Throws: what the engine throws, or `.deviceUnavailable` for parts that would run elsewhere.
  public init<E: Engine>(
    _ spec: CompileSpec, by engine: E, allowsFallback: Bool
  ) throws(AssayError) where E.Model == Model {
    let start = MonotonicClock.now()
    model = try engine.compile(spec)
    compileNanoseconds = MonotonicClock.now() - start
    inputRanges = Self.ranges(for: model.inputs, spec)
    guard model.fallbacks.isEmpty || allowsFallback else {
      throw AssayError(
        .deviceUnavailable,
        "\(engine.description.name):\(spec.device) leaves parts of \(spec.modelPath) to another device: "
          + "\(model.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it nevertheless.")
    }
  }

  /// Engines may give inputs other names than the graph, but keep its order.
  private static func ranges(for inputs: [TensorSpec], _ spec: CompileSpec) -> [ClosedRange<Int>?] {
    let graph = ModelGraph.inputRanges(ofModel: spec.modelPath, format: spec.format, signature: spec.signature)
    return inputs.enumerated().map { index, input in
      if let named = graph.first(where: { $0.name == input.name }) { return named.range }
      return graph.count == inputs.count ? graph[index].range : nil
    }
  }

  /// Makes a session with seeded inputs.
  ///
  /// - Returns: also the time from opening the model file to a session ready to infer, in nanoseconds.
  public func makeSession(seed: UInt64) throws(AssayError) -> (session: Model.Session, loadNanoseconds: UInt64) {
    let start = MonotonicClock.now()
    let session = try model.makeSession()
    let nanoseconds = compileNanoseconds + MonotonicClock.now() - start
    session.fillInputs(seed: seed, ranges: inputRanges)
    return (session, nanoseconds)
  }
}
