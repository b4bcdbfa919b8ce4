public import AssayCore
import CPlatform
public import EngineKit
import Glibc

/// Behaves as its model file says.
public final class SyntheticSession: InferenceSession {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]
  public let device = Target.defaultDevice
  public let fallbacks: [String]

  private let latency: SyntheticModel.Latency
  private let event: SyntheticModel.Event?
  private let seed: UInt64
  private let inputMemory: [UnsafeMutableRawBufferPointer]
  private let outputMemory: [UnsafeMutableRawBufferPointer]
  private var inferenceCount = 0
  private var firstStart: UInt64 = 0

  init(model: SyntheticModel, inputs: [TensorSpec]) throws(AssayError) {
    self.inputs = inputs
    outputs = model.outputs
    fallbacks = model.fallbacks
    latency = model.latency
    event = model.event
    seed = model.seed
    inputMemory = inputs.map(Self.allocate)
    outputMemory = model.outputs.map(Self.allocate)
    for (index, output) in model.outputs.enumerated() {
      RandomInputs.fill(outputMemory[index], spec: output, seed: model.seed, inputIndex: index)
    }
    if let event, event.at == 0 { try happen(event.kind) }
  }

  deinit {
    inputMemory.forEach { $0.deallocate() }
    outputMemory.forEach { $0.deallocate() }
  }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputMemory[index] }
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(outputMemory[index]) }

  public func infer() throws(AssayError) {
    inferenceCount += 1
    if let event, event.at == inferenceCount || event.kind == .flood && inferenceCount > event.at {
      try happen(event.kind)
    }
    guard latency.baseMicroseconds > 0 else { return }
    let start = assay_monotonic_ns()
    if inferenceCount == 1 { firstStart = start }
    // A latency of ages, or one that is no number, is as good as any other mishap that a model file asks for.
    let nanoseconds = max(0, duration(secondsSinceFirst: Double(start - firstStart) / 1e9) * 1000)
    let end = start + UInt64(min(nanoseconds, 1e18))
    while assay_monotonic_ns() < end {}
  }

  /// Microseconds that this inference takes.
  private func duration(secondsSinceFirst: Double) -> Double {
    var result = latency.baseMicroseconds
    if let step = latency.step, secondsSinceFirst >= step.afterSeconds { result *= step.factor }
    if !latency.modes.isEmpty {
      var share = uniform(0)
      let mode = latency.modes.first { mode in
        share -= mode.share
        return share < 0
      }
      result *= mode?.factor ?? 1
    }
    if latency.jitter > 0 {
      // Box and Muller 1958.
      let normal = (-2 * log(1 - uniform(1))).squareRoot() * cos(2 * .pi * uniform(2))
      result *= exp(latency.jitter * normal)
    }
    return result
  }

  /// A number in 0 ..< 1 for this inference, from the seed alone.
  private func uniform(_ stream: UInt64) -> Double {
    let state = SplitMix64.bits(seed: seed, stream: stream, index: UInt64(inferenceCount))
    return Double(state >> 11) * 0x1p-53
  }

  private func happen(_ kind: SyntheticModel.Event.Kind) throws(AssayError) {
    switch kind {
    case .fail:
      throw AssayError(.inferenceFailed, "The synthetic engine failed at inference \(inferenceCount), as asked.")
    case .hang: while true { pause() }
    case .crash: raise(SIGSEGV)
    case .abort: abort()
    case .exit: exit(7)
    case .kill: raise(SIGKILL)
    case .flood:
      let line = String(repeating: "The library has something to say. ", count: 30)
      for _ in 0..<1024 { puts(line) }
    }
  }

  private static func allocate(_ spec: TensorSpec) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: spec.byteCount, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    return memory
  }
}
