import Glibc
import Measurement

/// A thread that sleeps until the parent asks to stop or is gone.
final class StopListener: Sendable {
  /// How long an inference may still take when the parent has died. Nobody else would end a process that hangs.
  private static let graceSeconds: UInt32 = 10

  private let channel: ProtocolChannel
  private let stop: StopFlag

  private init(channel: ProtocolChannel, stop: StopFlag) {
    self.channel = channel
    self.stop = stop
  }

  static func start(channel: ProtocolChannel, stop: StopFlag) {
    var thread = pthread_t()
    let listener = Unmanaged.passRetained(StopListener(channel: channel, stop: stop)).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { context in
        context.map { Unmanaged<StopListener>.fromOpaque($0).takeRetainedValue().listen() }
        return nil
      }, listener)
    if status == 0 { pthread_detach(thread) }
  }

  private func listen() {
    var parentIsGone = channel.waitForStop()
    stop.raise()
    // A parent that asked to stop waits, or ends this process itself; it may yet die while it waits.
    while !parentIsGone { parentIsGone = channel.waitForStop() }
    sleep(Self.graceSeconds)
    _exit(1)
  }
}
