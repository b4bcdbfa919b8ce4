import ArgumentParser
import Assay
import AssayCore
import Foundation
import Platform
import Study

/// The hosts of a study, each measured by a process of its own: one that hangs, crashes or cannot be reached costs its own cells.
struct StudyHosts {
  private let command: StudyRunCommand
  private let study: StudyFile
  private let hosts: [Int]

  init(_ command: StudyRunCommand, _ study: StudyFile, _ hosts: [Int]) {
    self.command = command
    self.study = study
    self.hosts = hosts
  }

  /// Waits until all hosts are done.
  func measure(_ interrupts: InterruptListener) throws -> StudyProgress {
    let before = try state()
    let processes = try hosts.map { host in try ChildProcess(process(for: study.hosts[host].name)) }
    var progress: [StudyProgress] = []
    // A process that gets a second signal stops at once, without saving its run.
    var signals = 0
    for (host, process) in zip(hosts, processes) {
      // The processes have groups of their own, which the Ctrl-C of a terminal does not reach.
      while process.ending == nil, !process.ended.waitUntilReadable(seconds: 0.2) {
        guard interrupts.signalCount > signals else { continue }
        signals = interrupts.signalCount
        processes.forEach { $0.signal(SIGTERM) }
      }
      let found = Self.progress(process)
      if found == nil { Terminal.message("assay: \(study.hosts[host].name) was not measured to the end.") }
      progress.append(try found ?? saved(host, before))
    }
    return StudyProgress.together(progress)
  }

  private func process(for host: String) -> ProcessSpec {
    var arguments = ["study", "run", command.study.file, "--host=\(host)", "--for-parent"]
    if let store = command.location.store { arguments.append("--store=\(store)") }
    if let shard = command.shard { arguments += ["--shard", "\(shard.number)/\(shard.count)"] }
    if command.retryFailed { arguments.append("--retry-failed") }
    if command.quiet { arguments.append("--quiet") }
    return ProcessSpec(
      "/proc/self/exe", arguments, streams: [STDIN_FILENO: .input, STDOUT_FILENO: .output], isInOwnGroup: true)
  }

  /// How far a host came that did not tell it, by what it has saved.
  private func saved(_ host: Int, _ before: StudyState) throws(AssayError) -> StudyProgress {
    let cells = try StudyPlan(study, shard: command.shard).cells(ofHost: host)
    return StudyProgress(of: cells, before: before, now: try state())
  }

  private func state() throws(AssayError) -> StudyState {
    try StudyState(study, in: command.existingStore, retriesFailed: command.retryFailed)
  }

  // MARK: The line of a process

  static func line(_ progress: StudyProgress) -> String {
    progress.counts.map(String.init).joined(separator: " ") + "\n"
  }

  private static func progress(_ process: ChildProcess) -> StudyProgress? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while let output = process.stream(STDOUT_FILENO), let count = try? output.read(into: &block), count > 0 {
      bytes += block.prefix(count)
    }
    let numbers = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.compactMap { Int($0) }
    return numbers.count == StudyProgress().counts.count ? StudyProgress(counts: numbers) : nil
  }
}
