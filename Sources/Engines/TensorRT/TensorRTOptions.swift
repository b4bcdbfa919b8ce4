import AssayCore
import CEngineAPIs
import EngineKit

/// What is asked of a build.
struct TensorRTOptions {
  let precision: assay_trt_precision
  /// In bytes; 0 for TensorRT's own limit.
  let workspace: UInt64
  let timingCache: String?

  private static let known = ["timing_cache", "workspace"]

  /// - Throws: `.usage` for an option that does not exist, or a size that is none; `.unsupported` for a precision.
  init(_ options: EngineOptions) throws(AssayError) {
    if let unknown = options.settings.keys.sorted().first(where: { !Self.known.contains($0) }) {
      throw AssayError(
        .usage, "TensorRT has no option '\(unknown)'.", advice: "Its options: \(Self.known.joined(separator: ", "))")
    }
    precision = try Self.precision(options.precision)
    workspace = try options.settings["workspace"].map(Self.bytes) ?? 0
    timingCache = options.settings["timing_cache"]
  }

  private static func precision(_ precision: Precision?) throws(AssayError) -> assay_trt_precision {
    switch precision {
    case nil: assay_trt_precision(ASSAY_TRT_PRECISION_OF_MODEL)
    case .float32: assay_trt_precision(ASSAY_TRT_FLOAT32)
    case .float16: assay_trt_precision(ASSAY_TRT_FLOAT16)
    case .int8: assay_trt_precision(ASSAY_TRT_INT8)
    case .bfloat16:
      throw AssayError(
        .unsupported, "TensorRT is not asked for bf16.", advice: "Give --precision f32, f16 or int8, or leave it out.")
    }
  }

  /// `512M` or `2G`, in powers of 1024, or a number of bytes.
  private static func bytes(_ text: String) throws(AssayError) -> UInt64 {
    let shift = ["K": 10, "M": 20, "G": 30][String(text.suffix(1)).uppercased()] ?? 0
    guard let number = UInt64(shift > 0 ? text.dropLast() : text[...]), number > 0,
      number <= UInt64(Int64.max) >> UInt64(shift)
    else {
      throw AssayError(
        .usage, "workspace=\(text.printable) is no size.", advice: "Write --engine-option workspace=512M or 2G.")
    }
    return number << UInt64(shift)
  }
}

/// An NVIDIA GPU, by its number in CUDA's order.
struct TensorRTDevice {
  let index: Int32

  /// Reads `cuda` (the first GPU) or `cuda:N`.
  ///
  /// - Throws: `.deviceUnavailable`.
  init(_ name: String) throws(AssayError) {
    guard let number = deviceNumber(name, of: "cuda") else {
      throw AssayError(
        .deviceUnavailable, "TensorRT has no device '\(name)': it runs on NVIDIA's GPUs.",
        advice: "Write tensorrt for the first GPU, or tensorrt:cuda:1 for the second.")
    }
    index = number
  }

  var name: String { "cuda:\(index)" }
}
