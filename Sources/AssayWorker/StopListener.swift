import Glibc
import Measurement

/// A thread that sleeps until the parent asks to stop or is gone.
enum StopListener {
  /// How long an inference may still take when the parent has died. Nobody else would end a process that hangs.
  private static let graceSeconds: UInt32 = 10

  static func start(channel: ProtocolChannel, stop: StopFlag) {
    final class Box: Sendable {
      let channel: ProtocolChannel
      let stop: StopFlag
      init(channel: ProtocolChannel, stop: StopFlag) {
        self.channel = channel
        self.stop = stop
      }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(channel: channel, stop: stop)).toOpaque()
    pthread_create(&thread, nil, { context in
      guard let context else { return nil }
      let box = Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
      var parentIsGone = box.channel.waitForStop()
      box.stop.raise()
      // A parent that asked to stop waits, or ends this process itself; it may yet die while it waits.
      while !parentIsGone { parentIsGone = box.channel.waitForStop() }
      sleep(graceSeconds)
      _exit(1)
    }, box)
    pthread_detach(thread)
  }
}
