import CPlatform
import Glibc
import Synchronization

/// Processes that programs started by this one leave behind, as a library in a worker may: they end with the program that started them.
///
/// The process group of a program ends with it in any case (`ChildProcess`). A process that has left its group, with `setsid` or a double
/// fork, loses its parent at the latest when the program ends. Then Linux gives it to the nearest process above that has asked for orphans.
/// Both `assay` and `assay-worker` do: while a worker lives, all of its descendants stay below it, and it kills them before it exits, also if
/// it notices that its parent is gone; when it dies of a crash or a signal, `assay` gets them and kills them.
///
/// Linux does not allow more without privileges. These get away:
/// - processes of a worker that is killed after, or at the same time as, its `assay`; init gets them;
/// - processes that another process starts on request, as `systemd-run` or a daemon of the engine's vendor: they were never below the worker;
/// - processes that lose their parent before the worker's `main` runs, as those of a library in `LD_PRELOAD`, if `assay` is killed then;
/// - processes of another user (set-user-ID programs), which may not be signalled;
/// - processes that fork faster than they are found, after two seconds;
/// - without `/proc`, all that have left their group;
/// - processes of a worker behind `--via` that is killed there, and in a program that embeds Assay and does not call `adopt`, those of a
///   worker that crashes.
public enum Orphans {
  private static let state = Mutex(State())

  private struct State {
    var areAdopted = false
    /// Children that this process has started and follows.
    var ownChildren: Set<pid_t> = []
  }

  private static let patience = 2.0
  private static let pause: UInt32 = 2_000

  /// From now on, this process gets the orphans below it, and kills them when a program that it started ends. For programs all of whose
  /// children are `ChildProcess`es: others would be taken for orphans.
  public static func adopt() {
    // Every Linux since 3.4 can.
    guard assay_adopt_orphans() == 0 else { return }
    state.withLock { $0.areAdopted = true }
  }

  /// Kills and reaps every child that this process does not follow, their children, and so on.
  public static func end() {
    let end = MonotonicClock.seconds() + patience
    while hasChildren(), MonotonicClock.seconds() < end {
      // No child may be started between the search and the signal: it would be none of those known.
      let found = state.withLock { state in
        let orphans = children().filter { !state.ownChildren.contains($0) }
        for orphan in orphans { kill(orphan, SIGKILL) }
        return orphans
      }
      if found.isEmpty { return }
      // The children of those killed come up in the next search.
      while found.contains(where: { waitpid($0, nil, WNOHANG) == 0 }), MonotonicClock.seconds() < end { usleep(pause) }
    }
  }

  /// Starts a child, which from then on is no orphan.
  static func start(_ spawn: () throws(SystemError) -> pid_t) throws(SystemError) -> pid_t {
    let result = state.withLock { state in
      Result { () throws(SystemError) in
        let pid = try spawn()
        state.ownChildren.insert(pid)
        return pid
      }
    }
    return try result.get()
  }

  /// A child has been reaped.
  static func forget(_ pid: pid_t) { state.withLock { _ = $0.ownChildren.remove(pid) } }

  /// Kills what an ended child has left behind, if this process adopts orphans.
  static func endAfterChild() { if state.withLock({ $0.areAdopted }) { end() } }

  private static func hasChildren() -> Bool {
    var information = siginfo_t()
    return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
  }

  private static func children() -> [pid_t] {
    let own = getpid()
    return Folder.names(in: "/proc").compactMap { pid_t($0) }.filter { parent(of: $0) == own }
  }

  private static func parent(of pid: pid_t) -> pid_t? {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/\(pid)/stat") else { return nil }
    // The name in parentheses may hold anything; state and parent follow it.
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
    return fields.flatMap { $0.count > 1 ? pid_t($0[1]) : nil }
  }
}
