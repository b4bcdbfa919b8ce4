import AssayCore
import EngineKit
import Engines

/// The one engine of this process.
struct WorkerEngine {
  let engine: any Engine
  private let origin: String

  /// Opens the first library that can be opened, in the order in which they are looked for.
  ///
  /// - Throws: `.engineUnavailable`, naming the library that was tried, or where one was looked for.
  static func open(name: String, library: String?) throws(AssayError) -> WorkerEngine {
    guard let type = EngineCatalogue.engine(named: name) else {
      throw AssayError(.engineUnavailable, "Assay knows no engine '\(name)'.")
    }
    let description = type.description
    if description.isBuiltIn { return try WorkerEngine(type, path: "", origin: "part of Assay") }
    let locator = EngineLibraryLocator(
      overrides: library.map { [name: $0] } ?? [:], environment: ProcessEnvironment.variables)
    var failure: AssayError?
    for candidate in try locator.candidates(for: description) {
      do throws(AssayError) {
        return try WorkerEngine(type, path: candidate.path, origin: candidate.origin.words(for: description))
      } catch {
        // A file that was found and is broken is what the user must hear of, not that the system knows no other.
        guard candidate.origin == .system else { throw error }
        failure = failure ?? error
      }
    }
    // That the system knows none of the names is what "not installed" means; anything else is worth its words.
    let reason = failure.flatMap { $0.message.contains("No such file") ? nil : ": \($0.message)" }
    throw AssayError(
      .engineUnavailable, "\(description.displayName) is not installed\(reason ?? ".")",
      advice: "Install it with: assay engines install \(name)")
  }

  private init(_ type: any Engine.Type, path: String, origin: String) throws(AssayError) {
    engine = try type.load(from: path)
    self.origin = origin
  }

  /// - Parameter listsDevices: whether to ask the library for them. That may start drivers, which a measurement on another device must not
  ///   have in its process.
  func describe(listsDevices: Bool) -> OpenedEngine {
    OpenedEngine(
      name: type(of: engine).description.name, version: engine.version, library: engine.libraryPath, origin: origin,
      devices: listsDevices ? engine.devices : nil)
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
