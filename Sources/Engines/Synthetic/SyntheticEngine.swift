public import AssayCore
public import EngineKit
import JSONCoding
import Synchronization

/// An engine without hardware: seeded latencies and outputs, and every mishap that a real library may have, at a chosen inference.
public struct SyntheticEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "synthetic", displayName: "Synthetic", formats: [.synthetic],
      support: [
        DeviceSupport("cpu", [], .tested, note: "exact, seeded latencies and outputs, for tests of Assay itself")
      ])
  ) { _ throws(AssayError) in SyntheticEngine() }

  public let version = "1"
  public var description: EngineDescription { Self.definition.description }
  public var libraryPath: String? { nil }
  public let devices = [DeviceDescription(name: Target.defaultDevice, hardware: "seeded latencies")]

  private static let maximumElementCount = 1 << 31

  public init() {}

  public func compile(_ spec: CompileSpec) throws(AssayError) -> SyntheticModel {
    try description.checkReads(spec)
    guard spec.device == Target.defaultDevice else {
      throw AssayError(
        .deviceUnavailable, "The synthetic engine has no device '\(spec.device)'.", advice: "It has: cpu")
    }
    let script: SyntheticScript
    do {
      script = try JSONReader.decode(SyntheticScript.self, fromFile: spec.modelPath)
    } catch {
      throw AssayError(.badModel, "\(spec.modelPath) does not describe a synthetic model: \(error)")
    }
    try spec.checkShapeNames(against: script.inputs.map(\.name))
    var inputs: [TensorSpec] = []
    for input in script.inputs {
      let shape = try spec.resolve(input: input.name, declared: input.shape, inputCount: script.inputs.count)
      inputs.append(TensorSpec(name: input.name, type: input.type, shape: shape, quantization: input.quantization))
    }
    for tensor in inputs + script.outputs where !Self.isReasonable(tensor.shape) {
      throw AssayError(
        .badModel, "\(spec.modelPath) gives '\(tensor.name)' the shape \(tensor.shape), which no tensor has.",
        advice: "Dimensions are not negative, and there are at most \(Self.maximumElementCount) elements.")
    }
    return SyntheticModel(script: script, inputs: inputs)
  }

  private static func isReasonable(_ shape: [Int]) -> Bool {
    shape.allSatisfy { $0 >= 0 } && shape.reduce(1.0) { $0 * Double($1) } <= Double(maximumElementCount)
  }
}

/// A `.synthetic` file that was read.
public struct SyntheticModel: CompiledModel {
  let script: SyntheticScript
  public let inputs: [TensorSpec]
  public var outputs: [TensorSpec] { script.outputs }
  public var device: String { Target.defaultDevice }
  public var fallbacks: [String] { script.fallbacks }
  private let sessions = SessionCounter()

  init(script: SyntheticScript, inputs: [TensorSpec]) {
    self.script = script
    self.inputs = inputs
  }

  public func makeSession() throws(AssayError) -> SyntheticSession {
    var script = script
    let number = sessions.count.wrappingAdd(1, ordering: .relaxed).newValue
    if let session = script.event?.session, session != number { script.event = nil }
    return try SyntheticSession(script: script, inputs: inputs)
  }
}

/// The sessions that were made of a model.
private final class SessionCounter: Sendable {
  let count = Atomic(0)
}
