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
    guard let definition = EngineCatalogue.engine(named: name) else {
      throw AssayError(.engineUnavailable, "Assay knows no engine '\(name)'.")
    }
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
    let reason = failure.map { ": \($0.message)" } ?? "."
    throw AssayError(
      .engineUnavailable, "\(description.displayName) is not installed\(reason)",
      advice: "Install it with: assay engines install \(name)")
  }

  private init(_ definition: EngineDefinition, path: String, origin: String) throws(AssayError) {
    engine = try definition.open(path)
    self.origin = origin
  }

  /// - Parameter listsDevices: asking the library for them may start drivers, which a measurement on another device must not have in its
  ///   process.
  func describe(listsDevices: Bool) -> OpenedEngine {
    OpenedEngine(
      name: engine.description.name, version: engine.version, library: engine.libraryPath, origin: origin,
      devices: listsDevices ? engine.devices : nil, problems: listsDevices ? engine.deviceProblems : nil)
  }
}

extension LibraryOrigin {
  fileprivate func words(for engine: EngineDescription) -> String {
    switch self {
    case .override: "--engine-library"
    case .environment: engine.environmentVariable
    case .managed: "assay engines install"
    case .virtualEnvironment: "virtual environment"
    case .system: "system"
    }
  }
}
