public import AssayCore
import CEngineAPIs
public import EngineKit

/// An engine in a shared library that somebody else has written, through the functions of `assay_engine.h`.
public struct PluginEngine: Engine {
  public let description: EngineDescription
  public let version: String
  public var libraryPath: String? { library.path }
  public let devices: [DeviceDescription]
  private let library: PluginLibrary
  private let object: PluginObject

  /// What is known of a plugin before it is opened: the name that leads to its file.
  public static func definition(named name: String) -> EngineDefinition {
    EngineDefinition(EngineDescription(pluginNamed: name)) { path throws(AssayError) in
      try PluginEngine(opening: path)
    }
  }

  /// - Parameter known: the engine that the library must be, if it is one of Assay's own that is made as a plugin.
  public init(opening path: String, as known: EngineDescription? = nil) throws(AssayError) {
    library = try PluginLibrary(opening: path, as: known)
    let error = PluginError()
    var pointer: OpaquePointer?
    guard let create = library.api.create, let destroy = library.api.destroy else {
      throw library.fault("lacks create or destroy")
    }
    let status = create(&pointer, error.pointer)
    guard status == ASSAY_OK else { throw error.failure(status, library, "cannot start") }
    guard let pointer else { throw library.fault("makes no engine, and says that it did") }
    object = PluginObject(pointer, releasedBy: destroy)
    let facts = try PluginFacts(of: object, in: library, ownName: known?.name)
    description = known ?? facts.description
    version = facts.version
    devices = facts.devices
  }

  public func compile(_ spec: CompileSpec) throws(AssayError) -> PluginModel {
    try description.checkReads(spec)
    try spec.checkNoSignature(engine: description.displayName)
    guard devices.contains(where: { $0.name == spec.device }) else {
      throw AssayError(
        .deviceUnavailable, "\(description.displayName) of \(library.path) has no device '\(spec.device)'.",
        advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
    }
    return try PluginModel(spec, engine: object, of: library)
  }
}

/// What a plugin says of itself, checked.
private struct PluginFacts {
  let description: EngineDescription
  let version: String
  let devices: [DeviceDescription]

  /// - Parameter ownName: of the engine of Assay's own that it is; `nil` for others.
  init(of engine: PluginObject, in library: PluginLibrary, ownName: String?) throws(AssayError) {
    var info = assay_engine_info()
    info.struct_size = UInt32(MemoryLayout<assay_engine_info>.size)
    library.api.describe?(engine.pointer, &info)
    let name = try library.text(info.name, "its name")
    guard Self.isName(name) else {
      throw library.fault(
        "calls itself '\(name)', which is no name of an engine: write at most 40 of a-z, 0-9, - and _")
    }
    if let ownName, name != ownName { throw library.fault("calls itself '\(name)', and is opened as \(ownName)") }
    guard name == ownName || EngineCatalogue.engine(named: name) == nil else {
      throw library.fault("calls itself '\(name)', as an engine of Assay's own")
    }
    version = try library.text(info.version, "its version")
    let formats = try library.texts(info.formats, "its formats")
    guard !formats.isEmpty, formats.allSatisfy(Self.isName) else {
      throw library.fault("gives formats that are no names: \(formats)")
    }
    let names = try library.texts(info.devices, "its devices")
    guard !names.isEmpty, Set(names).count == names.count else {
      throw library.fault("gives devices that are no different names: \(names)")
    }
    for name in names { _ = try library.deviceName(name) }
    let hardware = try library.texts(info.hardware, "the hardware of its devices", mayLack: true)
    devices = names.enumerated().map { index, name in
      DeviceDescription(name: name, hardware: hardware.indices.contains(index) ? hardware[index] : nil)
    }
    let precisions = try library.texts(info.precisions, "its precisions", mayLack: true).compactMap(Precision.init)
    var options: Set<EngineOptions.Kind> = []
    if info.options & UInt32(ASSAY_TAKES_PRECISION.rawValue) != 0 { options.insert(.precision) }
    if info.options & UInt32(ASSAY_TAKES_SETTINGS.rawValue) != 0 { options.insert(.settings) }
    description = EngineDescription(
      pluginNamed: name, displayName: try library.text(info.display_name, "its display name"),
      formats: Set(formats.map(ModelFormat.init(rawValue:))), options: options,
      support: names.map { DeviceSupport($0, precisions, .untested, note: "as the plugin declares") })
  }

  private static func isName(_ text: String) -> Bool {
    text.count <= 40 && text.allSatisfy(PluginLibrary.nameCharacters.contains)
  }
}
