import AssayCore
import Glibc
import Measurement
import Synchronization

/// A thread that sleeps until the parent sends a command or dies, and passes commands on.
final class CommandListener: Sendable {
  /// Raised when the parent asks to stop or dies.
  let stop = StopFlag()

  /// How long an inference may continue after the parent's death; nobody else would end a hanging process.
  private static let graceSeconds: UInt32 = 10

  private let channel: ProtocolChannel
  private let blocks = Mutex<[RepetitionRule]>([])
  // One word that only sem_post and sem_wait touch, for as long as the process lives.
  private nonisolated(unsafe) let arrivals = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  private init(channel: ProtocolChannel) {
    self.channel = channel
    sem_init(arrivals, 0, 0)
  }

  static func start(on channel: ProtocolChannel) -> CommandListener {
    let listener = CommandListener(channel: channel)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(listener).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { context in
        context.map { Unmanaged<CommandListener>.fromOpaque($0).takeRetainedValue().listen() }
        return nil
      }, context)
    if status == 0 { pthread_detach(thread) }
    return listener
  }

  /// Sleeps until the parent asks for a block.
  ///
  /// - Returns: `nil` when it asks to stop or dies.
  func nextBlock() -> RepetitionRule? {
    while !stop.isRaised {
      if let block = blocks.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return block }
      sem_wait(arrivals)
    }
    return nil
  }

  private func listen() {
    // A parent that asked to stop may still die while it waits for the end.
    while let command = channel.receiveCommand() {
      switch command {
      case .stop: stop.raise()
      case .runBlock(let rule): blocks.withLock { $0.append(rule) }
      }
      sem_post(arrivals)
    }
    stop.raise()
    sem_post(arrivals)
    sleep(Self.graceSeconds)
    _exit(1)
  }
}
