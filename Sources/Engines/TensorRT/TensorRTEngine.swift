public import AssayCore
public import EngineKit

/// NVIDIA's TensorRT, through a shim that is built on the user's machine: TensorRT has no C API.
///
/// The engine's library is the shim, which opens one of TensorRT's three runtimes.
public struct TensorRTEngine: Engine {
  public static let definition = definition(of: .full)
  /// Runs engine files, and builds none.
  public static let leanDefinition = definition(of: .lean)
  public static let rtxDefinition = definition(of: .rtx)

  private static func definition(of edition: TensorRTEdition) -> EngineDefinition {
    EngineDefinition(edition.description) { path throws(AssayError) in
      try TensorRTEngine(opening: path, edition: edition)
    }
  }

  public var description: EngineDescription { edition.description }
  public let version: String
  /// The file of TensorRT's runtime.
  public let libraryPath: String?
  let library: TensorRTLibrary
  private let edition: TensorRTEdition

  init(opening shimPath: String, edition: TensorRTEdition) throws(AssayError) {
    library = try TensorRTLibrary(shim: TensorRTShim(opening: shimPath, edition: edition), edition: edition)
    version = library.version
    libraryPath = library.path
    self.edition = edition
  }

  /// The GPUs of this machine. Starts the driver of CUDA.
  public var devices: [DeviceDescription] {
    (try? library.gpuNames())?.enumerated().map { DeviceDescription(name: "cuda:\($0)", hardware: $1) } ?? []
  }

  public func compile(_ spec: CompileSpec) throws(AssayError) -> TensorRTModel {
    try description.checkReads(spec)
    try spec.checkNoSignature(engine: description.displayName)
    return try TensorRTModel(spec, library: library)
  }
}
