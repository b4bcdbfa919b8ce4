public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit

/// LiteRT through the C API of `libLiteRt.so`, which compiles a model for the CPU (XNNPACK) or the GPU.
public struct LiteRTEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "litert", displayName: "LiteRT", formats: [.tflite], wheelPatterns: ["ai_edge_litert/libLiteRt.so"],
      systemNames: ["libLiteRt.so"],
      support: [
        DeviceSupport("cpu", [.float32, .int8], .tested, note: "XNNPACK"),
        DeviceSupport("gpu", [.float32, .float16], .untested, note: "through the accelerator beside the library"),
      ])
  ) { path throws(AssayError) in try LiteRTEngine(opening: path) }

  public var description: EngineDescription { Self.definition.description }

  /// The version of the wheel around the library, from the name of its `.dist-info` folder; `unknown` for a library outside a wheel.
  /// The library itself has no function, symbol version or text with the version of its release.
  public let version: String
  /// The file of the library, as the loader resolved it.
  public let libraryPath: String?
  let functions: LiteRtFunctions
  private let libraryFolder: String

  /// Opens `libLiteRt.so` and finds every function that Assay calls.
  ///
  /// - Throws: `.engineUnavailable`.
  public init(opening libraryPath: String) throws(AssayError) {
    let library = try Self.definition.description.open(
      libraryPath, with: "LiteRtCreateEnvironment", need: "libLiteRt.so of ai-edge-litert 2.3 or later"
    ) { library throws(DynamicLibrary.LoadError) in try LiteRtFunctions(in: library) }
    functions = library.functions
    self.libraryPath = library.path
    libraryFolder = Self.parent(of: library.path)
    version = Self.wheelVersion(ofPackage: libraryFolder) ?? "unknown"
  }

  /// The CPU, and the GPU where the library can use one. Asking loads and starts the GPU accelerator.
  public var devices: [DeviceDescription] {
    [DeviceDescription(name: LiteRTDevice.cpu.rawValue)]
      + (gpuAccelerator().map { [DeviceDescription(name: LiteRTDevice.gpu.rawValue, hardware: $0)] } ?? [])
  }

  func makeEnvironment(for device: LiteRTDevice) throws(LiteRTFailure) -> LiteRTHandle {
    try functions.makeEnvironment(hardware: device.hardware, libraryFolder: libraryFolder)
  }

  /// `2.3.0` for `site-packages/ai_edge_litert/libLiteRt.so` beside `site-packages/ai_edge_litert-2.3.0.dist-info`: names of the
  /// folder by the Binary Distribution Format of the Python Packaging User Guide.
  private static func wheelVersion(ofPackage folder: String) -> String? {
    let information = files(matching: literalPattern(folder) + "-*.dist-info").first
    return information?.dropLast(".dist-info".count).split(separator: "-").last.map(String.init)
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
