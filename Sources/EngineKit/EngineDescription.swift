public import AssayCore

/// What is known of an engine without opening its library.
public struct EngineDescription: Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name that its makers write: `LiteRT`.
  public let displayName: String
  /// The formats that it reads without conversion.
  public let formats: Set<ModelFormat>
  /// Shell patterns of its library below a `site-packages` folder, the preferred first; empty when nothing is loaded.
  public let wheelPatterns: [String]
  /// Names to ask the system's loader for, in turn.
  public let systemNames: [String]
  /// The kinds of options that it takes; others are refused before it is asked.
  public let options: Set<EngineOptions.Kind>
  /// What it runs on, and how far that is tested.
  public let support: [DeviceSupport]

  public init(
    name: String, displayName: String, formats: Set<ModelFormat>, wheelPatterns: [String] = [],
    systemNames: [String] = [], options: Set<EngineOptions.Kind> = [], support: [DeviceSupport] = []
  ) {
    self.name = name
    self.displayName = displayName
    self.formats = formats
    self.wheelPatterns = wheelPatterns
    self.systemNames = systemNames
    self.options = options
    self.support = support
  }

  /// An engine that is part of Assay and needs no library.
  public var isBuiltIn: Bool { wheelPatterns.isEmpty && systemNames.isEmpty }

  /// The variable that names its library: `ASSAY_LITERT_LIBRARY`.
  public var environmentVariable: String { "ASSAY_\(name.uppercased())_LIBRARY" }
}

/// One device of an engine: a row of the support table.
public struct DeviceSupport: Hashable, Sendable {
  /// In the words of a target: `cpu`, `edgetpu`.
  public let device: String
  /// Of the weights and activations that it computes with, as models bring them or `--precision` asks for them.
  public let precisions: [Precision]
  /// The formats that it reads for this device; `nil` for all of the engine's.
  public let formats: Set<ModelFormat>?
  public let evidence: Evidence
  /// What else to know, in a few words.
  public let note: String?

  public init(
    _ device: String, _ precisions: [Precision], formats: Set<ModelFormat>? = nil, _ evidence: Evidence,
    note: String? = nil
  ) {
    self.device = device
    self.precisions = precisions
    self.formats = formats
    self.evidence = evidence
    self.note = note
  }

  /// How far Assay's own tests go.
  public enum Evidence: String, Codable, Sendable {
    /// Real models run on the real device in the tests.
    case tested
    /// The tests use a library with the same functions in the place of the vendor's.
    case testedWithStandIn = "tested_with_stand_in"
    case untested
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
