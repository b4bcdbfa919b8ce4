public import AssayCore

/// Every conversion that Assay makes in one step. Documentation/Conversion.md says what was tried and is not here.
///
/// A step keeps the precision and changes the kind, or keeps the kind and lowers the precision: so each is cached for all paths over it, and
/// quantising always runs the model that it quantises.
public struct ConversionTable: Sendable {
  public let steps: [ConversionStep]

  public init(_ steps: [ConversionStep]) { self.steps = steps }

  public static let known = ConversionTable([
    ConversionStep("openvino_ir", .init(.onnx), .init(.openvino), in: "convert", seconds: 2),
    ConversionStep("openvino_ir", .init(.tflite), .init(.openvino), in: "convert", seconds: 2),
    ConversionStep("openvino_ir", .init(.savedModel), .init(.openvino), in: "convert", seconds: 3),
    ConversionStep("onnx_to_tflite", .init(.onnx), .init(.tflite), in: "onnx2tf", seconds: 10),
    ConversionStep("onnx_to_saved_model", .init(.onnx), .init(.savedModel), in: "onnx2tf-tensorflow", seconds: 60),
    ConversionStep("torch_onnx", .init(.torchModule), .init(.onnx), in: "torch", seconds: 15),
    ConversionStep("torch_onnx", .init(.exportedProgram), .init(.onnx), in: "torch", seconds: 15),
    ConversionStep("torch_pt2", .init(.onnx), .init(.pt2), in: "torch", seconds: 60),
    ConversionStep("torch_pt2", .init(.torchModule), .init(.pt2), in: "torch", seconds: 60),
    ConversionStep("torch_pt2", .init(.exportedProgram), .init(.pt2), in: "torch", seconds: 60),
    ConversionStep("torch_tflite", .init(.torchModule), .init(.tflite), in: "litert-torch", seconds: 20),
    ConversionStep("torch_tflite", .init(.exportedProgram), .init(.tflite), in: "litert-torch", seconds: 20),
    ConversionStep("keras_saved_model", .init(.keras), .init(.savedModel), in: "tensorflow", seconds: 8),
    ConversionStep("saved_model_tflite", .init(.savedModel), .init(.tflite), in: "tensorflow", seconds: 8),
    ConversionStep("tensorflow_onnx", .init(.savedModel), .init(.onnx), in: "tensorflow", seconds: 9),
    ConversionStep("tensorflow_onnx", .init(.tflite), .init(.onnx), in: "tensorflow", seconds: 9),

    ConversionStep("onnx_float16", .init(.onnx), .init(.onnx, .fp16), in: "convert", seconds: 1),
    ConversionStep("openvino_float16", .init(.openvino), .init(.openvino, .fp16), in: "convert", seconds: 1),
    ConversionStep("tflite_float16", .init(.tflite), .init(.tflite, .fp16), in: "convert", seconds: 1),

    ConversionStep(
      "onnx_int8", .init(.onnx), .init(.onnx, .int8), in: "convert", seconds: 15,
      recipes: ["default", "per-tensor", "percentile", "mixed"]),
    ConversionStep(
      "openvino_int8", .init(.openvino), .init(.openvino, .int8), in: "convert", seconds: 12,
      recipes: ["default", "accuracy-aware", "mixed"]),
    ConversionStep(
      "tflite_int8", .init(.tflite), .init(.tflite, .int8), in: "convert", seconds: 8, recipes: ["default", "mixed"]),
    ConversionStep(
      "tflite_edgetpu", .init(.tflite, .int8), .init(.edgetpu, .int8), in: "convert", seconds: 10,
      program: edgeTPUCompiler),
    // Of a source that has int8 already.
    ConversionStep(
      "tflite_edgetpu", .init(.tflite), .init(.edgetpu), in: "convert", seconds: 10, program: edgeTPUCompiler),
  ])

  private static let edgeTPUCompiler = ConversionStep.Program(
    name: "edgetpu_compiler", address: "https://coral.ai/docs/edgetpu/compiler/")
}

extension ConversionTable {
  /// Every way from one form to another that visits no form twice, the quickest first.
  ///
  /// - Parameter avoided: steps that have failed for this model.
  public func paths(
    from source: ConversionForm, to result: ConversionForm, avoiding avoided: Set<ConversionStep> = []
  ) -> [[ConversionStep]] {
    var found: [[ConversionStep]] = []
    func extend(_ path: [ConversionStep], at form: ConversionForm, visited: Set<ConversionForm>) {
      if form == result { return found.append(path) }
      for step in steps where step.source == form && !visited.contains(step.result) && !avoided.contains(step) {
        extend(path + [step], at: step.result, visited: visited.union([step.result]))
      }
    }
    extend([], at: source, visited: [source])
    return found.filter { !$0.isEmpty }
      .sorted { (Self.cost($0), $0.map(\.name).joined()) < (Self.cost($1), $1.map(\.name).joined()) }
  }

  /// The forms of a model at a precision that a target runs, the quickest to make first: its own if the engine reads it as it is.
  ///
  /// - Parameter formats: what the engine reads.
  public func forms(
    of source: ConversionForm, on target: Target, reading formats: [ModelFormat], precision: ConversionForm.Precision
  ) -> [ConversionForm] {
    let kinds = target.device == ModelKind.edgeTPUDevice ? [.edgetpu] : formats.compactMap { ModelKind($0) }
    let reached = kinds.map { ConversionForm($0, precision) }.compactMap {
      form -> (form: ConversionForm, cost: Double)? in
      if form == source { return (form, 0) }
      return paths(from: source, to: form).first.map { (form, Self.cost($0)) }
    }
    return reached.sorted { ($0.cost, $0.form.kind.rawValue) < ($1.cost, $1.form.kind.rawValue) }.map(\.form)
  }

  private static func cost(_ path: [ConversionStep]) -> Double { path.reduce(0) { $0 + $1.seconds } }

  /// The kinds that a source can become at a precision.
  public func results(from source: ConversionForm, precision: ConversionForm.Precision) -> [ModelKind] {
    ModelKind.results.filter { !paths(from: source, to: ConversionForm($0, precision)).isEmpty }
  }
}
