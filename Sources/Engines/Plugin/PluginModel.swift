public import AssayCore
import CEngineAPIs
public import EngineKit

/// A model that a plugin has compiled.
public struct PluginModel: CompiledModel {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]
  public let device: String
  public let fallbacks: [String]
  public let execution: Execution

  let library: PluginLibrary
  let object: PluginObject
  let modelPath: String

  init(_ spec: CompileSpec, engine: PluginObject, of library: PluginLibrary) throws(AssayError) {
    self.library = library
    modelPath = spec.modelPath
    object = try spec.compile(by: engine, of: library)
    let declared = try PluginTensors(.input, of: object, in: library).all
    try spec.checkShapeNames(against: declared.map(\.name))
    var shapes: [[Int]] = []
    for input in declared {
      shapes.append(try spec.resolve(input: input.name, declared: input.shape, inputCount: declared.count))
    }
    for (input, shape) in zip(declared, shapes) where !PluginTensor.isReasonable(shape, input.type) {
      throw AssayError(
        .usage, "There is no memory for the tensor '\(input.name)' of shape \(shape).",
        advice: "Give a smaller --shape or --batch.")
    }
    if shapes != declared.map(\.shape) { try object.reshape(shapes, spec, in: library) }
    let inputs = try PluginTensors(.input, of: object, in: library).all
    guard inputs.map(\.shape) == shapes else {
      throw library.fault(
        "gives inputs of \(spec.modelPath) the shapes \(inputs.map { $0.shape ?? [-1] }), and was asked for \(shapes)")
    }
    self.inputs = inputs.map(\.spec)
    outputs = try PluginTensors(.output, of: object, in: library).all.map(\.spec)
    if outputs.contains(where: { !$0.isResolved }), library.api.output_data == nil {
      throw library.fault("gives outputs of \(spec.modelPath) sizes of -1, and has no function output_data")
    }

    var info = assay_model_info()
    info.struct_size = UInt32(MemoryLayout<assay_model_info>.size)
    library.api.describe_model?(object.pointer, &info)
    device =
      try info.device.map { (name) throws(AssayError) in try library.deviceName(library.text(name, "a device")) }
      ?? spec.device
    fallbacks = try library.texts(info.fallbacks, "fallbacks", mayLack: true)
    execution = Execution(
      precision: try info.precision.map { (text) throws(AssayError) in try library.text(text, "a precision") },
      placement: try library.placement(info))
  }

  public func makeSession() throws(AssayError) -> PluginSession { try PluginSession(self) }
}

extension PluginLibrary {
  /// Where the operations run; `nil` if the plugin does not count them.
  ///
  /// - Throws: `.engineUnavailable` for numbers that count nothing.
  fileprivate func placement(_ info: assay_model_info) throws(AssayError) -> OperationPlacement? {
    guard info.counts_operations != 0 else { return nil }
    let counts = [info.operations_on_device, info.operations_on_cpu]
    guard counts.allSatisfy({ (0...Int64(Int32.max)).contains($0) }) else {
      throw fault("counts \(counts[0]) operations on the device and \(counts[1]) on the CPU")
    }
    return OperationPlacement(onDevice: Int(counts[0]), onCPU: Int(counts[1]))
  }
}

extension CompileSpec {
  fileprivate func compile(by engine: PluginObject, of library: PluginLibrary) throws(AssayError) -> PluginObject {
    guard let compile = library.api.compile, let destroy = library.api.destroy_model else {
      throw library.fault("lacks compile or destroy_model")
    }
    let settings = engineOptions.settings.sorted { $0.key < $1.key }
    let (keys, values) = (PluginTexts(settings.map(\.key)), PluginTexts(settings.map(\.value)))
    let texts = PluginTexts(
      [modelPath, format.rawValue, device] + [engineOptions.precision?.rawValue].compactMap(\.self))
    let error = PluginError()
    var model: OpaquePointer?
    let status = withExtendedLifetime((keys, values, texts)) {
      var request = assay_compile_request(
        struct_size: UInt32(MemoryLayout<assay_compile_request>.size), threads: UInt32(clamping: threads),
        model_path: texts.pointers[0], format: texts.pointers[1], device: texts.pointers[2],
        precision: texts.pointers[3], setting_keys: keys.pointers, setting_values: values.pointers)
      return compile(engine.pointer, &request, &model, error.pointer)
    }
    guard status == ASSAY_OK else { throw error.failure(status, library, "cannot compile \(modelPath)") }
    guard let model else { throw library.fault("makes no model of \(modelPath), and says that it did") }
    return PluginObject(model, of: engine, releasedBy: destroy)
  }
}

extension PluginObject {
  fileprivate func reshape(
    _ shapes: [[Int]], _ spec: CompileSpec, in library: PluginLibrary
  ) throws(AssayError) {
    guard let reshape = library.api.reshape else {
      throw AssayError(
        .unsupported, "The plugin \(library.path) cannot change the shapes of \(spec.modelPath).",
        advice: "Leave out --shape and --batch, or export the model with the shapes that you need.")
    }
    let error = PluginError()
    var sizes = shapes.joined().map { Int64($0) }
    let status = sizes.withUnsafeMutableBufferPointer { buffer in
      var start = 0
      let described = shapes.map { shape in
        defer { start += shape.count }
        return assay_shape(sizes: buffer.baseAddress.map { UnsafePointer($0 + start) }, rank: shape.count)
      }
      return reshape(pointer, described, error.pointer)
    }
    guard status == ASSAY_OK else {
      throw error.failure(status, library, "cannot give \(spec.modelPath) the shapes \(shapes)")
    }
  }
}
