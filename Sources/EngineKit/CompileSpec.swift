public import AssayCore

/// What a model is compiled from and for.
public struct CompileSpec: Codable, Hashable, Sendable {
  public var modelPath: String
  public var format: ModelFormat
  /// In the words of a target: `cpu`, `gpu`, `cuda:0`.
  public var device: String
  /// Threads for one inference, the calling one included. At least 1.
  public var threads: Int
  /// Sessions that will run side by side, each with so many threads. At least 1.
  public var streams = 1
  /// Shapes by input name, from `--shape NAME=1,224,224,3`. The empty name stands for the only input of a model.
  public var shapes: [String: [Int]]
  /// Shapes of given values by input name, for dimensions that neither the model nor `shapes` sets.
  public var valueShapes: [String: [Int]] = [:]
  /// The strings of inputs that take strings, by input name; a single one is the value of every element.
  public var texts: [String: [String]] = [:]
  /// The first dimension of every input, from `--batch`. `nil` leaves the model as it is, with 1 for a dynamic first dimension when
  /// the rest of the shape is known.
  public var batch: Int?
  /// The function of the model to run, from `--signature`; `nil` for the first.
  public var signature: String?
  /// Delegates, a precision, and options in the engine's own words. An engine gets only the kinds that it declares.
  public var engineOptions: EngineOptions
  /// A folder for files about the layers that the engine runs, which sessions then tell of; `nil` for models that are measured.
  public var observation: String?

  public init(
    modelPath: String, format: ModelFormat, device: String = Target.defaultDevice, threads: Int = 1,
    shapes: [String: [Int]] = [:], batch: Int? = nil, signature: String? = nil,
    engineOptions: EngineOptions = EngineOptions()
  ) {
    self.modelPath = modelPath
    self.format = format
    self.device = device
    self.threads = threads
    self.shapes = shapes
    self.batch = batch
    self.signature = signature
    self.engineOptions = engineOptions
  }
}

extension CompileSpec {
  /// The shape to give an input.
  ///
  /// - Parameter declared: the model's own shape, negative where a dimension is dynamic; `nil` for an unknown rank.
  /// - Throws: `.usage` where a dimension stays unknown (the message names the flag), or a given shape does not fit.
  public func resolve(input name: String, declared: [Int]?, inputCount: Int) throws(AssayError) -> [Int] {
    let given = Self.find(name, in: shapes, inputCount: inputCount)
    if let given, let declared, given.count != declared.count {
      throw AssayError(
        .usage,
        "--shape gives input '\(name)' \(given.count) dimensions; the model declares \(Self.text(declared)).")
    }
    let ofValue = Self.find(name, in: valueShapes, inputCount: inputCount)
    guard var shape = given ?? declared ?? ofValue else {
      throw AssayError(
        .usage, "Input '\(name)' of \(modelPath) may have any number of dimensions.",
        advice: "Give its shape: --shape \("\(name)=1,224,224,3".shellQuoted)")
    }
    if let first = shape.first {
      // A dynamic first dimension alone is a batch, and leaving it out means 1.
      shape[0] = batch ?? (first < 0 && ofValue == nil && shape.dropFirst().allSatisfy { $0 >= 0 } ? 1 : first)
    }
    if let ofValue, ofValue.count == shape.count { shape = zip(shape, ofValue).map { $0 < 0 ? $1 : $0 } }
    guard shape.allSatisfy({ $0 >= 0 }) else {
      let example = shape.map { $0 >= 0 ? String($0) : "N" }.joined(separator: ",")
      let values = ofValue.map { ", and its values have \(Self.text($0))" } ?? ""
      throw AssayError(
        .usage, "Input '\(name)' of \(modelPath) has the dynamic shape \(Self.text(shape))\(values).",
        advice: "Give its size: --shape \("\(name)=\(example)".shellQuoted)")
    }
    return shape
  }

  /// Checks a shape from `resolve` for an engine that takes another size than the model's only where that is dynamic.
  ///
  /// - Throws: `.unsupported` for a batch, `.usage` for a shape.
  public func checkKeepsFixedDimensions(
    _ shape: [Int], ofInput name: String, declared: [Int]?
  ) throws(AssayError) {
    for (axis, (size, declared)) in zip(shape, declared ?? shape).enumerated() where declared >= 0 && size != declared {
      if axis == 0, batch != nil {
        throw AssayError(
          .unsupported, "The first dimension of input '\(name)' of \(modelPath) is fixed at \(declared).",
          advice: "Leave --batch out, or export the model again with a dynamic first dimension.")
      }
      throw AssayError(
        .usage,
        "--shape gives dimension \(axis) of input '\(name)' the size \(size); the model fixes it at \(declared).",
        advice: "Give the model's own size, or export the model again with that dimension dynamic.")
    }
  }

  /// Refuses a signature for an engine that cannot choose one.
  ///
  /// - Throws: `.unsupported`.
  public func checkNoSignature(engine: String) throws(AssayError) {
    guard let signature else { return }
    throw AssayError(
      .unsupported, "\(engine) cannot choose the signature '\(signature)' of \(modelPath).",
      advice: "Leave --signature out, or use an engine that runs signatures, such as litert.")
  }

  /// Checks that every `--shape` names an input of the model.
  ///
  /// - Throws: `.usage`, with the model's input names.
  public func checkShapeNames(against inputs: [String]) throws(AssayError) {
    let known = Set(inputs.map(TensorName.bare))
    for name in shapes.keys.sorted()
    where !(known.contains(TensorName.bare(name)) || (name.isEmpty && inputs.count == 1)) {
      throw AssayError(
        .usage,
        name.isEmpty
          ? "\(modelPath) has \(inputs.count) inputs, so --shape must name one."
          : "--shape names '\(name)', which is no input of \(modelPath).",
        advice: "Its inputs: \(inputs.joined(separator: ", "))")
    }
  }

  /// The strings of an input, one an element.
  ///
  /// - Throws: `.unsupported` where there are none: what a model does often hangs on them, so Assay does not invent any. `.usage` for
  ///   another number of them.
  public func texts(of name: String, shape: [Int], inputCount: Int) throws(AssayError) -> [String] {
    let count = shape.reduce(1, *)
    guard let texts = Self.find(name, in: texts, inputCount: inputCount) else {
      throw AssayError(
        .unsupported, "Input '\(name)' of \(modelPath) takes strings, which Assay does not invent.",
        advice:
          "Give them in double quotes, as with --input \("\(name)=\"one\",\"two\"".shellQuoted), or in a file of ONNX: --input \("\(name)=FILE.pb".shellQuoted)"
      )
    }
    guard texts.count == 1 || texts.count == count else {
      throw AssayError(
        .usage, "--input gives \(texts.count) strings; input '\(name)' of \(modelPath) takes \(count), or one for all.",
        advice: "Give one string, or \(count) with commas between them.")
    }
    return texts.count == count ? texts : Array(repeating: texts[0], count: count)
  }

  private static func find<Value>(_ name: String, in values: [String: Value], inputCount: Int) -> Value? {
    values[name] ?? values.first { !$0.key.isEmpty && TensorName.areSame($0.key, name) }?.value
      ?? (inputCount == 1 ? values[""] : nil)
  }

  static func text(_ shape: [Int]) -> String {
    "[" + shape.map { $0 < 0 ? "?" : String($0) }.joined(separator: ", ") + "]"
  }
}
