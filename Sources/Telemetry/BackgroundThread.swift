import Glibc

/// What a thread is to do, as an object that can pass through C.
private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

/// Starts a thread of the lowest priority (nice 19), so that it takes little from what is measured.
///
/// - Returns: whether the system made one.
func startBackgroundThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  let context = Unmanaged.passRetained(ThreadBody(run: body))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { raw in
      // On Linux the nice value belongs to the thread, and 0 means the calling one.
      setpriority(Int32(PRIO_PROCESS.rawValue), 0, 19)
      raw.map { Unmanaged<ThreadBody>.fromOpaque($0).takeRetainedValue().run() }
      return nil
    }, context.toOpaque())
  guard status == 0 else {
    context.release()
    return false
  }
  pthread_detach(thread)
  return true
}
