public import AssayCore
import DynamicLibrary
public import EngineKit

/// OpenVINO, through its C API.
public struct OpenVINOEngine: Engine {
  public let description: EngineDescription

  /// Version and build: `2026.4.1-22982`.
  public let version: String
  /// The file of the C API; OpenVINO finds its plug-ins and frontends beside it.
  public let libraryPath: String?
  let core: OpenVINOCore
  let elementTypes: OpenVINOElementTypes

  /// Opens the library and starts OpenVINO, without opening any device's plug-in.
  ///
  /// - Parameter description: by which name it was asked for.
  public init(
    opening libraryPath: String, as description: EngineDescription = Self.definition.description
  ) throws(AssayError) {
    let library = try description.open(
      libraryPath, with: "ov_core_create", need: "libopenvino_c.so of OpenVINO 2022.3 or later"
    ) { library throws(DynamicLibrary.LoadError) in try OpenVINOAPI(library) }
    try self.init(library.functions, path: library.path, as: description)
  }

  private init(_ api: OpenVINOAPI, path: String, as description: EngineDescription) throws(AssayError) {
    self.description = description
    version = api.version()
    libraryPath = path
    guard let elementTypes = OpenVINOElementTypes(api) else {
      throw AssayError(
        .engineUnavailable,
        "\(path) is OpenVINO \(version), whose element types have numbers that Assay does not know.",
        advice: "Use the version that \(description.installation) installs.")
    }
    self.elementTypes = elementTypes
    do throws(OpenVINOFailure) {
      core = try OpenVINOCore(api)
    } catch {
      throw error.error(.engineUnavailable, "OpenVINO \(version) in \(path) does not start")
    }
  }

  /// The devices of this machine, without those that only distribute work over others. Opens the plug-ins of all of them.
  public var devices: [DeviceDescription] {
    let names = (try? core.deviceNames()) ?? []
    return names.map { DeviceDescription(name: OpenVINODevice.target($0), hardware: core.hardware(of: $0)) }
  }

  /// Reads, reshapes and compiles a model.
  public func compile(_ spec: CompileSpec) throws(AssayError) -> OpenVINOModel {
    try OpenVINOModel(spec, on: device(spec.device), engine: self)
  }
}
