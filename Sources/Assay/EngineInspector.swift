public import AssayCore
import Inspection
import Launching
public import Platform
import Statistics

/// Asks an engine, in a worker, what it made of a model.
public struct EngineInspector {
  private let machine: Machine
  private let interrupts: InterruptListener?

  public init(on machine: Machine, interrupts: InterruptListener? = nil) {
    self.machine = machine
    self.interrupts = interrupts
  }

  /// Asks several. One that fails costs itself alone.
  ///
  /// - Parameters:
  ///   - libraries: by engine, instead of those that Assay would find.
  /// - Throws: `.usage` for an unknown target, `.interrupted`.
  public func inspect(
    _ report: InspectionReport, on targets: [Target], options: CellOptions, signature: String? = nil,
    libraries: [String: String], inferences: Int
  ) throws(AssayError) -> (engines: [EngineInspection], failures: [EngineFailure]) {
    try machine.check(targets)
    var engines: [EngineInspection] = []
    var failures: [EngineFailure] = []
    for target in targets {
      do throws(AssayError) {
        engines.append(
          try inspect(
            report, on: target, options: options, signature: signature, library: libraries[target.engine],
            inferences: inferences))
      } catch {
        if error.code == .interrupted { throw error }
        failures.append(EngineFailure(target: target, error: error))
      }
    }
    return (engines, failures)
  }

  /// - Parameters:
  ///   - report: of the model's file.
  ///   - options: how the session is made.
  ///   - library: the library of the engine to open instead of the one that Assay would find.
  ///   - inferences: whose layers are timed; 0 for no times.
  /// - Throws: what the engine says, or did to the worker.
  public func inspect(
    _ report: InspectionReport, on target: Target, options: CellOptions, signature: String? = nil,
    library: String? = nil, inferences: Int
  ) throws(AssayError) -> EngineInspection {
    try machine.check([target])
    var spec = CellSpec(
      model: ModelReference(path: report.model.path, format: report.model.format, signature: signature), target: target,
      engineLibrary: library, options: options, measure: .latency(.exactly(max(inferences, 1))))
    let files = try QuestionFiles(for: &spec, machine.launch)
    defer { files.remove() }
    let (engine, observed) = try WorkerQuestion.layers(
      of: spec, files.job, files.content, inferences: inferences, machine.launch, interrupts: interrupts)
    let match = LayerMatch(report, observed.graph)
    let medians = observed.graph.layers.map { Quantiles.median($0.microseconds).map { $0 / 1000 } }
    let sum = medians.compactMap(\.self).reduce(0, +)
    return EngineInspection(
      target: spec.target, version: engine.version, device: observed.device, execution: observed.execution,
      warnings: observed.warnings, evidence: observed.graph.evidence,
      layers: observed.graph.layers.enumerated().map { place, layer in
        EngineLayerReport(
          layer, sources: match.sources[place], medianMilliseconds: medians[place],
          share: medians[place].flatMap { sum > 0 ? $0 / sum : nil })
      }, fates: match.fates, profile: profile(of: observed, layers: sum))
  }

  private func profile(of observed: ObservedLayers, layers sum: Double) -> LayerProfile? {
    // A library may stop to keep events before the last inference.
    let kept = observed.graph.layers.map(\.microseconds.count).max() ?? 0
    guard let median = Quantiles.median(observed.latencies), median > 0, kept > 0,
      let slowed = Quantiles.median(observed.observedLatencies)
    else { return nil }
    return LayerProfile(
      inferences: kept, medianMilliseconds: median, observedMilliseconds: slowed,
      layersMilliseconds: sum, coverage: sum / median)
  }
}
