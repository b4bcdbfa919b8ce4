import CPlatform
import Glibc

/// Ctrl-C and its kin, as something that can be waited for.
public final class InterruptListener {
  /// Readable once a signal has come; -1 where signals cannot be caught.
  let descriptor: Int32
  private var count = 0

  /// From here on SIGINT, SIGTERM and SIGHUP no longer end the process.
  public init() { descriptor = assay_catch_interrupts() }

  /// Whether a signal has come since the start.
  public var isInterrupted: Bool { signalCount > 0 }

  /// How many signals have come: the second one means "at once".
  var signalCount: Int {
    var bytes = [UInt8](repeating: 0, count: 16)
    while true {
      let got = read(descriptor, &bytes, bytes.count)
      guard got > 0 else { return count }
      count += got
    }
  }
}
