import AssayCore
import EngineKit
import Engines
import Foundation

/// The engines on this machine, for tests whose sandbox hides the user's data folder.
public enum InstalledEngines {
  /// Whether an engine is so large that only `make test-engines` tests it, which sets ASSAY_TEST_LARGE_ENGINES: what `make test` does and
  /// how long it takes must not depend on what else is installed.
  public static func isLeftOut(_ name: String) -> Bool {
    ["tensorflow", "torch", "torchscript"].contains(name)
      && ProcessInfo.processInfo.environment["ASSAY_TEST_LARGE_ENGINES"] == nil
  }

  /// By name of the engine, for engines with a library: the variable for the library, and its path.
  private static let libraries: [String: (variable: String, path: String)] = {
    let locator = EngineLibraryLocator(environment: ProcessInfo.processInfo.environment)
    var found: [String: (variable: String, path: String)] = [:]
    for engine in EngineCatalogue.all.map({ $0.description }) where !isLeftOut(engine.name) {
      let candidates = (try? locator.candidates(for: engine)) ?? []
      guard let path = candidates.first(where: { $0.origin != .system })?.path else { continue }
      found[engine.name] = (engine.environmentVariable, path)
    }
    return found
  }()

  /// The library of an engine; `nil` if it is not installed.
  public static func library(_ name: String) -> String? { libraries[name]?.path }

  /// Whether all these engines are installed. Names those that are not on standard error: a skipped test is silent.
  public static func include(_ names: String...) -> Bool {
    let missing = names.filter { libraries[$0] == nil }
    for name in missing {
      FileHandle.standardError.write(
        Data(
          isLeftOut(name)
            ? "make test-engines tests \(name), and this does not.\n".utf8
            : "\(name) is not installed, so it is not tested. Install it with: make engines\n".utf8))
    }
    return missing.isEmpty
  }

  /// The variables that lead a program in a sandbox to them.
  public static var environment: [String: String] {
    Dictionary(uniqueKeysWithValues: libraries.values.map { ($0.variable, $0.path) })
  }
}

/// The tool that draws charts, for tests whose sandbox hides the user's data folder.
public enum InstalledCharts {
  /// Its folder; `nil`, with a message on standard error, if it is not installed.
  public static let folder: String? = {
    let engines = DataFolder.engines.path(environment: ProcessInfo.processInfo.environment)
    if let folder = engines.map({ "\($0)/charts" }), FileManager.default.fileExists(atPath: folder) { return folder }
    FileHandle.standardError.write(
      Data("charts are not installed, so they are not tested. Install them with: make engines\n".utf8))
    return nil
  }()

  /// Makes it available to programs in a sandbox.
  public static func link(into sandbox: Sandbox) throws {
    guard let folder else { return }
    let engines = sandbox.path("data/assay/engines")
    try FileManager.default.createDirectory(atPath: engines, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(engines)/charts", withDestinationPath: folder)
  }
}

/// Files beside the package.
public enum PackageFiles {
  /// The root of the package.
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  public static func path(_ name: String) -> String { root.appending(path: name).path }

  /// A file of the real data that some machines have beside the package; `nil`, with a message on standard error, without it.
  public static func shared(_ name: String) -> String? {
    let path = root.deletingLastPathComponent().appending(path: "shared/data/\(name)").path
    if FileManager.default.fileExists(atPath: path) { return path }
    FileHandle.standardError.write(Data("\(path) does not exist, so its test is skipped\n".utf8))
    return nil
  }
}
