public import AssayCore
import EngineKit
import Engines
import Foundation

/// Which engines there are to choose from, told without opening any.
public enum EngineChoice {
  /// Every engine that is installed and reads a model.
  ///
  /// - Throws: `.engineUnavailable`, where there is none.
  static func targets(for model: String) throws(AssayError) -> [Target] {
    let engines = EngineCatalogue.all.map { $0.description }
    // Without a readable model any engine will do: its cell says what is wrong with the model.
    guard let format = (try? ModelFile(at: model))?.format else {
      return engines.prefix(1).map { Target(engine: $0.name) }
    }
    let readers = engines.filter { $0.formats.contains(format) }
    let installed = readers.filter(isInstalled)
    guard !installed.isEmpty else {
      throw AssayError(
        .engineUnavailable, "No engine that reads \(model) is installed.",
        advice: "Install one with: assay engines install \(readers.map(\.name).joined(separator: " "))")
    }
    return installed.map { Target(engine: $0.name) }
  }

  /// The first engine of the catalogue that is installed and reads a model.
  ///
  /// - Throws: `.engineUnavailable`, where there is none.
  public static func first(for model: String) throws(AssayError) -> Target {
    // There is at least one, or an error.
    try targets(for: model)[0]
  }

  /// - Throws: `.engineUnavailable`, where a name is that of no engine that Assay knows.
  static func check(_ engines: [String]) throws(AssayError) {
    for engine in engines where EngineCatalogue.engine(named: engine) == nil {
      let names = EngineCatalogue.all.map { $0.description.name }.joined(separator: ", ")
      throw AssayError(.engineUnavailable, "Assay knows no engine '\(engine)'.", advice: "It knows: \(names)")
    }
  }

  /// Whether a file of the engine's library is where engines are looked for. The system's loader is not asked: it would have to load it.
  private static func isInstalled(_ engine: EngineDescription) -> Bool {
    let locator = EngineLibraryLocator(environment: ProcessInfo.processInfo.environment)
    let candidates = (try? locator.candidates(for: engine)) ?? []
    return engine.isBuiltIn || candidates.contains { $0.origin != .system }
  }
}
