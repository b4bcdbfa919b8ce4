public import AssayCore

/// What a session is made of.
public struct SessionSpec: Codable, Hashable, Sendable {
  public var modelPath: String
  public var format: ModelFormat
  /// In the words of a target: `cpu`, `gpu`, `cuda:0`.
  public var device: String
  /// Threads for one inference, the calling one included. At least 1.
  public var threads: Int
  /// Shapes by input name, from `--shape NAME=1,224,224,3`. The empty name stands for the only input of a model.
  public var shapes: [String: [Int]]
  /// The first dimension of every input, from `--batch`; `nil` leaves the model as it is (and 1 where that dimension is dynamic
  /// and the rest of the shape is known).
  public var batch: Int?

  public init(
    modelPath: String, format: ModelFormat, device: String = Target.defaultDevice, threads: Int = 1,
    shapes: [String: [Int]] = [:], batch: Int? = nil
  ) {
    self.modelPath = modelPath
    self.format = format
    self.device = device
    self.threads = threads
    self.shapes = shapes
    self.batch = batch
  }
}

extension SessionSpec {
  /// The shape to give an input whose model declares `declared`, a negative number standing for a dynamic dimension and `nil`
  /// for an unknown rank.
  ///
  /// - Throws: `.usage` where a dimension stays unknown (the message names the flag), or a given shape does not fit.
  public func resolve(input name: String, declared: [Int]?, inputCount: Int) throws(AssayError) -> [Int] {
    let given = shapes[name] ?? (inputCount == 1 ? shapes[""] : nil)
    if let given, let declared, given.count != declared.count {
      throw AssayError(
        .usage,
        "--shape gives input '\(name)' \(given.count) dimensions; the model declares \(Self.text(declared)).")
    }
    guard var shape = given ?? declared else {
      throw AssayError(
        .usage, "Input '\(name)' of \(modelPath) may have any number of dimensions.",
        advice: "Give its shape: --shape \(name)=1,224,224,3")
    }
    if let first = shape.first {
      // A dynamic first dimension alone is a batch, and 1 is what everyone means by leaving it out.
      shape[0] = batch ?? (first < 0 && shape.dropFirst().allSatisfy { $0 > 0 } ? 1 : first)
    }
    guard shape.allSatisfy({ $0 > 0 }) else {
      let example = shape.map { $0 > 0 ? String($0) : "N" }.joined(separator: ",")
      throw AssayError(
        .usage, "Input '\(name)' of \(modelPath) has the dynamic shape \(Self.text(shape)).",
        advice: "Give its size: --shape \(name)=\(example)")
    }
    return shape
  }

  /// Checks that every `--shape` names an input of the model.
  ///
  /// - Throws: `.usage`, with the names that there are.
  public func checkShapeNames(against inputs: [String]) throws(AssayError) {
    for name in shapes.keys.sorted() where !(inputs.contains(name) || (name.isEmpty && inputs.count == 1)) {
      throw AssayError(
        .usage,
        name.isEmpty
          ? "\(modelPath) has \(inputs.count) inputs, so --shape must name one."
          : "--shape names '\(name)', which is no input of \(modelPath).",
        advice: "Its inputs: \(inputs.joined(separator: ", "))")
    }
  }

  static func text(_ shape: [Int]) -> String {
    "[" + shape.map { $0 < 0 ? "?" : String($0) }.joined(separator: ", ") + "]"
  }
}
