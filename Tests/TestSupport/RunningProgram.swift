import Foundation
public import Glibc

/// A program that a test has started. Its output goes into files, so that it never waits for the test.
public final class RunningProgram {
  public let processIdentifier: pid_t
  /// Keeps the folder in which the output lies.
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
    // The threads that run tests block all signals and would pass that on.
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

  /// A test that fails half-way leaves nothing running.
  deinit {
    guard !isReaped else { return }
    kill(processIdentifier, SIGKILL)
    waitpid(processIdentifier, nil, 0)
  }

  public func send(_ signal: Int32) { kill(processIdentifier, signal) }

  /// Waits for the end of the program.
  ///
  /// - Throws: where it takes longer than `seconds`.
  public func wait(seconds: Double = 60) throws -> ProgramResult {
    let start = Date()
    var status: Int32 = 0
    while waitpid(processIdentifier, &status, WNOHANG) == 0 {
      guard Date().timeIntervalSince(start) < seconds else {
        throw ProgramError("It did not end within \(seconds) s. It wrote: \(text(0)) \(text(1))")
      }
      usleep(5000)
    }
    isReaped = true
    let signal = status & 0x7f
    return ProgramResult(
      status: signal == 0 ? (status >> 8) & 0xff : -signal, standardOutput: text(0), standardError: text(1))
  }

  /// Waits until something is true of the program or what it has written.
  ///
  /// - Throws: where it takes longer than `seconds`.
  public func wait<Value>(seconds: Double = 30, for description: String, _ condition: () -> Value?) throws -> Value {
    let start = Date()
    while Date().timeIntervalSince(start) < seconds {
      if let value = condition() { return value }
      usleep(5000)
    }
    throw ProgramError("\(description) did not come within \(seconds) s. It wrote: \(text(0)) \(text(1))")
  }

  /// The children of the program that run at this moment.
  public var children: [pid_t] {
    let path = "/proc/\(processIdentifier)/task/\(processIdentifier)/children"
    let list = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return list.split(separator: " ").compactMap { pid_t($0) }
  }

  private func text(_ index: Int) -> String {
    (try? Data(contentsOf: URL(filePath: outputs[index]))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// How a program ended and what it wrote.
public struct ProgramResult: Sendable, CustomStringConvertible {
  /// The exit status; where a signal ended the program, that signal's negative number.
  public let status: Int32
  public let standardOutput: String
  public let standardError: String

  /// What a failed expectation shows.
  public var description: String { "status \(status)\n\(standardOutput)\n\(standardError)" }
}

/// Why a test could not go on.
public struct ProgramError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
