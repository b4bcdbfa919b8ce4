import Foundation
public import Glibc

/// A program that a test started. Its output goes to files, so it never waits for the test to read.
public final class RunningProgram {
  public let processIdentifier: pid_t
  /// Keeps the folder of the output alive.
  private let sandbox: Sandbox
  private let outputs: [String]
  private var isReaped = false

  init(_ arguments: [String], environment: [String: String], in sandbox: Sandbox) throws {
    self.sandbox = sandbox
    let outputs = ["out", "err"].map { sandbox.path("\(UUID().uuidString).\($0)") }
    self.outputs = outputs
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (descriptor, path) in zip([STDOUT_FILENO, STDERR_FILENO], outputs) {
      posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // The threads that run tests block all signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard status == 0 else { throw ProgramError("Cannot start \(arguments[0]): \(String(cString: strerror(status)))") }
    processIdentifier = pid
  }

  /// A test that fails leaves nothing running.
  deinit {
    guard !isReaped else { return }
    kill(processIdentifier, SIGKILL)
    waitpid(processIdentifier, nil, 0)
  }

  public func send(_ signal: Int32) { kill(processIdentifier, signal) }

  /// Sends SIGINT twice and waits for the end. After one alone, a worker would have five seconds to stop.
  ///
  /// - Returns: the result, and the seconds from the second signal to the end.
  public func interruptTwice() throws -> (result: ProgramResult, seconds: Double) {
    usleep(500_000)
    send(SIGINT)
    usleep(200_000)
    let start = Date()
    send(SIGINT)
    let result = try wait(seconds: 15)
    return (result, Date().timeIntervalSince(start))
  }

  /// Waits for the end of the program.
  ///
  /// - Throws: after `seconds`.
  public func wait(seconds: Double = 60) throws -> ProgramResult {
    let start = Date()
    var status: Int32 = 0
    while waitpid(processIdentifier, &status, WNOHANG) == 0 {
      guard Date().timeIntervalSince(start) < seconds else {
        throw ProgramError("The program did not end within \(seconds) s. It wrote: \(text(0)) \(text(1))")
      }
      usleep(5000)
    }
    isReaped = true
    let signal = status & 0x7f
    return ProgramResult(
      status: signal == 0 ? (status >> 8) & 0xff : -signal, standardOutput: text(0), standardError: text(1))
  }

  /// Waits until a condition on the program or its output has a value.
  ///
  /// - Throws: after `seconds`.
  public func wait<Value>(seconds: Double = 30, for description: String, _ condition: () -> Value?) throws -> Value {
    let start = Date()
    while Date().timeIntervalSince(start) < seconds {
      if let value = condition() { return value }
      usleep(5000)
    }
    throw ProgramError("Waited \(seconds) s for \(description). The program wrote: \(text(0)) \(text(1))")
  }

  /// The children of the program that are running now.
  public var children: [pid_t] {
    let path = "/proc/\(processIdentifier)/task/\(processIdentifier)/children"
    let list = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return list.split(separator: " ").compactMap { pid_t($0) }
  }

  private func text(_ index: Int) -> String {
    (try? Data(contentsOf: URL(filePath: outputs[index]))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// The end and the output of a program.
public struct ProgramResult: Sendable, CustomStringConvertible {
  /// The exit status, or the negative number of the signal that ended the program.
  public let status: Int32
  public let standardOutput: String
  public let standardError: String

  /// Shown by failed expectations.
  public var description: String { "status \(status)\n\(standardOutput)\n\(standardError)" }
}

/// Why a test cannot continue.
public struct ProgramError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
