public import AssayCore
public import EngineKit
import JSONCoding

/// An engine without hardware: seeded latencies and outputs, and every mishap that a real library may have, at a chosen inference.
public struct SyntheticEngine: Engine {
  public static let description = EngineDescription(
    name: "synthetic", displayName: "Synthetic", formats: [.synthetic], wheelPatterns: [], systemNames: [])

  public let version = "1"
  public var libraryPath: String? { nil }
  public let devices = [DeviceDescription(name: Target.defaultDevice, hardware: "seeded latencies")]

  private static let maximumElementCount = 1 << 31

  private static func isReasonable(_ shape: [Int]) -> Bool {
    shape.allSatisfy { $0 > 0 } && shape.reduce(1.0) { $0 * Double($1) } <= Double(maximumElementCount)
  }

  public static func load(from libraryPath: String) throws(AssayError) -> SyntheticEngine { SyntheticEngine() }

  public func makeSession(_ spec: SessionSpec) throws(AssayError) -> SyntheticSession {
    guard Self.description.formats.contains(spec.format) else {
      throw AssayError(
        .unsupported, "The synthetic engine reads .synthetic files; \(spec.modelPath) is \(spec.format.rawValue).",
        advice: "Choose an engine that reads it.")
    }
    guard spec.device == Target.defaultDevice else {
      throw AssayError(
        .deviceUnavailable, "The synthetic engine has no device '\(spec.device)'.", advice: "It has: cpu")
    }
    let model: SyntheticModel
    do {
      model = try JSONReader.decode(SyntheticModel.self, fromFile: spec.modelPath)
    } catch {
      throw AssayError(.badModel, "\(spec.modelPath) does not describe a synthetic model: \(error)")
    }
    try spec.checkShapeNames(against: model.inputs.map(\.name))
    var inputs: [TensorSpec] = []
    for input in model.inputs {
      let shape = try spec.resolve(input: input.name, declared: input.shape, inputCount: model.inputs.count)
      inputs.append(TensorSpec(name: input.name, type: input.type, shape: shape, quantization: input.quantization))
    }
    for tensor in inputs + model.outputs where !Self.isReasonable(tensor.shape) {
      throw AssayError(
        .badModel, "\(spec.modelPath) gives '\(tensor.name)' the shape \(tensor.shape), which no tensor has.",
        advice: "Dimensions are positive, and there are at most \(Self.maximumElementCount) elements.")
    }
    return try SyntheticSession(model: model, inputs: inputs)
  }
}
