public import AssayCore

/// What is known of an engine without opening its library.
public struct EngineDescription: Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name that its makers write: `LiteRT`.
  public let displayName: String
  /// The formats that it reads by itself.
  public let formats: Set<ModelFormat>
  /// Where its library lies below a `site-packages` folder, as shell patterns, the preferred first; empty when nothing is loaded.
  public let wheelPatterns: [String]
  /// What the system's loader is asked for, in turn.
  public let systemNames: [String]

  public init(
    name: String, displayName: String, formats: Set<ModelFormat>, wheelPatterns: [String], systemNames: [String]
  ) {
    self.name = name
    self.displayName = displayName
    self.formats = formats
    self.wheelPatterns = wheelPatterns
    self.systemNames = systemNames
  }

  /// An engine that is part of Assay and needs no library.
  public var isBuiltIn: Bool { wheelPatterns.isEmpty && systemNames.isEmpty }

  /// The variable that names its library: `ASSAY_LITERT_LIBRARY`.
  public var environmentVariable: String { "ASSAY_\(name.uppercased())_LIBRARY" }
}
