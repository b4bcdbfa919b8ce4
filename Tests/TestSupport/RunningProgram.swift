import AssayCore
import Foundation
import Platform

/// A program that a test has started. Its output goes into files, so that it never waits for the test.
public final class RunningProgram {
  private let process: ChildProcess
  /// Keeps the folder in which the output lies.
  private let sandbox: Sandbox
  private let outputs: [String]

  init(_ arguments: [String], environment: [String: String], in sandbox: Sandbox) throws(AssayError) {
    self.sandbox = sandbox
    outputs = ["out", "err"].map { sandbox.path("\(UUID().uuidString).\($0)") }
    process = try ChildProcess(
      ProcessSpec(
        arguments[0], Array(arguments.dropFirst()), environment: environment,
        streams: [0: .null, 1: .file(outputs[0]), 2: .file(outputs[1])], isInOwnGroup: false))
  }

  /// A test that fails half-way leaves nothing running.
  deinit {
    process.signal(SIGKILL)
    process.wait()
  }

  public var processIdentifier: Int32 { process.processIdentifier }

  public func send(_ signal: Int32) { process.signal(signal) }

  /// Waits for the end of the program.
  ///
  /// - Throws: where it takes longer than `seconds`.
  public func wait(seconds: Double = 60) throws -> ProgramResult {
    guard process.ended.waitUntilReadable(seconds: seconds) else {
      throw ProgramError("It did not end within \(seconds) s. It wrote: \(text(0)) \(text(1))")
    }
    let status =
      switch process.wait() {
      case .exited(let status): status
      case .signalled(let signal): -signal
      }
    return ProgramResult(status: status, standardOutput: text(0), standardError: text(1))
  }

  /// Waits until something is true of the program or what it has written.
  ///
  /// - Throws: where it takes longer than `seconds`.
  public func wait<Value>(seconds: Double = 30, for description: String, _ condition: () -> Value?) throws -> Value {
    let end = MonotonicClock.seconds() + seconds
    while MonotonicClock.seconds() < end {
      if let value = condition() { return value }
      usleep(5000)
    }
    throw ProgramError("\(description) did not come within \(seconds) s. It wrote: \(text(0)) \(text(1))")
  }

  /// The children of the program that run at this moment.
  public var children: [Int32] {
    let path = "/proc/\(processIdentifier)/task/\(processIdentifier)/children"
    let list = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return list.split(separator: " ").compactMap { Int32($0) }
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
