public import AssayCore
import CEngineAPIs
public import EngineKit

/// A model that TensorRT has built for a GPU, or an engine file. Each session has an execution context of its own.
public struct TensorRTModel: CompiledModel {
  public let inputs: [TensorSpec]
  /// The shapes that the model declares; a session knows them for its inputs.
  public let outputs: [TensorSpec]
  public let device: String
  public let execution: Execution

  let shim: TensorRTShim
  let engine: LibraryObject
  let modelPath: String

  init(_ spec: CompileSpec, library: TensorRTLibrary) throws(AssayError) {
    let device = try TensorRTDevice(spec.device)
    shim = library.shim
    modelPath = spec.modelPath
    self.device = device.name
    engine =
      spec.format == .onnx
      ? try library.build(spec, on: device) : try library.load(spec, on: device)
    let api = shim.api
    let count = api.pointee.engine_tensor_count(engine.pointer)
    let tensors = (0..<count).map { [engine] in api.pointee.engine_tensor(engine.pointer, $0) }
    inputs = try spec.resolve(tensors.filter { $0.is_input != 0 })
    outputs = try tensors.filter { $0.is_input == 0 }.map { tensor throws(AssayError) in
      try tensor.spec(shape: tensor.shape.sizesOrUnknown ?? [-1], modelPath: spec.modelPath)
    }
    let milliseconds = api.pointee.build_milliseconds(engine.pointer)
    execution = Execution(
      precision: api.pointee.engine_precision(engine.pointer).map { String(cString: $0) },
      build: milliseconds > 0
        ? .init(milliseconds: milliseconds, bytes: Int(clamping: api.pointee.engine_bytes(engine.pointer))) : nil)
  }

  public func makeSession() throws(AssayError) -> TensorRTSession { try TensorRTSession(self) }
}

extension TensorRTLibrary {
  fileprivate func load(_ spec: CompileSpec, on device: TensorRTDevice) throws(AssayError) -> LibraryObject {
    guard spec.engineOptions.isEmpty else {
      throw AssayError(
        .unsupported, "\(spec.modelPath) is built: its precision and the options of its build are fixed.",
        advice: "Leave them out, or measure the ONNX model.")
    }
    var engine: OpaquePointer?
    let status = shim.api.pointee.load(handle, device.index, spec.modelPath, &engine)
    return try made(
      engine, status, "TensorRT cannot load \(spec.modelPath) on \(device.name)", releasedBy: \.destroy_engine)
  }

  /// Parses an ONNX model, fixes the shapes of its inputs, and builds it.
  fileprivate func build(_ spec: CompileSpec, on device: TensorRTDevice) throws(AssayError) -> LibraryObject {
    let options = try TensorRTOptions(spec.engineOptions)
    let api = shim.api
    var parsed: OpaquePointer?
    let status = api.pointee.parse(handle, device.index, spec.modelPath, options.precision, &parsed)
    let network = try made(
      parsed, status, "TensorRT cannot read \(spec.modelPath)", releasedBy: \.destroy_network)
    let count = api.pointee.network_tensor_count(network.pointer)
    let tensors = (0..<count).map { api.pointee.network_tensor(network.pointer, $0) }
    let shapes = try spec.resolve(tensors.filter { $0.is_input != 0 }).map { assay_trt_shape($0.shape) }
    var engine: OpaquePointer?
    let built = options.withBuildOptions(shapes) { api.pointee.build(network.pointer, $0, &engine) }
    return try made(
      engine, built, "TensorRT cannot build \(spec.modelPath) for \(device.name)", releasedBy: \.destroy_engine)
  }

  private func made(
    _ object: OpaquePointer?, _ status: assay_trt_status, _ what: String,
    releasedBy release: KeyPath<assay_trt_api, @convention(c) (OpaquePointer) -> Void>
  ) throws(AssayError) -> LibraryObject {
    try shim.check(status, .init(what: what))
    guard let object else { throw AssayError(.unsupported, "\(what): it gives nothing.") }
    return LibraryObject(object, releasedBy: shim.api.pointee[keyPath: release])
  }
}

extension TensorRTOptions {
  fileprivate func withBuildOptions(
    _ shapes: [assay_trt_shape], _ body: (UnsafePointer<assay_trt_build_options>) -> assay_trt_status
  ) -> assay_trt_status {
    shapes.withUnsafeBufferPointer { shapes in
      func build(_ cache: UnsafePointer<CChar>?) -> assay_trt_status {
        var options = assay_trt_build_options(
          shapes: shapes.baseAddress, shape_count: shapes.count, timing_cache: cache, workspace: workspace)
        return body(&options)
      }
      return timingCache?.withCString(build) ?? build(nil)
    }
  }
}

extension CompileSpec {
  /// The inputs, every dimension known.
  fileprivate func resolve(_ tensors: [assay_trt_tensor]) throws(AssayError) -> [TensorSpec] {
    try checkShapeNames(against: tensors.map { String(cString: $0.name) })
    return try tensors.map { tensor throws(AssayError) in
      let declared = tensor.shape.sizesOrUnknown
      let shape = try resolve(input: String(cString: tensor.name), declared: declared, inputCount: tensors.count)
      guard shape.count <= Int(ASSAY_TRT_MAXIMUM_RANK) else {
        throw AssayError(.unsupported, "TensorRT has tensors of at most \(ASSAY_TRT_MAXIMUM_RANK) dimensions.")
      }
      for (axis, (size, fixed)) in zip(shape, declared ?? shape).enumerated() where fixed >= 0 && size != fixed {
        throw AssayError(
          .unsupported,
          "Dimension \(axis) of input '\(String(cString: tensor.name))' of \(modelPath) is fixed at \(fixed).",
          advice: "Leave --shape and --batch out, or export the model again with that dimension dynamic.")
      }
      return try tensor.spec(shape: shape, modelPath: modelPath)
    }
  }
}
