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
    var firstNanoseconds: UInt64 = 0
    for inference in 0..<count {
      if inference > 0 {
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

extension Tensor {
  fileprivate init(_ spec: TensorSpec, bytes: UnsafeRawBufferPointer) {
    self.init(name: spec.name, type: spec.type, shape: spec.shape, bytes: Array(bytes))
  }
}
