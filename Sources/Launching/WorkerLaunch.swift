import AssayCore
import Foundation
import Glibc
import Platform

/// How a worker is started.
public struct WorkerLaunch: Hashable, Sendable {
  /// The worker's program: a path here, or a name on the search path of the other side.
  public var workerProgram: String
  /// A command that runs another one somewhere else, such as `ssh pi@board` or `srun -w node1`; `nil` starts the worker on this machine.
  public var via: String?

  /// Library output beyond this many bytes is a fault, not a diagnosis.
  static let outputLimit = 64 << 20
  /// Where a worker has what stays open until it ends.
  private static let keptDescriptor: Int32 = 3
  /// Seconds that a worker gets to end after it was asked to, or after its last message.
  static let graceSeconds = 5.0

  public init(program: String, via: String? = nil) {
    workerProgram = program
    self.via = via
  }

  /// Whether parent and worker see the same files.
  public var sharesFiles: Bool { via == nil }

  /// Starts the worker.
  ///
  /// - Parameter kept: a descriptor that stays open, and so locked, until the worker has ended too.
  /// - Throws: `.inputOutput` if the program or the command of the prefix cannot be started.
  func start(keeping kept: Int32? = nil) throws(AssayError) -> ChildProcess {
    try checkPrefix()
    do throws(AssayError) {
      var streams: [Int32: ProcessSpec.Stream] = [0: .input, 1: .output, 2: .output]
      if let kept { streams[Self.keptDescriptor] = .inherited(kept) }
      return try ChildProcess(ProcessSpec(program, arguments, environment: environment, streams: streams))
    } catch {
      throw AssayError(
        error.code, error.message,
        advice: error.advice ?? "assay-worker belongs beside assay; install both from the same build.")
    }
  }

  private var program: String { via == nil ? workerProgram : "/bin/sh" }

  /// The shell splits the prefix as the user's own shell would.
  private var arguments: [String] { via.map { ["-c", "exec \($0) \"$@\"", "sh", workerProgram] } ?? [] }

  /// A relative folder in `PATH` would lead the shell to a program of the current folder, and `srun` would hold back what a worker answers until a
  /// line ends. `nil` for the variables of this process.
  private var environment: [String: String]? {
    guard via != nil else { return nil }
    let environment = ProcessInfo.processInfo.environment
    return environment.merging([
      "PATH": ProcessSpec.searchPath(environment["PATH"]), "SLURM_UNBUFFEREDIO": "1",
    ]) { $1 }
  }

  /// The shell reports a missing command with the same status as a missing worker on the other side, so this looks for the command first.
  private func checkPrefix() throws(AssayError) {
    guard let via else { return }
    guard let command = via.split(separator: " ").first.map(String.init) else {
      throw AssayError(
        .usage, "--via is empty.", advice: "Give a command that runs another one, such as \"ssh pi@board\".")
    }
    let path = ProcessSpec.searchPath(getenv("PATH").map { String(cString: $0) })
    let isPlain = command.allSatisfy { $0.isLetter || $0.isNumber || "._-+/".contains($0) }
    guard isPlain, ProcessSpec.locate(command, path: path) == nil else { return }
    throw AssayError(
      .inputOutput, "There is no command \(command), which --via names.",
      advice: "Install it, or correct the prefix: \"\(via)\".")
  }
}

// What went wrong behind a prefix.
extension WorkerLaunch {
  /// An error that a worker reports. Those that are about its machine name the prefix.
  func placing(_ error: AssayError) -> AssayError {
    let placed: Set<AssayError.Code> = [
      .inputOutput, .protocolViolation, .crashed, .timedOut, .engineUnavailable, .deviceUnavailable,
    ]
    guard let via, placed.contains(error.code) else { return error }
    return AssayError(
      error.code, "Behind \"\(via)\": \(error.message)", advice: error.advice, outputTail: error.outputTail)
  }

  /// A prefix that ended before its worker said anything.
  func unanswered(_ via: String, _ ending: ChildProcess.Ending, printed: String?) -> AssayError {
    let last = printed?.split(separator: "\n").last.map { " It printed: \($0)" } ?? ""
    return switch ending {
    case .exited(127):
      AssayError(
        .inputOutput, "Behind \"\(via)\" there is no program \(workerProgram).\(last)",
        advice:
          "Copy assay-worker of the same build onto the search path there, or name its path there with ASSAY_REMOTE_WORKER."
      )
    case .exited(126):
      AssayError(
        .inputOutput, "Behind \"\(via)\", \(workerProgram) cannot be executed.\(last)",
        advice: "Install an assay-worker that was built for that machine.")
    case .exited(let status):
      AssayError(
        .inputOutput, "\"\(via)\" ended with status \(status) before a worker answered.\(last)",
        advice: "Try it by hand, without a password: \(via) true")
    case .signalled(let signal):
      AssayError(
        .inputOutput, "\"\(via)\" died of signal \(signal) before a worker answered.\(last)",
        advice: "Try it by hand: \(via) true")
    }
  }

  /// Something that is not a worker writes to standard output.
  func chatter(_ via: String) -> AssayError {
    AssayError(
      .protocolViolation, "\"\(via)\" printed something before a worker answered.",
      advice: "Start-up files of the shell there must print nothing; this must print nothing: \(via) true")
  }

  /// A prefix that ended while its worker was at work.
  func cut(_ via: String, _ ending: ChildProcess.Ending, phase: String, printed: String?) -> AssayError {
    let end =
      switch ending {
      case .exited(let status): "ended with status \(status)"
      case .signalled(let signal): "died of signal \(signal)"
      }
    return AssayError(
      .crashed, "\"\(via)\" \(end) \(phase): the connection broke, or the worker was killed.",
      advice: "What had arrived is kept.", outputTail: printed)
  }
}
