import AssayCore
import CEngineAPIs
import DynamicLibrary
import EngineKit
import Glibc
import Platform

/// The functions of the shim. The library is never closed.
struct TensorRTShim: Sendable {
  // A constant table of the shim's, whose functions any thread may call.
  nonisolated(unsafe) let api: UnsafePointer<assay_trt_api>
  let path: String

  init(opening path: String, edition: TensorRTEdition) throws(AssayError) {
    typealias GetAPI = @convention(c) () -> UnsafePointer<assay_trt_api>
    let description = edition.description
    let library = try description.open(path, with: "assay_tensorrt_api", need: "a shim, which you build once") {
      library throws(DynamicLibrary.LoadError) in try library.function("assay_tensorrt_api", as: GetAPI.self)
    }
    api = library.functions()
    self.path = Folder.resolved(library.path)
    guard api.pointee.abi == UInt32(ASSAY_TRT_ABI) else {
      throw AssayError(
        .engineUnavailable, "\(path) was built by another version of Assay.",
        advice: "Build it again: \(description.installation)")
    }
  }

  /// What is done with TensorRT, as an error says it, and the code of a failure without a cause of its own.
  struct Step {
    let what: String
    var otherwise = AssayError.Code.unsupported
  }

  func check(_ status: assay_trt_status, _ step: @autoclosure () -> Step) throws(AssayError) {
    guard status != ASSAY_TRT_OK else { return }
    throw failure(status, step())
  }

  private func failure(_ status: assay_trt_status, _ step: Step) -> AssayError {
    let words = String(cString: api.pointee.last_error()).split(whereSeparator: \.isNewline).joined(separator: " ")
    let message = "\(step.what): \(words)"
    switch Int(status) {
    case ASSAY_TRT_BAD_LIBRARY: return AssayError(.engineUnavailable, message)
    case ASSAY_TRT_NO_DEVICE:
      return AssayError(
        .deviceUnavailable, message, advice: "Check that nvidia-smi lists the GPU; it comes with NVIDIA's driver.")
    case ASSAY_TRT_NO_MEMORY:
      return AssayError(
        .unsupported, message, advice: "Give a smaller --shape or --batch, or end other programs on the GPU.")
    case ASSAY_TRT_UNSUPPORTED: return AssayError(.unsupported, message)
    case ASSAY_TRT_BAD_MODEL:
      guard let advice = Self.rebuildAdvice(for: words) else {
        return AssayError(.badModel, message, advice: "Check that the file is whole.")
      }
      return AssayError(.unsupported, message, advice: advice)
    default: return AssayError(step.otherwise, message)
    }
  }

  /// TensorRT tells an engine file for another GPU or version from a damaged one in words alone.
  private static func rebuildAdvice(for words: String) -> String? {
    if words.contains("incompatible device") || words.contains("different model of device") {
      return
        "An engine file runs on the kind of GPU that it was built on: build it again here, or measure the ONNX model."
    }
    if words.contains("version of TensorRT") || words.lowercased().contains("library version") {
      return "An engine file runs with the TensorRT that built it: build it again, or measure the ONNX model."
    }
    return nil
  }
}

/// TensorRT's runtime, opened by the shim. Like the library, it is never closed.
struct TensorRTLibrary: Sendable {
  let shim: TensorRTShim
  let version: String
  let path: String
  /// The shim guards it itself: models may be compiled on any thread.
  nonisolated(unsafe) let handle: OpaquePointer

  init(shim: TensorRTShim, edition: TensorRTEdition) throws(AssayError) {
    let api = shim.api
    var failure: AssayError?
    for runtime in Self.runtimes(of: edition, major: Int(api.pointee.headers) / 10000) {
      var library: OpaquePointer?
      let status = api.pointee.open(runtime, &library)
      guard status == ASSAY_TRT_OK, let library else {
        let words = String(cString: api.pointee.last_error())
        failure = AssayError(
          .engineUnavailable, "\(shim.path) cannot use \(edition.description.displayName): \(words)",
          advice: edition.installation)
        continue
      }
      self.shim = shim
      handle = library
      version = Self.text(Int(api.pointee.version(library)))
      path = String(cString: api.pointee.path(library))
      return
    }
    throw failure ?? AssayError(.engineUnavailable, "\(shim.path) finds no runtime.", advice: edition.installation)
  }

  /// 110100 is 11.1.0.
  private static func text(_ version: Int) -> String {
    "\(version / 10000).\(version % 10000 / 100).\(version % 100)"
  }

  /// Paths and names to try in turn. A path that the user gave is the only one.
  private static func runtimes(of edition: TensorRTEdition, major: Int) -> [String] {
    if let path = variable(edition.runtimeVariable), !path.isEmpty { return [path] }
    var environment: [String: String] = [:]
    for name in ["HOME", "VIRTUAL_ENV", "XDG_DATA_HOME"] { environment[name] = variable(name) }
    return EngineLibraryLocator(environment: environment).places(for: edition.runtime(major: major)).flatMap { place in
      place.origin == .system ? [place.path] : files(matching: place.path)
    }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The GPUs, in CUDA's order.
  func gpuNames() throws(AssayError) -> [String] {
    var count: Int32 = 0
    try shim.check(shim.api.pointee.device_count(handle, &count), .init(what: "TensorRT finds no GPU"))
    var names: [String] = []
    for index in 0..<count {
      var name = [CChar](repeating: 0, count: 256)
      try shim.check(
        shim.api.pointee.device_name(handle, index, &name, name.count), .init(what: "TensorRT finds no GPU \(index)"))
      names.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return names
  }
}
