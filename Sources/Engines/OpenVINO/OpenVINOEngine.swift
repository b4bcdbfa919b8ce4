public import AssayCore
import DynamicLibrary
public import EngineKit

/// OpenVINO, through its C API.
public struct OpenVINOEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "openvino", displayName: "OpenVINO",
      formats: [.tflite, .onnx, .openvinoIR, .savedModel],
      wheelPatterns: ["openvino/libs/libopenvino_c.so*"],
      // Packages without the development link have only the name with the version: 2641 is 2026.4.1.
      systemNames: ["libopenvino_c.so", "libopenvino_c.so.2641", "libopenvino_c.so.2500", "libopenvino_c.so.2460"])
  ) { path throws(AssayError) in try OpenVINOEngine(opening: path) }

  public var description: EngineDescription { Self.definition.description }

  /// Version and build: `2026.4.1-22982`.
  public let version: String
  /// The file of the C API; OpenVINO finds its plug-ins and frontends beside it.
  public let libraryPath: String?
  let core: OpenVINOCore
  let elementTypes: OpenVINOElementTypes

  /// Opens the library and starts OpenVINO, without opening any device's plug-in.
  public init(opening libraryPath: String) throws(AssayError) {
    let library: DynamicLibrary
    let api: OpenVINOAPI
    do throws(DynamicLibrary.LoadError) {
      library = try DynamicLibrary(opening: libraryPath)
      api = try OpenVINOAPI(library)
    } catch {
      throw AssayError(.engineUnavailable, "\(libraryPath) cannot be used as OpenVINO's library: \(error)")
    }
    try self.init(api, path: library.file(holding: "ov_core_create") ?? libraryPath)
  }

  private init(_ api: OpenVINOAPI, path: String) throws(AssayError) {
    version = api.version()
    libraryPath = path
    guard let elementTypes = OpenVINOElementTypes(api) else {
      throw AssayError(
        .engineUnavailable,
        "\(path) is OpenVINO \(version), whose element types have numbers that Assay does not know.",
        advice: "Use the version that `assay engines install openvino` installs.")
    }
    self.elementTypes = elementTypes
    do throws(OpenVINOFailure) {
      core = try OpenVINOCore(api)
    } catch {
      throw error.error(.engineUnavailable, "OpenVINO \(version) in \(path) does not start")
    }
  }

  /// The devices of this machine. Opens the plug-ins of all of them.
  public var devices: [DeviceDescription] {
    let names = (try? core.deviceNames()) ?? []
    return names.map { DeviceDescription(name: Self.targetDevice($0), hardware: core.hardware(of: $0)) }
  }

  /// Reads, reshapes and compiles a model.
  public func compile(_ spec: CompileSpec) throws(AssayError) -> OpenVINOModel {
    try OpenVINOModel(spec, on: deviceName(spec.device), engine: self)
  }

  /// The device of a target in OpenVINO's words. `gpu` also stands for the first of several (`gpu:0`, `gpu:1`).
  ///
  /// For the CPU the list is not asked, because that would load the plug-ins of all devices into the measured process.
  private func deviceName(_ device: String) throws(AssayError) -> String {
    if device == Target.defaultDevice { return "CPU" }
    let names = (try? core.deviceNames()) ?? []
    if let name = names.first(where: { Self.targetDevice($0) == device }) { return name }
    let family = device.uppercased()
    if names.contains(where: { $0.hasPrefix(family + ".") }) { return family }
    throw AssayError(
      .deviceUnavailable, "OpenVINO has no device '\(device)' on this machine.",
      advice: "There are: \(names.map(Self.targetDevice).joined(separator: ", "))")
  }

  /// OpenVINO's word for a device in the words of a target: `GPU.0` is `gpu:0`.
  static func targetDevice(_ name: String) -> String {
    String(name.lowercased().map { $0 == "." ? ":" : $0 })
  }
}
