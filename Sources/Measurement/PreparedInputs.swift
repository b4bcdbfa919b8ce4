import Glibc

/// Memory for input tensors that are prepared ahead.
public final class PreparedInputs: Sendable {
  // Each place is written by one thread at a time, and read by another only after that has finished.
  private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
  private let byteCount: Int
  private let stride: Int

  /// For the samples of a whole run, in bytes. Where more do not fit, fewer are used.
  public static let runBytes = 64 << 20

  /// What may be asked for at most: half of the machine's memory.
  static let mostBytes = sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE))

  public init(capacity: Int, byteCount: Int) {
    self.byteCount = byteCount
    stride = (byteCount + 63) / 64 * 64
    memory = .allocate(byteCount: capacity * stride, alignment: 64)
  }

  deinit { memory.deallocate() }

  public subscript(index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[(index * stride)..<(index * stride + byteCount)])
  }
}
