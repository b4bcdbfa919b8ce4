public import AssayCore
import CPlatform
import Glibc

/// Ctrl-C and its kin, as something that a program waits for.
public final class InterruptListener {
  /// Readable once a signal has come.
  public let descriptor: Int32
  private var count = 0

  /// From here on SIGINT, SIGTERM and SIGHUP no longer end the process.
  ///
  /// - Throws: `.inputOutput` where the system has no descriptors left for it.
  public init() throws(AssayError) {
    descriptor = assay_catch_interrupts()
    guard descriptor >= 0 else {
      throw AssayError(.inputOutput, "Cannot listen for Ctrl-C: \(SystemError.last).")
    }
  }

  /// Whether a signal has come since the start.
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
