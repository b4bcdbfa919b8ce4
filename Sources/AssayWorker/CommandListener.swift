import AssayCore
import Glibc
import Measurement
import Platform
import Synchronization

/// A thread that sleeps in `read` until the parent sends a command or is gone, and passes commands on.
final class CommandListener: Sendable {
  /// Raised when the parent asks to stop or dies.
  let stop = StopFlag()

  /// How long an inference may take after the parent died. Nobody else ends a process that hangs.
  private static let graceSeconds: UInt32 = 10

  private let channel: ProtocolChannel
  private let blocks = Mutex<[RepetitionRule]>([])
  private let arrivals = Alarm()

  /// - Throws: `.inputOutput` where no thread can be started: a stop would go unheard.
  init(on channel: ProtocolChannel) throws(AssayError) {
    self.channel = channel
    try DetachedThread.start("listening to assay") { [self] in listen() }
  }

  /// Sleeps until the parent asks for a block.
  ///
  /// - Returns: `nil` when it asks to stop or dies.
  func nextBlock() -> RepetitionRule? {
    while !stop.isRaised {
      if let block = blocks.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return block }
      arrivals.wait()
    }
    return nil
  }

  private func listen() {
    // After `stop` the parent waits, or kills this process. It may also die while it waits.
    while let command = channel.receiveCommand() {
      switch command {
      case .stop: stop.raise()
      case .runBlock(let rule): blocks.withLock { $0.append(rule) }
      // Files come before this thread starts.
      case .offer: break
      }
      arrivals.ring()
    }
    stop.raise()
    arrivals.ring()
    sleep(Self.graceSeconds)
    WorkerMain.leave(status: 1)
  }
}
