import AssayCore
import CPlatform
import Glibc

/// A child process with pipes on its three standard streams, and a descriptor that tells its end.
final class SpawnedProcess {
  /// How a process ended.
  enum Ending {
    case exited(Int32)
    case signalled(Int32)
  }

  let pid: pid_t
  private let input: Int32
  /// Read without blocking.
  let output: Int32
  let errors: Int32
  /// Readable when the process has ended.
  let ended: Int32

  /// Starts a program with the environment of this one, in a process group of its own, so that Ctrl-C in a terminal reaches the parent alone.
  ///
  /// - Parameter command: the path of the program, then its arguments.
  init(command: [String]) throws(AssayError) {
    let executable = command.first ?? ""
    var pipes: [[Int32]] = []
    for index in 0..<4 {
      var ends: [Int32] = [-1, -1]
      // Its standard input is a socket: writing to a process that is gone must be an error, not a signal that ends this one.
      let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      let status = index == 0 ? socketpair(AF_UNIX, type, 0, &ends) : assay_pipe(&ends)
      guard status == 0 else {
        pipes.joined().forEach { close($0) }
        throw AssayError(.inputOutput, "Cannot make a pipe: \(String(cString: strerror(errno))).")
      }
      pipes.append(ends)
    }
    let childEnds = [pipes[0][0], pipes[1][1], pipes[2][1]]
    let status: Int32
    (status, pid) = Self.spawn(command, streams: childEnds)
    childEnds.forEach { close($0) }
    input = pipes[0][1]
    output = pipes[1][0]
    errors = pipes[2][0]
    ended = pipes[3][0]
    guard status == 0 else {
      close(pipes[3][1])
      throw AssayError(
        .inputOutput, "Cannot start \(executable): \(String(cString: strerror(status))).",
        advice: "assay-worker belongs beside assay; install both from the same build.")
    }
    for descriptor in [output, errors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    Self.reap(pid, announcingTo: pipes[3][1])
  }

  deinit { [input, output, errors, ended].forEach { close($0) } }

  func write(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 || errno == EINTR else { return }
      written += max(count, 0)
    }
  }

  /// After `ended` has become readable.
  func ending() -> Ending {
    var status: Int32 = 0
    guard read(ended, &status, MemoryLayout<Int32>.size) == MemoryLayout<Int32>.size else { return .exited(-1) }
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
  }

  private static func spawn(_ command: [String], streams: [Int32]) -> (status: Int32, pid: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // A thread that blocks signals, as those of test runners do, must not have the worker block them too.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    let status = posix_spawn(&pid, command.first ?? "", &actions, &attributes, &arguments, environ)
    return (status, pid)
  }

  /// Waits for the process on a thread of its own and writes its status into a pipe: an end that can be polled for, on every kernel.
  private static func reap(_ pid: pid_t, announcingTo descriptor: Int32) {
    let context = UnsafeMutablePointer<(pid_t, Int32)>.allocate(capacity: 1)
    context.initialize(to: (pid, descriptor))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { raw in
        guard let context = raw?.assumingMemoryBound(to: (pid_t, Int32).self) else { return nil }
        let (pid, descriptor) = context.pointee
        context.deallocate()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        _ = Glibc.write(descriptor, &status, MemoryLayout<Int32>.size)
        close(descriptor)
        return nil
      }, context)
    pthread_detach(thread)
  }
}
