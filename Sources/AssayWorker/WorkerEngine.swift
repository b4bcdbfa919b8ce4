import AssayCore
import EngineKit
import Engines

/// The one engine of this process.
struct WorkerEngine {
  let engine: any Engine
  private let origin: String

  /// Opens the first library that can be opened, in the order of the search.
  ///
  /// - Throws: `.engineUnavailable`, naming the library that was tried.
  static func open(name: String, library: String?) throws(AssayError) -> WorkerEngine {
    let definition = EngineCatalogue.engineOrPlugin(named: name)
    let description = definition.description
    if description.isBuiltIn { return try WorkerEngine(definition, path: "", origin: "part of Assay") }
    let locator = EngineLibraryLocator(
      overrides: library.map { [name: $0] } ?? [:], environment: ProcessEnvironment.variables)
    var failure: AssayError?
    for candidate in try locator.candidates(for: description) {
      guard candidate.isPresent else { continue }
      do throws(AssayError) {
        return try WorkerEngine(definition, path: candidate.path, origin: candidate.origin.words(for: description))
      } catch {
        // A broken file that was found matters more than that the system knows no other.
        guard candidate.origin == .system else { throw error }
        failure = failure ?? error
      }
    }
    if description.isPlugin {
      throw AssayError(
        .engineUnavailable, "Assay knows no engine '\(name)', and there is no plugin of that name.",
        advice: locator.places(for: description).first.map { "Copy the plugin to \($0.path)" })
    }
    let reason = failure.map { ": \($0.message)" } ?? "."
    throw AssayError(
      .engineUnavailable, "\(description.displayName) is not installed\(reason)",
      advice: "\(description.isBuiltByUser ? "Build its shim" : "Install it") with: \(description.installation)")
  }

  private init(_ definition: EngineDefinition, path: String, origin: String) throws(AssayError) {
    engine = try definition.open(path)
    self.origin = origin
  }

  /// - Parameter listsDevices: asking the library for them may start drivers, which a measurement on another device must not have in its
  ///   process.
  func describe(listsDevices: Bool) -> OpenedEngine {
    OpenedEngine(
      name: engine.description.name, displayName: engine.description.displayName,
      formats: engine.description.formats.sorted { $0.rawValue < $1.rawValue }, version: engine.version,
      library: engine.libraryPath, origin: origin, devices: listsDevices ? engine.devices : nil,
      problems: listsDevices ? engine.deviceProblems : nil)
  }
}

extension LibraryOrigin {
  fileprivate func words(for engine: EngineDescription) -> String {
    switch self {
    case .override: "--engine-library"
    case .environment: engine.environmentVariable
    case .plugins: "folder of plugins"
    case .managed: "assay engines install"
    case .virtualEnvironment: "virtual environment"
    case .system: "system"
    }
  }
}
