import AssayCore
import Glibc

/// Zeroed memory, aligned to what the widest vector instructions load at once.
final class HostMemory {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init(for spec: TensorSpec) throws(AssayError) {
    var (bits, tooLarge) = (spec.type.bitCount, false)
    for dimension in spec.shape where !tooLarge {
      (bits, tooLarge) = bits.multipliedReportingOverflow(by: dimension)
    }
    let count = tooLarge ? 0 : spec.byteCount
    var memory: UnsafeMutableRawPointer?
    guard !tooLarge, posix_memalign(&memory, 64, max(count, 1)) == 0, let memory else {
      throw AssayError(
        .usage, "There is no memory for the tensor '\(spec.name)' of shape \(spec.shape).",
        advice: "Give a smaller --shape or --batch.")
    }
    memset(memory, 0, count)
    start = memory
    byteCount = count
  }

  deinit { free(start) }
}
