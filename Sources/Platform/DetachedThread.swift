public import AssayCore
import Glibc

/// Starts threads that end by themselves.
public enum DetachedThread {
  /// The nice value of the lowest priority.
  public static let lowestPriority: Int32 = 19

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - purpose: what it does, for the error: "reading sensors".
  ///   - niceness: 0 for the priority of the process, `lowestPriority` to disturb the measurement little.
  ///   - stackBytes: the size of its stack; `nil` for the system's default.
  /// - Throws: `.inputOutput` where the system makes no more threads.
  public static func start(
    _ purpose: String, niceness: Int32 = 0, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) throws(AssayError) {
    let context = Unmanaged.passRetained(ThreadBody(niceness: niceness, run: body))
    let status = start(context.toOpaque(), stackBytes: stackBytes)
    guard status == 0 else {
      context.release()
      throw AssayError(
        .inputOutput, "Cannot start a thread for \(purpose): \(SystemError(code: status)).",
        advice: "End other programs, or raise the limits on threads and memory (ulimit -u, ulimit -v).")
    }
  }

  private static func start(_ context: UnsafeMutableRawPointer, stackBytes: Int?) -> Int32 {
    var attributes = pthread_attr_t()
    var status = pthread_attr_init(&attributes)
    guard status == 0 else { return status }
    defer { pthread_attr_destroy(&attributes) }
    status = pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    if status == 0, let stackBytes { status = pthread_attr_setstacksize(&attributes, stackBytes) }
    guard status == 0 else { return status }
    var thread = pthread_t()
    return pthread_create(
      &thread, &attributes,
      { raw in
        guard let raw else { return nil }
        let body = Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue()
        // On Linux each thread has a nice value, and 0 means the calling one. If this fails, the thread still works.
        if body.niceness != 0 { setpriority(Int32(PRIO_PROCESS.rawValue), 0, body.niceness) }
        body.run()
        return nil
      }, context)
  }
}

/// The work of a thread, as an object that passes through C.
private final class ThreadBody: Sendable {
  let niceness: Int32
  let run: @Sendable () -> Void

  init(niceness: Int32, run: @escaping @Sendable () -> Void) {
    self.niceness = niceness
    self.run = run
  }
}
