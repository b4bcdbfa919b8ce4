import AssayCore
import EngineKit
import Glibc
import Measurement
import Platform
import TensorFiles

extension CellMeasurer {
  /// Runs the model once and writes its outputs as an NPZ file, in the order of the model.
  func runOnce(_ loaded: LoadedModel<some CompiledModel>, writing path: String) throws(AssayError) {
    let session = try readySession(of: loaded)
    let start = MonotonicClock.now(for: session)
    try session.infer()
    let nanoseconds = MonotonicClock.now(for: session) - start
    let tensors = session.outputs.enumerated().map { index, output in
      Tensor(
        name: output.name, type: output.type, shape: output.shape, bytes: Array(session.outputBytes(at: index)))
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
          firstInferenceMilliseconds: Double(nanoseconds) / 1e6, count: 1, outputs: session.outputs,
          harnessOverheadNanoseconds: 0)))
    try finish(stoppedEarly: false, accuracy: nil)
  }
}
