import AssayCore
import EngineKit
import Glibc
import ModelFiles

extension OpenVINOEngine {
  /// Reads a model, fixes the shapes of its inputs and compiles it for a device in OpenVINO's words.
  func compile(_ spec: CompileSpec, for device: OpenVINODevice) throws(AssayError) -> LibraryObject {
    try checkFile(of: spec)
    let model = try read(spec)
    try fixShapes(of: model, spec)
    let properties = try properties(for: spec, on: device)
    let failure: OpenVINOFailure
    do throws(OpenVINOFailure) {
      return try core.compile(model, for: device.name, properties)
    } catch {
      failure = error
    }
    try checkOptions(of: spec, model, device, properties, failure)
    let isDeviceFault =
      device.kind != "CPU" && !failure.isLimitation && (try? core.compile(model, for: "CPU", .init())) != nil
    throw failure.error(
      isDeviceFault ? .deviceUnavailable : failure.modelFault,
      "\(description.displayName) cannot compile \(spec.modelPath) for \(device.name)",
      advice: OperatorAdvice.advice(for: failure.reason)
        ?? (isDeviceFault ? OpenVINODevice.advice(for: device.name) : nil))
  }

  /// Finds the option with which a model does not compile: OpenVINO's messages do not always name it.
  ///
  /// - Throws: `.usage` with the option, `.unsupported` for a precision.
  private func checkOptions(
    of spec: CompileSpec, _ model: LibraryObject, _ device: OpenVINODevice, _ properties: OpenVINOProperties,
    _ failure: OpenVINOFailure
  ) throws(AssayError) {
    let settings = spec.engineOptions.settings
    var options = settings.keys.sorted().map { (key: $0, text: "--engine-option \($0)=\(settings[$0] ?? "")") }
    if let precision = spec.engineOptions.precision {
      options.append((OpenVINOProperties.precision, "--precision \(precision.rawValue)"))
    }
    options.removeAll { properties[$0.key] == nil }
    var plain = properties
    for option in options { plain[option.key] = nil }
    guard !options.isEmpty, (try? core.compile(model, for: device.name, plain)) != nil else { return }
    var refused = (text: options.map(\.text).joined(separator: " "), failure: failure, key: "")
    for option in options {
      var single = plain
      single[option.key] = properties[option.key]
      do throws(OpenVINOFailure) {
        _ = try core.compile(model, for: device.name, single)
      } catch {
        refused = (option.text, error, option.key)
        break
      }
    }
    throw refused.failure.error(
      refused.key == OpenVINOProperties.precision ? .unsupported : .usage,
      "\(description.displayName) refuses \(refused.text) for \(spec.device)",
      advice: "Correct the option, or leave it out.")
  }

  private func read(_ spec: CompileSpec) throws(AssayError) -> LibraryObject {
    do throws(AssayError) {
      return try attempt("OpenVINO cannot read \(spec.modelPath)") { () throws(OpenVINOFailure) in
        try core.readModel(at: spec.modelPath)
      }
    } catch {
      guard spec.format == .openvinoIR, error.code == .badModel else { throw error }
      let weights = spec.modelPath.hasSuffix(".xml") ? spec.modelPath.dropLast(4) + ".bin" : spec.modelPath + ".bin"
      throw AssayError(
        .badModel, error.message,
        advice: access(String(weights), R_OK) == 0
          ? "Check that \(weights) has the weights of this model; it may belong to another."
          : "The weights belong in \(weights), which is missing or unreadable.")
    }
  }

  /// The inputs and outputs of a compiled model.
  func ports(
    ofCompiled model: LibraryObject, _ spec: CompileSpec
  ) throws(AssayError) -> (inputs: [OpenVINOPort], outputs: [OpenVINOPort]) {
    try attempt("OpenVINO cannot describe the inputs and outputs of \(spec.modelPath)") { () throws(OpenVINOFailure) in
      (try core.api.inputs(ofCompiled: model), try core.api.outputs(ofCompiled: model))
    }
  }

  /// The element types of inputs or outputs.
  ///
  /// - Throws: `.unsupported` for a type that Assay has no values for (`string`, those of less than a byte).
  func types(of ports: [OpenVINOPort], _ spec: CompileSpec) throws(AssayError) -> [DataType] {
    try ports.map { port throws(AssayError) in
      guard let type = elementTypes.dataType(of: port.type) else {
        throw AssayError(
          .unsupported,
          "'\(port.name)' of \(spec.modelPath) has elements of type \(elementTypes.name(of: port.type)), "
            + "which Assay has no values for.")
      }
      return type
    }
  }

  /// Distinguishes a model that OpenVINO does not support from a damaged one.
  private func attempt<Result>(
    _ what: String, _ body: () throws(OpenVINOFailure) -> Result
  ) throws(AssayError) -> Result {
    do throws(OpenVINOFailure) {
      return try body()
    } catch {
      throw error.error(error.modelFault, what, advice: OperatorAdvice.advice(for: error.reason))
    }
  }

  /// OpenVINO chooses a frontend by the look of a path, and reports a missing file in the frontend's words.
  private func checkFile(of spec: CompileSpec) throws(AssayError) {
    try description.checkReads(spec)
    // OpenVINO's frontends read one function of a model, which a signature may name.
    if ModelGraph.mainSignature(ofModel: spec.modelPath, format: spec.format) != spec.signature {
      try spec.checkNoSignature(engine: description.displayName)
    }
    var status = stat()
    guard stat(spec.modelPath, &status) == 0 else {
      throw AssayError(.badModel, "Cannot open the model \(spec.modelPath): \(String(cString: strerror(errno))).")
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder == (spec.format == .savedModel) else {
      throw AssayError(
        .badModel,
        isFolder
          ? "\(spec.modelPath) is a folder, not a \(spec.format.rawValue) file."
          : "\(spec.modelPath) is a file; a SavedModel is a folder that holds saved_model.pb.")
    }
  }

  /// Gives the inputs their shapes, so that the model is compiled for these and no others.
  private func fixShapes(of model: LibraryObject, _ spec: CompileSpec) throws(AssayError) {
    let (inputs, outputs) = try attempt("OpenVINO cannot describe the shapes of \(spec.modelPath)") {
      () throws(OpenVINOFailure) in (try core.api.inputs(of: model), try core.api.outputs(of: model))
    }
    // OpenVINO reports these only when it compiles, and not by name.
    _ = try types(of: inputs + outputs, spec)
    try spec.checkShapeNames(against: inputs.map(\.name))
    let shapes = try inputs.map { input throws(AssayError) in
      try spec.resolve(input: input.name, declared: input.shape, inputCount: inputs.count)
    }
    guard shapes != inputs.map(\.shape) else { return }
    let reshaped: [OpenVINOPort]
    do throws(OpenVINOFailure) {
      let changed = inputs.indices.filter { inputs[$0].shape != shapes[$0] }
      try core.api.reshape(model, inputs: changed, to: changed.map { shapes[$0] })
      reshaped = try core.api.outputs(of: model)
    } catch {
      let wanted = zip(inputs, shapes).map { "\($0.name)=\($1.map(String.init).joined(separator: ","))" }
      throw error.error(
        .unsupported, "OpenVINO cannot give \(spec.modelPath) the shape \(wanted.joined(separator: " "))")
    }
    try checkBatch(spec, inputs: zip(inputs.map(\.shape), shapes), outputs: zip(outputs, reshaped))
  }

  /// Where a graph holds the batch of its export as a constant, OpenVINO may compute only a part of a larger batch.
  private func checkBatch(
    _ spec: CompileSpec, inputs: Zip2Sequence<[[Int]?], [[Int]]>, outputs: Zip2Sequence<[OpenVINOPort], [OpenVINOPort]>
  ) throws(AssayError) {
    guard let batch = spec.batch, inputs.contains(where: { $0?.first != $1.first }) else { return }
    guard outputs.allSatisfy({ $0.isStatic && $0.shape == $1.shape }) else { return }
    throw AssayError(
      .unsupported, "The outputs of \(spec.modelPath) do not grow with --batch \(batch).",
      advice: "Export the model with this batch, or with a dynamic one.")
  }
}
