public import AssayCore
import CPlatform
import Glibc
import Synchronization

/// A program that this process has started.
///
/// A thread waits for its end and reaps it, so that `ended` can be polled on every kernel: some boards have none with pidfd. What is left of a
/// process group of its own ends with it.
public final class ChildProcess: Sendable {
  /// How a process ended.
  public enum Ending: Hashable, Sendable {
    /// With a status; -1 where the system lost it.
    case exited(Int32)
    case signalled(Int32)
  }

  public let processIdentifier: Int32
  private let streams: [Int32: FileDescriptor]
  private let endOfLife: FileDescriptor
  private let life: Life

  /// Starts a program.
  ///
  /// - Throws: `.inputOutput` where it cannot be started, or followed.
  public convenience init(_ spec: ProcessSpec) throws(AssayError) {
    // Waiting takes little stack.
    try self.init(spec, stackBytes: 256 << 10)
  }

  init(_ spec: ProcessSpec, stackBytes: Int) throws(AssayError) {
    let ends: StreamEnds
    let end: (reading: FileDescriptor, writing: FileDescriptor)
    do throws(SystemError) {
      guard assay_keep_ended_children() == 0 else { throw .last }
      end = try FileDescriptor.pipe()
      ends = try StreamEnds(spec.streams)
      processIdentifier = try Orphans.start { () throws(SystemError) in try spec.spawn(ends.ofChild) }
    } catch {
      let advice = "End other programs, or raise the limits on processes and open files (ulimit -u, ulimit -n)."
      throw AssayError(
        .inputOutput, "Cannot start \(spec.program): \(error).",
        advice: [EAGAIN, EMFILE, ENFILE].contains(error.code) ? advice : nil)
    }
    streams = ends.ofParent
    endOfLife = end.reading
    life = Life(processIdentifier, leadsGroup: spec.isInOwnGroup)
    do throws(AssayError) {
      try DetachedThread.start("following \(spec.program)", stackBytes: stackBytes) { [life, writing = end.writing] in
        life.waitForEnd()
        // Closing the last reference makes `ended` readable.
        withExtendedLifetime(writing) {}
      }
    } catch {
      life.signal(SIGKILL)
      life.waitForEnd()
      throw error
    }
  }

  /// This process's end of an input or output of the program; `nil` where it has none.
  public func stream(_ descriptor: Int32) -> FileDescriptor? { streams[descriptor] }

  /// Readable (POLLHUP) when the process has ended.
  public var ended: FileDescriptor { endOfLife }

  /// Sends a signal, unless the process has ended: its number may then belong to another one.
  ///
  /// - Returns: whether it was sent.
  @discardableResult
  public func signal(_ number: Int32) -> Bool { life.signal(number) }

  /// Sleeps until the process has ended.
  @discardableResult
  public func wait() -> Ending {
    while true {
      if let ending { return ending }
      _ = endOfLife.waitUntilReadable()
    }
  }

  /// How it ended; `nil` while it runs.
  public var ending: Ending? { life.ending }

  /// Writes all bytes to an input of the program.
  ///
  /// - Throws: `EPIPE` where the program is gone, `EBADF` where it has no such input.
  public func write(_ bytes: [UInt8], to descriptor: Int32 = 0) throws(SystemError) {
    guard let stream = streams[descriptor] else { throw SystemError(code: EBADF) }
    try stream.send(bytes)
  }

  /// Writes to an input of the program what it has room for.
  ///
  /// - Returns: the bytes written; 0 if there is no room.
  /// - Throws: as `write(_:to:)`.
  public func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: Int32 = 0) throws(SystemError) -> Int {
    guard let stream = streams[descriptor] else { throw SystemError(code: EBADF) }
    return try stream.sendSome(bytes)
  }
}

/// Whether a process lives. One lock orders signals and the call that frees its number, so no signal reaches another process.
private final class Life: Sendable {
  private let pid: pid_t
  private let leadsGroup: Bool
  private let state = Mutex<ChildProcess.Ending?>(nil)

  init(_ pid: pid_t, leadsGroup: Bool) {
    self.pid = pid
    self.leadsGroup = leadsGroup
  }

  var ending: ChildProcess.Ending? { state.withLock { $0 } }

  @discardableResult
  func signal(_ number: Int32) -> Bool { state.withLock { $0 == nil && kill(pid, number) == 0 } }

  func waitForEnd() {
    // WNOWAIT keeps the number taken until the lock is held.
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    // Before its number, which is that of the group, is free for others.
    if leadsGroup { kill(-pid, SIGKILL) }
    state.withLock { ending in
      var status: Int32 = 0
      var result = waitpid(pid, &status, 0)
      while result < 0, errno == EINTR { result = waitpid(pid, &status, 0) }
      let signal = status & 0x7f
      ending = result != pid ? .exited(-1) : signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
    Orphans.forget(pid)
    Orphans.endAfterChild()
  }
}

/// Both ends of the streams between this process and a new one.
private struct StreamEnds {
  private(set) var ofParent: [Int32: FileDescriptor] = [:]
  private(set) var ofChild: [Int32: FileDescriptor] = [:]

  init(_ streams: [Int32: ProcessSpec.Stream]) throws(SystemError) {
    for (target, stream) in streams {
      switch stream {
      case .null: ofChild[target] = try FileDescriptor(opening: "/dev/null", O_RDWR)
      case .file(let path): ofChild[target] = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
      case .input:
        // A socket: writing to a program that is gone must fail, not end this process with SIGPIPE.
        (ofParent[target], ofChild[target]) = try FileDescriptor.socketPair()
      case .output:
        let pipe = try FileDescriptor.pipe()
        guard fcntl(pipe.reading.number, F_SETFL, O_NONBLOCK) == 0 else { throw .last }
        (ofParent[target], ofChild[target]) = (pipe.reading, pipe.writing)
      case .inherited(let number):
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .last }
        ofChild[target] = FileDescriptor(owning: copy)
      case .same: continue
      }
    }
    for (target, stream) in streams {
      guard case .same(let other) = stream else { continue }
      guard let end = ofChild[other] else { throw SystemError(code: EBADF) }
      ofChild[target] = end
    }
  }
}

extension ProcessSpec {
  /// - Parameter streams: by descriptor of the program.
  fileprivate func spawn(_ streams: [Int32: FileDescriptor]) throws(SystemError) -> pid_t {
    // Copies above all targets: dup2 onto one target must not overwrite the source of another.
    let lowest = max((streams.keys.max() ?? 0) + 1, 3)
    var sources: [(target: Int32, copy: FileDescriptor)] = []
    for (target, stream) in streams {
      let copy = fcntl(stream.number, F_DUPFD_CLOEXEC, lowest)
      guard copy >= 0 else { throw .last }
      sources.append((target, FileDescriptor(owning: copy)))
    }
    return try withExtendedLifetime(sources) { () throws(SystemError) in
      try withFileActions(sources.map { ($0.target, $0.copy.number) }) { actions throws(SystemError) in
        try withAttributes { attributes throws(SystemError) in try spawn(actions, attributes) }
      }
    }
  }

  private func spawn(
    _ actions: UnsafePointer<posix_spawn_file_actions_t>, _ attributes: UnsafePointer<posix_spawnattr_t>
  ) throws(SystemError) -> pid_t {
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { $0.map { strdup("\($0.key)=\($0.value)") } + [nil] }
    defer { (words + (variables ?? [])).forEach { free($0) } }
    var pid: pid_t = 0
    let status =
      variables.map { posix_spawn(&pid, program, actions, attributes, words, $0) }
      ?? posix_spawn(&pid, program, actions, attributes, words, environ)
    guard status == 0 else { throw SystemError(code: status) }
    return pid
  }

  private func withFileActions(
    _ streams: [(target: Int32, source: Int32)],
    _ body: (UnsafePointer<posix_spawn_file_actions_t>) throws(SystemError) -> pid_t
  ) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var status = posix_spawn_file_actions_init(&actions)
    guard status == 0 else { throw SystemError(code: status) }
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in streams where status == 0 {
      status = posix_spawn_file_actions_adddup2(&actions, source, target)
    }
    if status == 0, let workingFolder { status = assay_spawn_in_folder(&actions, workingFolder) }
    guard status == 0 else { throw SystemError(code: status) }
    return try body(&actions)
  }

  private func withAttributes(
    _ body: (UnsafePointer<posix_spawnattr_t>) throws(SystemError) -> pid_t
  ) throws(SystemError) -> pid_t {
    var attributes = posix_spawnattr_t()
    var status = posix_spawnattr_init(&attributes)
    guard status == 0 else { throw SystemError(code: status) }
    defer { posix_spawnattr_destroy(&attributes) }
    // The program must not inherit what this process ignores or this thread blocks, as those of test runners do.
    var signals = sigset_t()
    sigemptyset(&signals)
    status = posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ] { sigaddset(&signals, signal) }
    if status == 0 { status = posix_spawnattr_setsigdefault(&attributes, &signals) }
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (isInOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)
    if status == 0 { status = posix_spawnattr_setflags(&attributes, Int16(flags)) }
    guard status == 0 else { throw SystemError(code: status) }
    return try body(&attributes)
  }
}
