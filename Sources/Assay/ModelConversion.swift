public import AssayCore
public import Conversion
public import EngineInstaller
import Foundation
import Platform
import TensorFiles

/// Converts a model by the quickest path that works, and compares the result with the source.
public struct ModelConversion {
  public let source: ConversionSource
  public internal(set) var target: ConversionForm
  public var calibration: CalibrationData?
  /// How to quantise; `nil` for the usual way.
  public var recipe: String?
  /// The accuracy, or agreement with the source, that a recipe which looks at it may lose, as a share.
  public var maximumDrop = 0.01
  public var limits = StepLimits()
  public var table = ConversionTable.known
  /// Gets an environment that a step needs.
  public var environment: (LockedEnvironment) throws(AssayError) -> EnvironmentInstaller.Installed
  /// Called with a line for each thing worth telling.
  public var report: (String) -> Void = { _ in }
  /// Called about once a second with the step and its seconds so far.
  public var progress: (ConversionStep, Double) -> Void = { _, _ in }
  let context: RunContext
  private let locks: [LockedEnvironment]

  public init(
    _ source: ConversionSource, to target: ConversionForm, in context: RunContext,
    environment: @escaping (LockedEnvironment) throws(AssayError) -> EnvironmentInstaller.Installed
  ) throws(AssayError) {
    (self.source, self.target, self.context, self.environment) = (source, target, context, environment)
    locks = try LockedEnvironment.all()
  }

  /// The quickest path.
  ///
  /// - Throws: `.unsupported` if there is none, with what there is instead, or if a program that it needs is missing; `.usage` for a recipe
  ///   that no step has.
  public func path() throws(AssayError) -> [ConversionStep] {
    guard let path = table.paths(from: source.form, to: target).first else { throw noPath }
    try checkPrograms(of: path)
    if let recipe {
      guard let step = path.last(where: \.needsCalibration) else {
        throw AssayError(
          .usage, "Recipe '\(recipe)' says how to quantise, and \(target) is not quantised.",
          advice: "Leave out --recipe, or ask for --precision int8.")
      }
      guard !step.recipes.contains(recipe) else { return path }
      throw AssayError(
        .usage, "There is no recipe '\(recipe)' to make \(step.result).",
        advice: "Its recipes: \(step.recipes.joined(separator: ", "))")
    }
    return path
  }

  /// - Throws: `.unsupported` for a program that is not in `PATH`.
  func checkPrograms(of path: [ConversionStep]) throws(AssayError) {
    for program in path.compactMap(\.program) where !Self.isHere(program) {
      throw AssayError(
        .unsupported, "\(target) is made by \(program.name), which is not in PATH.",
        advice: "Get it from \(program.address)")
    }
  }

  var noPath: AssayError {
    let same = source.form == target
    let results = table.results(from: source.form, precision: target.precision).map(\.rawValue)
    let others = results.isEmpty ? nil : "It can become: \(results.joined(separator: ", "))."
    return AssayError(
      same ? .usage : .unsupported,
      same
        ? "\(source.reference.path) is \(target) already."
        : "Assay knows no way from \(source.form) to \(target).",
      advice: same ? others : target.kind.alternative ?? others)
  }

  private static func isHere(_ program: ConversionStep.Program) -> Bool {
    let path = ProcessSpec.searchPath(ProcessInfo.processInfo.environment["PATH"])
    return ProcessSpec.locate(program.name, path: path) != nil
  }

  /// The environments of a path, each once.
  public func environments(of path: [ConversionStep]) -> [LockedEnvironment] {
    locks.filter { lock in path.contains { $0.environment == lock.name } }
  }

  /// Converts by the quickest path, or the next one where a converter fails, and compares.
  ///
  /// - Throws: `.unsupported` if no path works, with what each said; `.interrupted`, `.inputOutput` and others.
  public func run() throws(AssayError) -> ConversionReport {
    var failed: Set<ConversionStep> = []
    var failures: [AssayError] = []
    var path = try path()
    let converter = try makeConverter()
    var tried: [ConversionStep]?
    while true {
      var outcomes: [Converter.Outcome] = []
      var current = path[0]
      do throws(AssayError) {
        // All of them before the first step, which may take minutes.
        var places: [EnvironmentInstaller.Installed] = []
        for step in path {
          current = step
          let lock = try lock(of: step)
          // Nobody has asked for the gigabytes of another path.
          places.append(try failures.isEmpty ? environment(lock) : Self.onlyInstalled(lock))
        }
        tried = path
        for (step, place) in zip(path, places) {
          current = step
          outcomes.append(try run(step, in: place, after: outcomes.last, by: converter))
        }
      } catch {
        guard [.unsupported, .crashed].contains(error.code) else { throw error }
        failed.insert(current)
        failures.append(error)
        guard let next = table.paths(from: source.form, to: target, avoiding: failed).first else {
          throw Self.refusal(failures, tried: tried)
        }
        // Converters that are not there are worth a line only if there are none for any path.
        if tried == path { report("\(error)\nThe next path is \(Self.names(next))") }
        path = next
        continue
      }
      return try finish(outcomes, failures)
    }
  }

  private static func names(_ path: [ConversionStep]) -> String { path.map(\.name).joined(separator: ", ") }

  /// - Parameter tried: the last path of which a step has run; `nil` if converters are missing for all.
  private static func refusal(_ failures: [AssayError], tried: [ConversionStep]?) -> AssayError {
    let first = failures[0]
    // Of the quickest path, which is also the first that is worth installing.
    guard let tried else { return first }
    let others = failures.dropFirst().map { " Then: \($0.message)" }.joined()
    let end = "The last path tried was \(names(tried)); no other is known."
    return AssayError(
      first.code, first.message + others,
      advice: [failures.last?.advice, end].compactMap(\.self).joined(separator: " "),
      outputTail: failures.last?.outputTail)
  }

  private func makeConverter() throws(AssayError) -> Converter {
    guard let folder = CacheFolder.path(environment: ProcessInfo.processInfo.environment) else {
      throw AssayError(
        .inputOutput, "There is no folder for converted models: neither XDG_CACHE_HOME nor HOME is set.",
        advice: "Set HOME or XDG_CACHE_HOME.")
    }
    var converter = Converter(
      cache: ConversionCache(folder: "\(folder)/conversions", digests: context.digests),
      interrupts: context.interrupts, report: report, progress: progress)
    converter.limits = limits
    return converter
  }

  func lock(of step: ConversionStep) throws(AssayError) -> LockedEnvironment {
    guard let lock = locks.first(where: { $0.name == step.environment }) else {
      throw AssayError(.protocolViolation, "The step \(step.name) has no environment.")
    }
    return lock
  }

  private func run(
    _ step: ConversionStep, in place: EnvironmentInstaller.Installed, after last: Converter.Outcome?,
    by converter: Converter
  ) throws(AssayError) -> Converter.Outcome {
    let model = last?.model ?? source.model
    let data = calibration ?? .random()
    let cell = step.needsCalibration ? try self.cell(of: model, given: data.given) : nil
    return try converter.run(
      step, on: model, in: place, versions: try lock(of: step).versions(in: place.packages),
      quantisation: try cell.map { cell throws(AssayError) in try self.quantisation(step, of: cell) }
    ) { path throws(AssayError) in
      guard let cell else { return }
      try writeInputs(of: cell, count: data.samples, to: path)
    }
  }

  private func quantisation(
    _ step: ConversionStep, of cell: CellSpec
  ) throws(AssayError) -> Converter.Quantisation {
    Converter.Quantisation(
      recipe: recipe ?? step.recipes[0], maxDrop: maximumDrop,
      identity: try Self.identity(of: cell, (calibration ?? .random()).samples))
  }

  /// The results of the first steps of a path that are kept from before.
  func keptOutcomes(of path: [ConversionStep]) throws(AssayError) -> [Converter.Outcome] {
    let converter = try makeConverter()
    var outcomes: [Converter.Outcome] = []
    for step in path {
      let model = outcomes.last?.model ?? source.model
      var quantisation: Converter.Quantisation?
      if step.needsCalibration {
        let cell = try self.cell(of: model, given: (calibration ?? .random()).given)
        quantisation = try self.quantisation(step, of: cell)
      }
      let place = try environment(try lock(of: step))
      guard let outcome = try converter.kept(step, on: model, in: place, quantisation: quantisation) else { break }
      outcomes.append(outcome)
    }
    return outcomes
  }

  /// What tells calibration data from other: content of files, preprocessing, seed and number.
  static func identity(of cell: CellSpec, _ samples: Int) throws(AssayError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do {
      let text = String(decoding: try encoder.encode(cell.options.given.withoutPaths), as: UTF8.self)
      return "\(samples) samples, seed \(cell.options.seed), \(SHA256.hexDigest(of: text))"
    } catch {
      throw AssayError(.protocolViolation, "The calibration data cannot be written as JSON: \(error)")
    }
  }

  /// Runs a model on the calibration data, and keeps the inputs as it takes them.
  private func writeInputs(of cell: CellSpec, count: Int, to path: String) throws(AssayError) {
    let captured = try OutputCapture(context).run(cell, count: count)
    let tensors = captured.inferences.enumerated().flatMap { number, inference in
      inference.inputs.map { Tensor(name: "\(number)/\($0.name)", type: $0.type, shape: $0.shape, bytes: $0.bytes) }
    }
    let archive = try NPZ.archive(tensors)
    do {
      try Data(archive).write(to: URL(filePath: path))
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error.localizedDescription)")
    }
  }

  /// A cell that runs a model on the engine of its format.
  ///
  /// - Throws: `.engineUnavailable` if no engine reads it here.
  func cell(of model: Converter.Model, given: GivenInputs) throws(AssayError) -> CellSpec {
    var options = CellOptions(threads: context.machine.host.allowedPhysicalCores)
    options.given = given
    let target = try context.machine.firstTarget(for: model.path)
    // By itself OpenVINO computes in bfloat16 where the processor can, which would look like an error of the conversion.
    if target.engine == "openvino" { options.engine.precision = .float32 }
    var cell = CellSpec(
      model: ModelReference(path: model.path, format: model.form.kind.format), target: target, options: options,
      measure: .latency(RepetitionRule()))
    var (models, inputs) = (ModelLookup(context.digests), InputLookup(context.digests))
    try models.complete(&cell.model)
    try inputs.complete(&cell)
    return cell
  }

  // MARK: Comparing

  private func finish(
    _ outcomes: [Converter.Outcome], _ failures: [AssayError]
  ) throws(AssayError) -> ConversionReport {
    let last = outcomes[outcomes.count - 1]
    var result = ModelReference(path: last.model.path, format: last.model.form.kind.format)
    var models = ModelLookup(context.digests)
    try models.complete(&result)
    var report = ConversionReport(
      source: source.reference, result: result, forms: ["\(source.form)"] + outcomes.map { "\($0.model.form)" },
      steps: outcomes.map { ConversionReport.Step($0, recipe: recipe) }, failures: failures.map(\.message))
    if outcomes.contains(where: { $0.step.needsCalibration }) {
      let data = calibration ?? .random()
      report.calibration = .init(source: data.source, samples: data.samples)
    }
    try compare(last, after: outcomes[0], &report)
    return report
  }
}

extension ConversionReport.Step {
  fileprivate init(_ outcome: Converter.Outcome, recipe: String?) {
    let step = outcome.step
    self.init(
      name: step.name, about: "\(step)", environment: step.environment, versions: outcome.entry.versions,
      recipe: step.needsCalibration ? recipe ?? step.recipes[0] : nil, seconds: outcome.entry.seconds,
      isCached: outcome.isCached, log: outcome.logPath)
  }
}
