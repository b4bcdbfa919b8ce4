import AssayCore
import EngineKit
import Glibc
import Measurement
import Platform
import TensorFiles

extension CellMeasurer {
  /// Runs the model a few times and writes its tensors as an NPZ file: for each inference the inputs, then the outputs, in the order of the
  /// model.
  func capture(_ loaded: LoadedModel<some CompiledModel>, _ count: Int, writing path: String) throws(AssayError) {
    let session = try readySession(of: loaded)
    var tensors: [Tensor] = []
    var byteCount = 0
    var firstNanoseconds: UInt64 = 0
    for inference in 0..<count {
      if inference > 0 {
        try check(byteCount, after: inference)
        loaded.values.fill(session, seed: spec.options.seed &+ UInt64(inference))
        loaded.values.fill(session, turn: inference)
      }
      for (index, input) in session.inputs.enumerated() {
        tensors.append(Tensor(input, bytes: UnsafeRawBufferPointer(session.inputBytes(at: index))))
      }
      let start = MonotonicClock.now(for: session)
      try session.infer()
      if inference == 0 { firstNanoseconds = MonotonicClock.now(for: session) - start }
      for (index, output) in session.outputs.enumerated() {
        tensors.append(Tensor(output, bytes: session.outputBytes(at: index)))
      }
      byteCount += (session.inputs + session.outputs).reduce(0) { $0 + $1.byteCount }
    }
    let archive = try NPZ.archive(tensors)
    do throws(SystemError) {
      try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC).write(archive)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error).")
    }
    channel.send(
      .measuring(
        WarmUpResult(
          firstInferenceMilliseconds: Double(firstNanoseconds) / 1e6, count: count, outputs: session.outputs,
          harnessOverheadNanoseconds: 0)))
    try finish(stoppedEarly: false, accuracy: nil)
  }
}

extension CellMeasurer {
  /// They stay in memory, here and in the parent.
  private static let maximumBytes = 1 << 30

  private func check(_ byteCount: Int, after inferences: Int) throws(AssayError) {
    guard byteCount > Self.maximumBytes else { return }
    throw AssayError(
      .usage, "The inputs and outputs of \(inferences) inferences of \(spec.model.path) have over 1 GiB.",
      advice: "Give fewer: --inferences \(max(inferences - 1, 1))")
  }
}

extension Tensor {
  fileprivate init(_ spec: TensorSpec, bytes: UnsafeRawBufferPointer) {
    self.init(name: spec.name, type: spec.type, shape: spec.shape, bytes: Array(bytes))
  }
}
