import AssayCore
import Foundation
import Platform

/// A program that a test started. Its output goes to files, so it never waits for the test to read.
public final class RunningProgram {
  private let process: ChildProcess
  /// Keeps the folder of the output alive.
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

  /// A test that fails leaves nothing running.
  deinit {
    process.signal(SIGKILL)
    process.wait()
  }

  public var processIdentifier: Int32 { process.processIdentifier }

  public func send(_ signal: Int32) { process.signal(signal) }

  /// Sends SIGINT twice and waits for the end. After one alone, a worker would have five seconds to stop.
  ///
  /// - Returns: the result, and the seconds from the second signal to the end.
  public func interruptTwice() throws -> (result: ProgramResult, seconds: Double) {
    usleep(500_000)
    send(SIGINT)
    usleep(200_000)
    let start = MonotonicClock.seconds()
    send(SIGINT)
    let result = try wait(seconds: 15)
    return (result, MonotonicClock.seconds() - start)
  }

  /// Waits for the end of the program.
  ///
  /// - Parameter seconds: far more than a program takes: a machine that is short of everything can stand still for a minute.
  /// - Throws: after `seconds`.
  public func wait(seconds: Double = 180) throws -> ProgramResult {
    guard process.ended.waitUntilReadable(seconds: seconds) else {
      throw ProgramError("The program did not end within \(seconds) s. It wrote: \(text(0)) \(text(1))")
    }
    let status =
      switch process.wait() {
      case .exited(let status): status
      case .signalled(let signal): -signal
      }
    return ProgramResult(status: status, standardOutput: text(0), standardError: text(1))
  }

  /// Waits until a condition on the program or its output has a value.
  ///
  /// - Throws: after `seconds`.
  public func wait<Value>(seconds: Double = 30, for description: String, _ condition: () -> Value?) throws -> Value {
    let end = MonotonicClock.seconds() + seconds
    while MonotonicClock.seconds() < end {
      if let value = condition() { return value }
      usleep(5000)
    }
    throw ProgramError("Waited \(seconds) s for \(description). The program wrote: \(text(0)) \(text(1))")
  }

  /// The children of the program that are running now.
  public var children: [Int32] {
    let path = "/proc/\(processIdentifier)/task/\(processIdentifier)/children"
    let list = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return list.split(separator: " ").compactMap { Int32($0) }
  }

  /// The paths of the files that the program has open now.
  public var openFiles: [String] {
    let folder = "/proc/\(processIdentifier)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
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

  /// Standard output with sentences that were broken at the width of the terminal in one piece again.
  public var unwrappedOutput: String { standardOutput.replacing(/\n +/, with: " ") }

  /// Shown by failed expectations.
  public var description: String { "status \(status)\n\(standardOutput)\n\(standardError)" }
}

/// Why a test cannot continue.
public struct ProgramError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
