import AssayCore
import EngineInstaller
import Foundation
import Platform

/// One converter at work, in a process group of its own and a private folder.
struct StepRun {
  let step: ConversionStep
  /// The Python that does it.
  let script: String
  let environment: EnvironmentInstaller.Installed
  /// Private, and empty but for the calibration data.
  let folder: String
  let limits: StepLimits
  let interrupts: InterruptListener?

  private static let interval = 0.1
  /// A converter that says so ends with this status.
  private static let refused: Int32 = 3

  var logPath: String { "\(folder)/log.txt" }

  /// - Parameter progress: called about once a second with the seconds so far.
  /// - Throws: `.unsupported` for what the converter cannot do, `.crashed`, `.timedOut`, `.inputOutput` if it fills the disk or cannot be
  ///   started, `.interrupted`.
  func run(_ request: StepRequest, progress: (Double) -> Void) throws(AssayError) {
    let process: ChildProcess
    var log: StepLog
    do {
      let text = "\(folder)/request.json"
      try JSONEncoder().encode(request).write(to: URL(filePath: text))
      log = try StepLog(logPath, limit: limits.logBytes / 2)
      process = try ChildProcess(try spec(text))
    } catch let error as AssayError {
      throw error
    } catch {
      throw AssayError(.inputOutput, "Cannot start the step \(step.name) in \(folder): \(error)")
    }
    defer {
      process.signal(SIGKILL)
      process.wait()
    }
    try follow(process, &log, progress)
    try? log.end()
    try check(process.wait(), log)
  }

  private func spec(_ request: String) throws(AssayError) -> ProcessSpec {
    guard
      let python = IsolatedPython(
        environment.interpreter, in: folder, environment: ProcessInfo.processInfo.environment)
    else {
      throw AssayError(
        .engineUnavailable, "The Python of the environment \(environment.name) is gone: \(environment.interpreter).",
        advice: "Install it again: assay convert --install \(environment.name)")
    }
    var spec = python.program(script, [request], packages: environment.packages)
    spec.environment = variables(spec.environment ?? [:])
    spec.streams = [STDIN_FILENO: .null, STDOUT_FILENO: .output, STDERR_FILENO: .same(as: STDOUT_FILENO)]
    return spec
  }

  /// No proxies, no home, and every library told that there is no network.
  private func variables(_ kept: [String: String]) -> [String: String] {
    let own = kept.filter { ["PATH", "LANG", "LD_LIBRARY_PATH"].contains($0.key) || $0.key.hasPrefix("LC_") }
    return own.merging([
      "HOME": folder, "TMPDIR": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder,
      "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PIP_NO_INDEX": "1", "DO_NOT_TRACK": "1",
      "OPENVINO_TELEMETRY_DISABLE": "1", "TF_CPP_MIN_LOG_LEVEL": "2", "NO_COLOR": "1", "TERM": "dumb",
    ]) { $1 }
  }

  private func follow(
    _ process: ChildProcess, _ log: inout StepLog, _ progress: (Double) -> Void
  ) throws(AssayError) {
    guard let output = process.stream(STDOUT_FILENO) else { return }
    let start = MonotonicClock.seconds()
    var nextLook = start + 1
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var isOpen = true
    while true {
      if isOpen, output.waitUntilReadable(seconds: Self.interval) {
        do throws(SystemError) {
          let count = try output.read(into: &block)
          // A converter that closes its output still has to end.
          isOpen = count > 0
          try log.append(block[..<count])
        } catch {
          throw AssayError(.inputOutput, "Cannot keep the log of the step \(step.name) in \(folder): \(error)")
        }
      } else if process.ending != nil {
        return
      } else if !isOpen {
        _ = process.ended.waitUntilReadable(seconds: Self.interval)
      }
      if interrupts?.isInterrupted == true {
        throw AssayError(.interrupted, "Interrupted during the step \(step.name).")
      }
      let now = MonotonicClock.seconds()
      guard now >= nextLook else { continue }
      nextLook = now + 1
      progress(now - start)
      try checkUse(seconds: now - start, log)
    }
  }

  private func checkUse(seconds: Double, _ log: StepLog) throws(AssayError) {
    guard seconds < limits.seconds else {
      throw AssayError(
        .timedOut, "The step \(step.name) did not end within \(Int(limits.seconds)) s.",
        advice: "Allow it more: --time-limit SECONDS", outputTail: log.tail.text)
    }
    guard FolderSize.bytes(below: folder) <= limits.diskBytes else {
      throw AssayError(
        .inputOutput, "The step \(step.name) wrote more than \(limits.diskBytes >> 20) MiB, and was ended.",
        outputTail: log.tail.text)
    }
  }

  private func check(_ ending: ChildProcess.Ending, _ log: StepLog) throws(AssayError) {
    let tail = log.tail.text
    switch ending {
    case .exited(0): return
    case .exited(Self.refused):
      let bytes = try? FileDescriptor.contents(of: "\(folder)/failure.json")
      guard let bytes, let refusal = try? JSONDecoder().decode(StepRefusal.self, from: Data(bytes)) else { break }
      let names = refusal.operators.isEmpty ? "" : " They are: \(refusal.operators.joined(separator: ", "))."
      throw AssayError(.unsupported, "The step \(step.name): \(refusal.message)\(names)", outputTail: tail)
    default: break
    }
    let how =
      switch ending {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "signal \(signal)"
      }
    let shortage = ResourceLimits.shortage(in: tail ?? "").map { " It ran short of \($0.of)." } ?? ""
    throw AssayError(.crashed, "The step \(step.name) failed (\(how)).\(shortage)", outputTail: tail)
  }
}

/// How much a folder holds.
enum FolderSize {
  /// The size of all files below a folder; links count as themselves.
  static func bytes(below folder: String) -> Int {
    Folder.names(in: folder).reduce(0) { sum, name in
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { return sum }
      if status.st_mode & S_IFMT == S_IFDIR { return sum + bytes(below: path) }
      // A sparse file takes what it has written.
      return sum + Int(status.st_blocks) * 512
    }
  }
}
