public import AssayCore
public import EngineKit
import Platform

/// A model that an engine has compiled, and how long that took.
public struct LoadedModel<Model: CompiledModel>: Sendable {
  public let model: Model
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
    guard model.fallbacks.isEmpty || allowsFallback else {
      throw AssayError(
        .deviceUnavailable,
        "\(engine.description.name):\(spec.device) leaves parts of \(spec.modelPath) to another device: "
          + "\(model.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it nevertheless.")
    }
  }

  /// Makes a session with seeded inputs.
  ///
  /// - Returns: also the time from opening the model file to a session ready to infer, in nanoseconds.
  public func makeSession(seed: UInt64) throws(AssayError) -> (session: Model.Session, loadNanoseconds: UInt64) {
    let start = MonotonicClock.now()
    let session = try model.makeSession()
    let nanoseconds = compileNanoseconds + MonotonicClock.now() - start
    session.fillInputs(seed: seed)
    return (session, nanoseconds)
  }
}
