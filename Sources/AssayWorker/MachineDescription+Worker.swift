import AssayCore
import EngineKit
import Engines
import Machine

extension MachineDescription {
  /// The machine that this process runs on. Opens no library.
  static func ofThisMachine() -> MachineDescription {
    let plugins = EngineCatalogue.plugins(environment: ProcessEnvironment.variables)
    return MachineDescription(
      host: HostProbe().describe(),
      engines: (EngineCatalogue.all.map(\.description) + plugins).map { engine in
        KnownEngine(
          name: engine.name, displayName: engine.displayName, variantOf: engine.variantOf,
          formats: engine.formats.sorted { $0.rawValue < $1.rawValue }, isInstalled: isInstalled(engine),
          support: engine.support, isInstallable: !engine.isBuiltByUser && !engine.isPlugin, isPlugin: engine.isPlugin)
      })
  }

  /// Whether a file of the engine's library is where engines are looked for. The system's loader is not asked: it would have to load it.
  private static func isInstalled(_ engine: EngineDescription) -> Bool {
    let locator = EngineLibraryLocator(environment: ProcessEnvironment.variables)
    let candidates = (try? locator.candidates(for: engine)) ?? []
    return engine.isBuiltIn || candidates.contains { $0.origin != .system }
  }
}
