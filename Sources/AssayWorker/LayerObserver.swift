import AssayCore
import EngineKit
import Measurement
import Platform

/// Has an engine tell of the layers that it runs for the model of a cell.
struct LayerObserver {
  let spec: CellSpec
  /// Where given inputs lie, by content.
  let files: [InputFile]
  /// Whose layers are recorded; 0 for no times.
  let inferences: Int

  /// Inferences before those that count: the first ones fill caches and start threads.
  private var warmUps: Int { inferences > 0 ? 3 : 0 }

  /// - Throws: `.unsupported` for an engine that does not tell, and what the engine throws.
  func observe(with engine: some Engine) throws(AssayError) -> ObservedLayers {
    let latencies = inferences > 0 ? try plainLatencies(with: engine) : []
    let folder = try makeFolder()
    defer { folder.remove() }
    var compileSpec = try spec.compileSpec(threads: spec.options.threads)
    compileSpec.observation = folder.path
    let loaded = try load(compileSpec, by: engine)
    let (session, _) = try loaded.makeSession(seed: spec.options.seed)
    var observed: [Double] = []
    for _ in 0..<warmUps + max(inferences, 1) {
      observed.append(try Self.milliseconds { () throws(AssayError) in try session.infer() })
      try session.recordLayers()
    }
    // A library without a profile reports no operation, which does not mean that it has removed them all.
    guard var graph = try session.observedGraph(), graph.evidence != .profiler || !graph.layers.isEmpty else {
      throw AssayError(
        .unsupported, "\(engine.description.displayName) does not tell which layers it runs.",
        advice: "onnxruntime, openvino, litert and tflite do, the last two in versions whose library has a profile.")
    }
    for index in graph.layers.indices {
      graph.layers[index].microseconds =
        inferences > 0 ? Array(graph.layers[index].microseconds.dropFirst(warmUps)) : []
    }
    let execution = loaded.model.execution
    return ObservedLayers(
      graph: graph, device: loaded.model.device, execution: execution.isEmpty ? nil : execution,
      warnings: loaded.warnings, latencies: latencies,
      observedLatencies: inferences > 0 ? Array(observed.dropFirst(warmUps)) : [])
  }

  /// Finds out whether the engine takes the model.
  func compile(with engine: some Engine) throws(AssayError) {
    _ = try load(spec.compileSpec(threads: spec.options.threads), by: engine)
  }

  /// Latencies without an observer, which slows an engine down.
  private func plainLatencies(with engine: some Engine) throws(AssayError) -> [Double] {
    let loaded = try load(spec.compileSpec(threads: spec.options.threads), by: engine)
    let (session, _) = try loaded.makeSession(seed: spec.options.seed)
    for _ in 0..<warmUps { try session.infer() }
    return try (0..<inferences).map { _ throws(AssayError) in
      try Self.milliseconds { () throws(AssayError) in try session.infer() }
    }
  }

  /// Which parts fell back to another device is part of what is asked.
  private func load<E: Engine>(_ spec: CompileSpec, by engine: E) throws(AssayError) -> LoadedModel<E.Model> {
    let given = try GivenTensors(self.spec.options.given, contents: files)
    return try LoadedModel(spec, given: given, by: engine, allowsFallback: true)
  }

  private func makeFolder() throws(AssayError) -> LockedFolder {
    let parent = ProcessEnvironment.variables["TMPDIR"] ?? "/tmp"
    do throws(SystemError) {
      return try LockedFolder(in: parent, prefix: "assay-layers-")
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make a folder in \(parent): \(error).", advice: "Set TMPDIR to a folder that is writable."
      )
    }
  }

  private static func milliseconds(_ body: () throws(AssayError) -> Void) throws(AssayError) -> Double {
    let start = MonotonicClock.now()
    try body()
    return Double(MonotonicClock.now() - start) / 1e6
  }
}
