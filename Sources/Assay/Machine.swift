public import AssayCore
public import Launching
public import Platform

/// The machine that cells are measured on, as a worker there describes it.
public struct Machine: Sendable {
  public let launch: WorkerLaunch
  public let host: HostDescription
  /// The engines that the worker there knows, without opening a library.
  public let engines: [KnownEngine]

  /// - Throws: `.inputOutput`, `.crashed` and others, where no worker starts there.
  public init(_ launch: WorkerLaunch, interrupts: InterruptListener? = nil) throws(AssayError) {
    let description = try WorkerQuestion.machine(launch, interrupts: interrupts)
    self.launch = launch
    host = description.host
    engines = description.engines
  }

  /// This machine.
  ///
  /// - Throws: `.inputOutput` if there is no worker.
  public static func local(interrupts: InterruptListener? = nil) throws(AssayError) -> Machine {
    try Machine(WorkerLaunch(program: try WorkerLocation.find()), interrupts: interrupts)
  }

  /// The machine behind a prefix command, such as `ssh pi@board`, which gets a worker if it has none of this build.
  public static func via(_ prefix: String, interrupts: InterruptListener? = nil) throws(AssayError) -> Machine {
    let program = try WorkerLocation.find(behind: prefix, interrupts: interrupts)
    return try Machine(WorkerLaunch(program: program, via: prefix), interrupts: interrupts)
  }

  /// Every engine that is installed and reads a model.
  ///
  /// - Parameter isAmongOthers: whether there are other models, which a model that no engine here reads must not stop: then its cell fails.
  /// - Throws: `.engineUnavailable` if there is none.
  func targets(for model: String, isAmongOthers: Bool = false) throws(AssayError) -> [Target] {
    // Any engine will do for an unreadable model: the error of its cell says what is wrong.
    guard let format = (try? ModelFile(at: model))?.format else {
      return engines.prefix(1).map { Target(engine: $0.name) }
    }
    let readers = engines.filter { $0.formats.contains(format) && $0.variantOf == nil }
    let installed = readers.filter(\.isInstalled)
    guard !installed.isEmpty else {
      if isAmongOthers, let reader = readers.first { return [Target(engine: reader.name)] }
      throw AssayError(
        .engineUnavailable, "No engine that reads \(model) is installed.",
        advice: Self.installation(of: readers))
    }
    return installed.map { Target(engine: $0.name) }
  }

  private static func installation(of engines: [KnownEngine]) -> String {
    let installable = engines.filter(\.isInstallable).map(\.name).joined(separator: " ")
    return installable.isEmpty
      ? "Build its shim with: assay engines build \(engines.map(\.name).first ?? "")"
      : "Install one with: assay engines install \(installable)"
  }

  /// The first engine that is installed and reads a model.
  ///
  /// - Throws: `.engineUnavailable` if there is none.
  public func firstTarget(for model: String) throws(AssayError) -> Target {
    // `targets` returns at least one.
    try targets(for: model)[0]
  }

  /// Whether Assay knows an engine there.
  public func knows(_ engine: String) -> Bool { engines.contains { $0.name == engine } }

  /// A model for a target. Of a plugin's formats, only the plugin knows the endings.
  func reference(to model: String, on target: Target) -> ModelReference {
    ModelReference(path: model, format: isPlugin(target) ? ModelFile.pluginFormat(ofModel: model) : nil)
  }

  private func isPlugin(_ target: Target) -> Bool {
    target.plugin != nil || engines.contains { $0.name == target.engine && $0.isPlugin }
  }

  /// - Throws: `.usage` if Assay does not know an engine, or a device is one of no machine.
  func check(_ targets: [Target]) throws(AssayError) {
    try checkEngines(targets.filter { $0.plugin == nil }.map(\.engine))
    for target in targets
    where target.plugin != nil && engines.contains(where: { $0.name == target.engine && !$0.isPlugin }) {
      throw AssayError(
        .usage, "\(target) is called like Assay's own engine \(target.engine).",
        advice: "Give the plugin's file another name.")
    }
    // A plugin may have devices that nothing else has.
    for target in targets where !isPlugin(target) && !target.hasKnownDevice {
      let kind = target.deviceKind.isEmpty ? target.device : target.deviceKind
      let nearest = EditDistance.suggestion(for: kind, among: Target.allDeviceKinds)
      throw AssayError(
        .usage, "'\(kind)' in '\(target)' is no device.",
        advice: nearest.map { "Did you mean \($0)? " + Self.doctor } ?? Self.doctor)
    }
  }

  private static let doctor = "The devices of this machine: assay doctor"

  /// - Throws: `.usage` if Assay does not know a name.
  func checkEngines(_ names: [String]) throws(AssayError) {
    for name in names where !engines.contains(where: { $0.name == name }) {
      let known = "It knows: \(engines.map(\.name).joined(separator: ", "))"
      let nearest = EditDistance.suggestion(for: name, among: engines.map(\.name))
      throw AssayError(
        .usage, "Assay does not know the engine '\(name)'.",
        advice: nearest.map { "Did you mean \($0)? " + known } ?? known)
    }
  }
}
