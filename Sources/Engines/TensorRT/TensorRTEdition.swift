import AssayCore
import EngineKit

/// The runtimes of TensorRT that the shim opens.
enum TensorRTEdition: String {
  case full = "tensorrt"
  /// A tenth of the size, for engine files that are built to be compatible across versions.
  case lean = "tensorrt-lean"
  /// TensorRT for RTX, with headers and versions of its own.
  case rtx = "tensorrt-rtx"

  var description: EngineDescription {
    EngineDescription(
      name: rawValue, displayName: displayName, formats: self == .lean ? [.tensorrtEngine] : [.onnx, .tensorrtEngine],
      wheelPatterns: [shimPattern], systemNames: [shimName],
      isBuiltByUser: true, libraryVariables: [runtimeVariable],
      options: self == .lean ? [] : [.precision, .settings], support: [support])
  }

  private var displayName: String {
    switch self {
    case .full: "TensorRT"
    case .lean: "TensorRT's lean runtime"
    case .rtx: "TensorRT for RTX"
    }
  }

  /// Names the file of its runtime: `ASSAY_TENSORRT_LEAN_RUNTIME`. Another runtime must not be measured under this one's name.
  var runtimeVariable: String {
    switch self {
    case .full: "ASSAY_TENSORRT_RUNTIME"
    case .lean: "ASSAY_TENSORRT_LEAN_RUNTIME"
    case .rtx: "ASSAY_TENSORRT_RTX_RUNTIME"
    }
  }

  /// The shim is built for the headers of one major version, which lean shares with the full runtime.
  private var shimName: String { self == .rtx ? "libassay_tensorrt_rtx.so" : "libassay_tensorrt.so" }

  /// The managed folder of TensorRT holds the shims of all editions. Those whose runtime comes in a wheel are installed with it alone.
  private var shimPattern: String {
    switch self {
    case .full: shimName
    case .lean, .rtx: "\(wheelFolder)/../../tensorrt/\(shimName)"
    }
  }

  private var wheelFolder: String {
    switch self {
    case .full: "tensorrt_libs"
    case .lean: "tensorrt_lean_libs"
    case .rtx: "tensorrt_rtx_libs"
    }
  }

  private var support: DeviceSupport {
    let note = "no test runs on a GPU"
    return switch self {
    case .full: DeviceSupport("cuda", [.float32, .float16, .int8], .testedWithStandIn, note: note)
    case .lean: DeviceSupport("cuda", [], .testedWithStandIn, note: "precision of the engine file; \(note)")
    case .rtx: DeviceSupport("cuda", [.float32], .untested, note: "precision of the model; \(note)")
    }
  }

  /// The runtime, as a library to look for.
  ///
  /// - Parameter major: of the version that the shim is built for.
  func runtime(major: Int) -> EngineDescription {
    let stem =
      switch self {
      case .full: "libnvinfer"
      case .lean: "libnvinfer_lean"
      case .rtx: "libtensorrt_rtx"
      }
    let name = "\(stem).so.\(major)"
    return EngineDescription(
      name: rawValue, displayName: displayName, formats: [], wheelPatterns: ["\(wheelFolder)/\(name)"],
      systemNames: [name])
  }

  var installation: String {
    switch self {
    case .full:
      "Install TensorRT from NVIDIA's packages or JetPack, or set \(runtimeVariable) to its libnvinfer.so."
    case .lean, .rtx: "Install it with: assay engines install \(rawValue)"
    }
  }
}
