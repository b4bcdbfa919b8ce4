public import AssayCore
import CPlatform
import Glibc

/// Ctrl-C (SIGINT), SIGTERM and SIGHUP as a descriptor to wait on.
public final class InterruptListener {
  /// Readable after a signal.
  public let descriptor: Int32
  private var count = 0

  /// From now on these signals no longer end the process.
  ///
  /// - Throws: `.inputOutput` where the system has no descriptors left for it.
  public init() throws(AssayError) {
    descriptor = assay_catch_interrupts()
    guard descriptor >= 0 else {
      throw AssayError(.inputOutput, "Cannot listen for Ctrl-C: \(SystemError.last).")
    }
  }

  /// Whether any signal has come.
  public var isInterrupted: Bool { signalCount > 0 }

  /// How many signals have come: the second one means "at once".
  public var signalCount: Int {
    var bytes = [UInt8](repeating: 0, count: 16)
    while true {
      let got = read(descriptor, &bytes, bytes.count)
      guard got > 0 else { return count }
      count += got
    }
  }
}
