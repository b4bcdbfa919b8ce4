public import AssayCore
import DynamicLibrary
public import EngineKit

/// OpenVINO, through its C API.
public struct OpenVINOEngine: Engine {
  /// What is known of OpenVINO without its library.
  public static let description = EngineDescription(
    name: "openvino", displayName: "OpenVINO",
    formats: [.tflite, .onnx, .openvinoIR, .savedModel],
    wheelPatterns: ["openvino/libs/libopenvino_c.so*"],
    // Packages without the development link have only the name with the version: 2641 is 2026.4.1.
    systemNames: ["libopenvino_c.so", "libopenvino_c.so.2641", "libopenvino_c.so.2500", "libopenvino_c.so.2460"])

  /// Version and build: `2026.4.1-22982`.
  public let version: String
  /// The file of the C API; OpenVINO finds its plug-ins and frontends beside it.
  public let libraryPath: String?
  let core: OpenVINOCore
  let elementTypes: OpenVINOElementTypes

  /// Opens the library and starts OpenVINO, without a look at any device.
  public static func load(from libraryPath: String) throws(AssayError) -> OpenVINOEngine {
    let library: DynamicLibrary
    let api: OpenVINOAPI
    do throws(DynamicLibrary.LoadError) {
      library = try DynamicLibrary(opening: libraryPath)
      api = try OpenVINOAPI(library)
    } catch {
      throw AssayError(.engineUnavailable, "\(libraryPath) cannot be used as OpenVINO's library: \(error)")
    }
    return try OpenVINOEngine(api, path: library.file(holding: "ov_core_create") ?? libraryPath)
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

  /// The devices of this machine. Opens the plug-ins of all: ask only where the answer is wanted.
  public var devices: [DeviceDescription] {
    let names = (try? core.deviceNames()) ?? []
    return names.map { DeviceDescription(name: Self.targetDevice($0), hardware: core.hardware(of: $0)) }
  }

  /// Reads, reshapes and compiles a model.
  public func makeSession(_ spec: SessionSpec) throws(AssayError) -> OpenVINOSession {
    try OpenVINOSession(spec, on: deviceName(spec.device), engine: self)
  }

  /// The device of a target in OpenVINO's words. `gpu` also stands for the first of several (`gpu:0`, `gpu:1`).
  ///
  /// The CPU is taken without a look at the list, which would open the plug-ins of all devices into the process measured.
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
