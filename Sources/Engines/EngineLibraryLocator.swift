public import AssayCore
import CPlatform
import DynamicLibrary
public import EngineKit
import Glibc

/// How a library was found.
public enum LibraryOrigin: String, Codable, Sendable {
  /// `--engine-library NAME=PATH`.
  case override
  /// The engine's variable, `ASSAY_LITERT_LIBRARY`.
  case environment
  /// The folder of plugins.
  case plugins
  /// The folder that `assay engines install` fills.
  case managed
  /// The virtual environment that `VIRTUAL_ENV` names.
  case virtualEnvironment = "virtual_environment"
  /// The system's loader, which alone knows whether it has such a library.
  case system
}

/// A library that an engine may be loaded from, or a shell pattern for one.
public struct LibraryCandidate: Codable, Hashable, Sendable {
  /// A path; a bare name where `origin` is `.system`.
  public let path: String
  /// Why it is a candidate.
  public let origin: LibraryOrigin

  /// A library at a path, found in a certain way.
  public init(path: String, origin: LibraryOrigin) {
    self.path = path
    self.origin = origin
  }
}

extension LibraryCandidate {
  /// Whether the library is there; a path that was found always is. Asking the system's loader opens the library.
  public var isPresent: Bool { origin != .system || DynamicLibrary.isFound(path) }
}

/// Finds the libraries that an engine may be loaded from, without opening any.
public struct EngineLibraryLocator: Sendable {
  private let overrides: [String: String]
  private let environment: [String: String]

  /// - Parameters:
  ///   - overrides: paths by engine name, from `--engine-library`.
  ///   - environment: the variables of the process.
  public init(overrides: [String: String] = [:], environment: [String: String]) {
    self.overrides = overrides
    self.environment = environment
  }

  /// Libraries to try in turn, the preferred first; none for an engine that is part of Assay.
  ///
  /// A path that the user gave is the only candidate: measuring another library than the one asked for would be worse than
  /// measuring none.
  ///
  /// - Throws: `.engineUnavailable` where the user gave the path of a file that does not exist.
  public func candidates(for engine: EngineDescription) throws(AssayError) -> [LibraryCandidate] {
    if engine.isBuiltIn { return [] }
    if let given = overrides[engine.name] {
      return [try existing(given, .override, of: engine, givenBy: "--engine-library \(engine.name)=\(given)")]
    }
    if let given = environment[engine.environmentVariable], !given.isEmpty {
      return [try existing(given, .environment, of: engine, givenBy: "\(engine.environmentVariable)=\(given)")]
    }
    return places(for: engine).flatMap { place in
      place.origin == .system ? [place] : files(matching: place.path).map { .init(path: $0, origin: place.origin) }
    }
  }

  /// Where a library is looked for when the user gave none: patterns of paths, then names for the system's loader.
  public func places(for engine: EngineDescription) -> [LibraryCandidate] {
    var places: [LibraryCandidate] = []
    if engine.isPlugin, let folder = DataFolder.plugins.path(environment: environment) {
      places.append(
        .init(path: literalPattern("\(folder)/\(engine.name)\(Target.pluginSuffix)"), origin: .plugins))
    }
    if let folder = DataFolder.engines.path(environment: environment) {
      places += engine.wheelPatterns.map {
        .init(path: "\(literalPattern(folder))/\(engine.name)/\($0)", origin: .managed)
      }
    }
    // A wheel has the same files, whichever build of the engine is in it.
    if engine.variantOf == nil, let folder = environment["VIRTUAL_ENV"], !folder.isEmpty {
      places += engine.wheelPatterns.map {
        .init(path: "\(literalPattern(folder))/lib/python3*/site-packages/\($0)", origin: .virtualEnvironment)
      }
    }
    return places + engine.systemNames.map { .init(path: $0, origin: .system) }
  }

  private func existing(
    _ path: String, _ origin: LibraryOrigin, of engine: EngineDescription, givenBy source: String
  ) throws(AssayError) -> LibraryCandidate {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw AssayError(
        .engineUnavailable, "\(engine.displayName): there is no library \(path) (\(String(cString: strerror(errno)))).",
        advice: "It was given by \(source). Correct or remove that.")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw AssayError(
        .engineUnavailable, "\(engine.displayName): \(path) is a folder, not a library.",
        advice: "It was given by \(source). Name the file inside.")
    }
    // The loader searches the system for a name without a slash, and would not see the file in this folder.
    return LibraryCandidate(path: path.contains("/") ? path : "./\(path)", origin: origin)
  }
}

/// Existing files that match a shell pattern, the highest version first.
func files(matching pattern: String) -> [String] {
  var matches = glob_t()
  defer { globfree(&matches) }
  guard glob(pattern, GLOB_NOSORT, nil, &matches) == 0 else { return [] }
  return (0..<Int(matches.gl_pathc)).compactMap { matches.gl_pathv[$0].map { String(cString: $0) } }
    .sorted { assay_compare_versions($0, $1) > 0 }
}

/// A pattern that matches a path and nothing else.
func literalPattern(_ path: String) -> String {
  String(path.flatMap { "*?[]\\".contains($0) ? ["\\", $0] : [$0] })
}
