public import AssayCore
public import EngineInstaller
import Foundation
public import Platform

/// Runs steps, each unless its result is kept.
public struct Converter {
  /// A model on the way.
  public struct Model: Hashable, Sendable {
    public var path: String
    public var sha256: String
    public var form: ConversionForm
    /// Of a PyTorch module, whose path is its name.
    public var torch: TorchOptions?

    public init(path: String, sha256: String, form: ConversionForm, torch: TorchOptions? = nil) {
      (self.path, self.sha256, self.form, self.torch) = (path, sha256, form, torch)
    }
  }

  /// How a step quantises.
  public struct Quantisation: Hashable, Sendable {
    public var recipe: String
    /// The accuracy, or agreement with the source, that may be lost, as a share.
    public var maxDrop: Double
    /// Tells the calibration data from others.
    public var identity: String

    public init(recipe: String, maxDrop: Double, identity: String) {
      (self.recipe, self.maxDrop, self.identity) = (recipe, maxDrop, identity)
    }
  }

  /// What a step has made.
  public struct Outcome: Hashable, Sendable {
    public let step: ConversionStep
    public let model: Model
    public let entry: ConversionCache.Entry
    /// Whether it was made before.
    public let isCached: Bool
    /// Where the result is kept.
    public let folder: String

    /// What the converter printed.
    public var logPath: String { "\(folder)/log.txt" }
  }

  public let cache: ConversionCache
  public var limits = StepLimits()
  public let interrupts: InterruptListener?
  /// Called with a line for each thing worth telling.
  public let report: (String) -> Void
  /// Called about once a second with the step and its seconds so far.
  public let progress: (ConversionStep, Double) -> Void
  private let scripts: (String) -> String?

  public init(
    cache: ConversionCache, interrupts: InterruptListener?, report: @escaping (String) -> Void,
    progress: @escaping (ConversionStep, Double) -> Void
  ) {
    self.init(
      cache: cache, interrupts: interrupts, scripts: StepScripts.program, report: report, progress: progress)
  }

  /// - Parameter scripts: the program of a step by its name.
  init(
    cache: ConversionCache, interrupts: InterruptListener?, scripts: @escaping (String) -> String?,
    report: @escaping (String) -> Void, progress: @escaping (ConversionStep, Double) -> Void
  ) {
    (self.cache, self.interrupts, self.scripts) = (cache, interrupts, scripts)
    (self.report, self.progress) = (report, progress)
  }

  /// Makes a model by one step, or finds it made.
  ///
  /// - Parameters:
  ///   - versions: of the packages in the environment.
  ///   - quantisation: `nil` for a step that does not quantise.
  ///   - calibrate: writes the calibration data to a path; called only if the step has to run.
  /// - Throws: what `StepRun` and the cache throw.
  public func run(
    _ step: ConversionStep, on source: Model, in environment: EnvironmentInstaller.Installed,
    versions: [String: String], quantisation: Quantisation? = nil, calibrate: (String) throws(AssayError) -> Void
  ) throws(AssayError) -> Outcome {
    let task = try self.task(step, source, environment, quantisation)
    if let kept = try self.kept(task) { return kept }

    let (work, lock) = try cache.makeWork()
    defer { withExtendedLifetime(lock) { Folder.removeAll(work) } }
    let data = step.needsCalibration ? "\(work)/calibration.npz" : nil
    if let data { try calibrate(data) }
    let name = "model\(step.result.kind.suffix)"
    let start = MonotonicClock.seconds()
    let run = StepRun(
      step: step, script: task.script, environment: environment, folder: work, limits: limits, interrupts: interrupts)
    let request = StepRequest(
      source: source.torch == nil ? ProcessSpec.absolutePath(source.path) : source.path, result: "\(work)/\(name)",
      recipe: quantisation?.recipe ?? "default", calibration: data, options: task.options, memory: limits.memoryBytes,
      fileBytes: limits.diskBytes)
    do throws(AssayError) {
      try run.run(request) { progress(step, $0) }
    } catch {
      throw error.code == .interrupted ? error : cache.keepingLog(of: step, from: run.logPath, error)
    }
    let seconds = MonotonicClock.seconds() - start
    let entry = try cache.keep(
      work, result: name, step: step.name, recipe: task.recipe, seconds: seconds, versions: versions)
    return outcome(task, entry, isCached: false)
  }

  /// The result of a step that is kept from before; `nil` if there is none.
  public func kept(
    _ step: ConversionStep, on source: Model, in environment: EnvironmentInstaller.Installed,
    quantisation: Quantisation? = nil
  ) throws(AssayError) -> Outcome? {
    try kept(task(step, source, environment, quantisation))
  }

  /// A step on a model, and what tells its result from others.
  private struct Task {
    let step: ConversionStep
    let script: String
    let options: StepRequest.Options
    let recipe: String
  }

  private func task(
    _ step: ConversionStep, _ source: Model, _ environment: EnvironmentInstaller.Installed,
    _ quantisation: Quantisation?
  ) throws(AssayError) -> Task {
    guard let script = scripts(step.name) else {
      throw AssayError(.protocolViolation, "There is no script for the step \(step.name).")
    }
    let options = StepRequest.Options(
      reducesRange: !Processor.hasDotProducts, maxDrop: quantisation?.maxDrop ?? 0, torch: source.torch)
    let recipe = Self.recipe(step, source, environment, script, quantisation, options)
    return Task(step: step, script: script, options: options, recipe: recipe)
  }

  private func kept(_ task: Task) throws(AssayError) -> Outcome? {
    try cache.entry(task.recipe, report: report).map { outcome(task, $0, isCached: true) }
  }

  private func outcome(_ task: Task, _ entry: ConversionCache.Entry, isCached: Bool) -> Outcome {
    let place = cache.place(task.recipe)
    let model = Model(
      path: "\(place)/\(entry.result)", sha256: SHA256.hexDigest(of: entry.files.map(\.sha256).joined()),
      form: task.step.result)
    return Outcome(step: task.step, model: model, entry: entry, isCached: isCached, folder: place)
  }

  /// All that a result depends on.
  private static func recipe(
    _ step: ConversionStep, _ source: Model, _ environment: EnvironmentInstaller.Installed, _ script: String,
    _ quantisation: Quantisation?, _ options: StepRequest.Options
  ) -> String {
    var lines = [
      "conversion \(ConversionCache.version)", "step \(step.name)", "source \(source.sha256)",
      "script \(SHA256.hexDigest(of: script))", "environment \(environment.identity)",
    ]
    if let quantisation {
      lines += [
        "recipe \(quantisation.recipe)", "calibration \(quantisation.identity)",
        "reduced range \(options.reducesRange)", "drop \(options.maxDrop)",
      ]
    }
    return lines.joined(separator: "\n")
  }
}

/// What this processor can do.
enum Processor {
  /// Whether it multiplies and adds bytes without an intermediate result of 16 bits: VNNI, or the dot products of ARM.
  static let hasDotProducts: Bool = {
    let lines = (try? FileDescriptor.contents(of: "/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return ["avx512_vnni", "avx_vnni", "asimddp"].contains { lines.contains($0) }
  }()
}
