import AssayCore
import CEngineAPIs
import EngineKit

/// A device that Assay drives through ONNX Runtime.
enum ORTDevice: Equatable, CustomStringConvertible {
  case cpu
  /// An NVIDIA GPU, by its number in CUDA's order.
  case cuda(Int)

  /// Reads `cpu`, `cuda` (the first GPU) or `cuda:N`.
  init?(_ name: String) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts.first, parts.dropFirst().first) {
    case ("cpu", nil): self = .cpu
    case ("cuda", nil): self = .cuda(0)
    case ("cuda", let number?):
      guard let index = Int32(number), index >= 0 else { return nil }
      self = .cuda(Int(index))
    default: return nil
    }
  }

  /// The name without a number, as it stands in the engine's list.
  var kind: String {
    switch self {
    case .cpu: "cpu"
    case .cuda: "cuda"
    }
  }

  var description: String {
    switch self {
    case .cpu: kind
    case .cuda(let index): "\(kind):\(index)"
    }
  }

  /// The device behind one of the library's execution providers; `nil` for those that Assay does not drive.
  static func kind(ofProvider provider: String) -> String? {
    switch provider {
    case "CPUExecutionProvider": ORTDevice.cpu.kind
    case "CUDAExecutionProvider": ORTDevice.cuda(0).kind
    default: nil
    }
  }
}

extension ORTEnvironment {
  /// Compiles a model for a device.
  ///
  /// - Returns: the session, and the library's message about parts that it left to the CPU.
  func compile(_ spec: CompileSpec, for device: ORTDevice) throws(AssayError) -> (LibraryObject, fallbacks: [String]) {
    guard case .cuda = device else { return (try compile(spec, for: device, strictly: false), []) }
    let refusal: AssayError
    do {
      return (try compile(spec, for: device, strictly: true), [])
    } catch {
      guard error.code == .badModel else { throw error }
      refusal = error
    }
    do {
      return (try compile(spec, for: device, strictly: false), [refusal.message])
    } catch {
      // The library reports a bad model and a bad device alike; a CPU run tells them apart.
      _ = try compile(spec, for: .cpu, strictly: false)
      throw AssayError(.deviceUnavailable, error.message, advice: Self.cudaAdvice)
    }
  }

  /// - Parameter strictly: whether a node that would run on the CPU instead is an error. (Before 1.15 it is not.)
  private func compile(_ spec: CompileSpec, for device: ORTDevice, strictly: Bool) throws(AssayError) -> LibraryObject {
    let api = library.api
    let context = "ONNX Runtime refuses the options of a session for \(spec.modelPath)"
    let options = try library.make(.unsupported, context) { api.pointee.CreateSessionOptions($0) }
    defer { api.pointee.ReleaseSessionOptions(options) }
    // What the library does by default, and its Python package with it, save for the threads.
    let threads = Int32(clamping: spec.threads)
    try library.check(api.pointee.SetIntraOpNumThreads(options, threads), .unsupported, context)
    try library.check(api.pointee.SetInterOpNumThreads(options, 1), .unsupported, context)
    try library.check(api.pointee.SetSessionExecutionMode(options, ORT_SEQUENTIAL), .unsupported, context)
    try library.check(api.pointee.SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL), .unsupported, context)
    if case .cuda(let index) = device { try appendCUDA(index, to: options) }
    if strictly {
      let noFallback = api.pointee.AddSessionConfigEntry(options, "session.disable_cpu_ep_fallback", "1")
      try library.check(noFallback, .unsupported, context)
    }
    return try makeSession(modelPath: spec.modelPath, options: options)
  }

  private func appendCUDA(_ index: Int, to options: OpaquePointer) throws(AssayError) {
    let api = library.api
    let context = "ONNX Runtime cannot use the device 'cuda:\(index)'"
    let cuda = try library.make(.deviceUnavailable, context, advice: Self.cudaAdvice) {
      api.pointee.CreateCUDAProviderOptions($0)
    }
    defer { api.pointee.ReleaseCUDAProviderOptions(cuda) }
    let keys = CStringArray(["device_id"])
    let values = CStringArray([String(index)])
    let update = withExtendedLifetime((keys, values)) {
      api.pointee.UpdateCUDAProviderOptions(cuda, keys.pointers, values.pointers, 1)
    }
    try library.check(update, .deviceUnavailable, context, advice: Self.cudaAdvice)
    let append = api.pointee.SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda)
    try library.check(append, .deviceUnavailable, context, advice: Self.cudaAdvice)
  }

  private static let cudaAdvice =
    "Check that nvidia-smi lists the GPU, and that the CUDA and cuDNN libraries which this ONNX Runtime needs are found."
}
