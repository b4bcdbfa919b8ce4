public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit

/// LiteRT through the C API of `libLiteRt.so`, which compiles a model for the CPU (XNNPACK) or the GPU.
public struct LiteRTEngine: Engine {
  /// What is known of LiteRT without its library.
  public static let description = EngineDescription(
    name: "litert", displayName: "LiteRT", formats: [.tflite], wheelPatterns: ["ai_edge_litert/libLiteRt.so"],
    systemNames: ["libLiteRt.so"])

  /// The version of the wheel that the library lies in, from the name of its `.dist-info` folder; `unknown` for a library that is
  /// in no wheel. The library itself does not tell: it has no function, symbol version or text with the version of its release.
  public let version: String
  /// The file of the library, as the loader resolved it.
  public let libraryPath: String?
  let functions: LiteRtFunctions
  private let libraryFolder: String

  /// Opens `libLiteRt.so` and finds every function that Assay calls.
  ///
  /// - Throws: `.engineUnavailable`.
  public static func load(from libraryPath: String) throws(AssayError) -> LiteRTEngine {
    do throws(DynamicLibrary.LoadError) {
      let library = try DynamicLibrary(opening: libraryPath)
      let functions = try LiteRtFunctions(in: library)
      let file = library.file(holding: "LiteRtCreateEnvironment") ?? libraryPath
      let folder = parent(of: file)
      return LiteRTEngine(
        version: wheelVersion(ofPackage: folder) ?? "unknown", libraryPath: file, functions: functions,
        libraryFolder: folder)
    } catch {
      throw AssayError(
        .engineUnavailable, "\(libraryPath) is no LiteRT library that Assay can use: \(error)",
        advice: "Assay needs libLiteRt.so of ai-edge-litert 2.3 or later: assay engines install litert")
    }
  }

  /// The CPU, and the GPU where the library can use one. Asking takes a moment: the GPU accelerator is loaded and started.
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
