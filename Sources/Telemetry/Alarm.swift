import CPlatform
import Glibc

/// Wakes a thread that sleeps, for a limited time.
///
/// Dispatch's semaphores count their time-outs on the wall clock, so that one that is set back an hour makes them wait an hour longer.
/// `poll` does not look at it.
final class Alarm: Sendable {
  private let input: Int32
  private let output: Int32

  /// `nil` where the system gives no more descriptors.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard assay_pipe(&ends) == 0 else { return nil }
    (output, input) = (ends[0], ends[1])
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(input)
    close(output)
  }

  func ring() {
    var byte: UInt8 = 1
    _ = write(input, &byte, 1)
  }

  /// - Returns: whether it rang; `false` when the time was over.
  func wait(seconds: Double) -> Bool {
    let end = MachineClocks.system.monotonic() + seconds
    var state = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    while true {
      let rest = end - MachineClocks.system.monotonic()
      let count = poll(&state, 1, Int32(min(max(rest, 0) * 1000, 1e9).rounded(.up)))
      if count > 0 {
        var byte: UInt8 = 0
        return read(output, &byte, 1) == 1
      }
      if count == 0, rest <= 1e6 { return false }
      if count < 0, errno != EINTR { return false }
    }
  }
}
