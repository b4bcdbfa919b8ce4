import AssayCore
import Glibc

/// Runs a program to its end and collects what it prints.
///
/// Unlike Foundation's `Process`, the child stays in our process group, so that Ctrl-C ends both.
enum ChildProgram {
  /// The status of a shell for a program that does not exist.
  static let notFound: Int32 = 127
  /// As much of the output as an error may need.
  private static let keptBytes = 1 << 14

  /// - Parameters:
  ///   - arguments: the program, looked for on `PATH`, and its arguments.
  ///   - interval: seconds between two calls of `tick` while the program is silent; a negative number for none.
  /// - Returns: the exit status, 128 and the signal's number for a program that was killed; the end of the output and error output.
  static func run(
    _ arguments: [String], environment: [String: String], every interval: Double = -1, tick: () -> Void = {}
  ) throws(AssayError) -> (status: Int32, output: String) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure(arguments, errno) }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    defer { close(readEnd) }
    // The child has its own copy of the writing end, as descriptors 1 and 2.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (child, code) = spawn(arguments, environment: environment, output: writeEnd)
    close(writeEnd)
    if code == ENOENT { return (notFound, "") }
    guard code == 0 else { throw failure(arguments, code) }

    let output = collect(from: readEnd, every: interval, tick: tick)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return (signal == 0 ? (status >> 8) & 0xff : 128 + signal, String(decoding: output, as: UTF8.self))
  }

  private static func spawn(
    _ arguments: [String], environment: [String: String], output: Int32
  ) -> (child: pid_t, code: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    let argumentPointers = arguments.map { strdup($0) } + [nil]
    let environmentPointers = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argumentPointers + environmentPointers).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(&child, arguments[0], &actions, nil, argumentPointers, environmentPointers)
    return (child, code)
  }

  /// Reads until the last writer closes the pipe.
  private static func collect(from readEnd: Int32, every interval: Double, tick: () -> Void) -> [UInt8] {
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 12)
    var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&descriptor, 1, interval < 0 ? -1 : Int32(interval * 1000))
      if ready == 0 { tick() }
      guard ready > 0 else { continue }
      let count = read(readEnd, &block, block.count)
      guard count > 0 else { return output }
      output += block[..<count]
      if output.count > 2 * keptBytes { output.removeFirst(output.count - keptBytes) }
    }
  }

  private static func failure(_ arguments: [String], _ code: Int32) -> AssayError {
    AssayError(.inputOutput, "Cannot start \(arguments[0]): \(String(cString: strerror(code)))")
  }
}
