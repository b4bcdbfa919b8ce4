public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit

/// Microsoft's ONNX Runtime, through the C API of `libonnxruntime.so` 1.11 or newer.
public struct ONNXRuntimeEngine: Engine {
  public let description: EngineDescription
  public let version: String
  public let libraryPath: String?
  public let devices: [DeviceDescription]
  let environment: ORTEnvironment

  /// - Parameter description: by which name it was asked for.
  public init(
    opening libraryPath: String, as description: EngineDescription = Self.definition.description
  ) throws(AssayError) {
    let need = "libonnxruntime.so 1.\(ASSAY_ORT_OLDEST_API) or later"
    let library = try description.open(libraryPath, with: "OrtGetApiBase", need: need) {
      library throws(DynamicLibrary.LoadError) in try library.function("OrtGetApiBase", as: OrtGetApiBaseFunction.self)
    }
    guard let base = library.functions() else {
      throw description.unusable(libraryPath, "it offers no C API", need: need)
    }
    try self.init(base: base, libraryPath: library.path, as: description)
  }

  private init(
    base: UnsafePointer<OrtApiBase>, libraryPath: String, as description: EngineDescription
  ) throws(AssayError) {
    self.description = description
    version = String(cString: base.pointee.GetVersionString())
    self.libraryPath = libraryPath
    // The second number of the version is the newest API version; asking for more prints to standard error.
    let numbers = version.split(separator: ".").map { Int($0) }
    guard numbers.count >= 2, let newest = numbers[1], newest >= Int(ASSAY_ORT_OLDEST_API) else {
      throw AssayError(
        .engineUnavailable,
        "\(libraryPath) is ONNX Runtime \(version); Assay needs 1.\(ASSAY_ORT_OLDEST_API) or newer.",
        advice: "Install a newer one: \(description.installation)")
    }
    guard let api = base.pointee.GetApi(UInt32(ASSAY_ORT_OLDEST_API)) else {
      throw AssayError(
        .engineUnavailable, "ONNX Runtime \(version) at \(libraryPath) does not offer C API \(ASSAY_ORT_OLDEST_API).",
        advice: "Install another: \(description.installation)")
    }
    let library = ORTLibrary(api: api, newestAPI: newest)
    environment = try ORTEnvironment(library)
    let providers = Set(try library.availableProviders())
    devices = ORTProvider.all.filter { providers.contains($0.name) }.map { DeviceDescription(name: $0.device) }
  }

  public func compile(_ spec: CompileSpec) throws(AssayError) -> ONNXRuntimeModel {
    try description.checkReads(spec)
    try spec.checkNoSignature(engine: description.displayName)
    guard let device = ORTDevice(spec.device), devices.contains(where: { $0.name == device.provider.device }) else {
      let source = ORTDevice(spec.device).map { ". " + $0.provider.source } ?? ""
      throw AssayError(
        .deviceUnavailable, "ONNX Runtime \(version) at \(libraryPath ?? "") has no device '\(spec.device)'.",
        advice: "It has: \(devices.map(\.name).joined(separator: ", "))\(source)")
    }
    return try ONNXRuntimeModel(environment: environment, spec: spec, device: device)
  }
}
