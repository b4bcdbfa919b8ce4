public import AssayCore

/// What is known of an engine without opening its library.
public struct EngineDescription: Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name that its makers write: `LiteRT`.
  public let displayName: String
  /// The engine that this is another build of: Assay uses it only where it is named. `nil` for most.
  public let variantOf: String?
  /// The formats that it reads without conversion.
  public let formats: Set<ModelFormat>
  /// Shell patterns of its library below a `site-packages` folder, the preferred first; empty when nothing is loaded.
  public let wheelPatterns: [String]
  /// Names to ask the system's loader for, in turn.
  public let systemNames: [String]
  /// Whether `assay engines build` makes its library on the user's machine.
  public let isBuiltByUser: Bool
  /// Engines in whose managed folders its library finds libraries of its own.
  public let neighbours: [String]
  /// Variables that name files of libraries which it opens besides its own.
  public let libraryVariables: [String]
  /// The kinds of options that it takes; others are refused before it is asked.
  public let options: Set<EngineOptions.Kind>
  /// What it runs on, and how far that is tested.
  public let support: [DeviceSupport]
  /// How it serves several streams. The first is what sessions of one compiled model are; with `.ownSessions` after it, both are tried.
  public let streams: [StreamService]
  /// Whether it is a plugin: a library that somebody else has written for Assay.
  public let isPlugin: Bool

  public init(
    name: String, displayName: String, variantOf: String? = nil, formats: Set<ModelFormat>,
    wheelPatterns: [String] = [], systemNames: [String] = [], isBuiltByUser: Bool = false,
    neighbours: [String] = [], libraryVariables: [String] = [], options: Set<EngineOptions.Kind> = [],
    support: [DeviceSupport] = [], streams: [StreamService] = [.ownSessions]
  ) {
    self.name = name
    self.displayName = displayName
    self.variantOf = variantOf
    self.formats = formats
    self.wheelPatterns = wheelPatterns
    self.systemNames = systemNames
    self.isBuiltByUser = isBuiltByUser
    self.neighbours = neighbours
    self.libraryVariables = libraryVariables
    self.options = options
    self.support = support
    self.streams = streams
    isPlugin = false
  }

  /// A plugin. Before it is opened, nothing is known but the name of its file.
  public init(
    pluginNamed name: String, displayName: String? = nil, formats: Set<ModelFormat> = [],
    options: Set<EngineOptions.Kind> = [], support: [DeviceSupport] = []
  ) {
    self.name = name
    self.displayName = displayName ?? name
    self.formats = formats
    (variantOf, wheelPatterns, systemNames, isBuiltByUser) = (nil, [], [], false)
    (neighbours, libraryVariables) = ([], [])
    self.options = options
    self.support = support
    streams = [.ownSessions]
    isPlugin = true
  }

  /// An engine that is part of Assay and needs no library.
  public var isBuiltIn: Bool { wheelPatterns.isEmpty && systemNames.isEmpty && !isPlugin }

  /// The command that brings its library.
  public var installation: String { "assay engines \(isBuiltByUser ? "build" : "install") \(name)" }

  /// The variable that names its library: `ASSAY_LITERT_LIBRARY`, `ASSAY_OPENVINO_2022_3_LIBRARY`.
  public var environmentVariable: String {
    "ASSAY_\(String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }))_LIBRARY"
  }
}

/// An engine that can be opened: what is known of it, and how to open it.
public struct EngineDefinition: Sendable {
  public let description: EngineDescription
  private let opener: @Sendable (String) throws(AssayError) -> any Engine

  /// - Parameter opener: opens the library at a path, or by a bare name through the system's loader, and checks that it has all that
  ///   is needed. It throws `.engineUnavailable`, naming the file and what is wrong with it.
  public init(
    _ description: EngineDescription, opener: @escaping @Sendable (String) throws(AssayError) -> any Engine
  ) {
    self.description = description
    self.opener = opener
  }

  /// Opens the library. An engine that is part of Assay ignores the path.
  ///
  /// - Throws: `.engineUnavailable`.
  public func open(_ libraryPath: String) throws(AssayError) -> any Engine { try opener(libraryPath) }
}

extension EngineDescription {
  /// Checks that the engine takes all options.
  ///
  /// - Throws: `.unsupported`, with the flag.
  public func checkTakes(_ engineOptions: EngineOptions) throws(AssayError) {
    guard let kind = engineOptions.kinds.first(where: { !options.contains($0) }) else { return }
    throw AssayError(
      .unsupported, "\(displayName) takes no \(kind.flag).", advice: "Leave \(kind.flag) out, or choose another engine."
    )
  }

  /// Checks that the engine reads the format of a model.
  ///
  /// - Throws: `.unsupported`, with the formats that it reads.
  public func checkReads(_ spec: CompileSpec) throws(AssayError) {
    guard !formats.contains(spec.format) else { return }
    let names = formats.map(\.rawValue).sorted().joined(separator: ", ")
    throw AssayError(
      .unsupported,
      "\(displayName) does not read \(spec.format.rawValue) models such as \(spec.modelPath); it reads \(names).",
      advice: "Choose another engine, or convert the model.")
  }
}
