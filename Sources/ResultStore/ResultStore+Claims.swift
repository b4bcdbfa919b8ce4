public import AssayCore
import Foundation
import Glibc

/// A run that is being measured, as it is saved if its process is killed.
public struct UnfinishedRun: Codable, Sendable {
  /// The report without what follows from records.
  public var report: CellReport
  public var host: HostDescription
  public var environment: [String: String]
  /// The stored run being resumed; `nil` if new.
  public var resumes: Int64?

  public init(
    report: CellReport, host: HostDescription, environment: [String: String], resumes: Int64? = nil
  ) {
    self.report = report
    self.host = host
    self.environment = environment
    self.resumes = resumes
  }
}

/// Lock file: a live process will save this run. It is in the folder `running` beside the store, and locked while the process lives.
public final class RunClaim {
  /// The record log of the run.
  public let logPath: String
  private let path: String
  private let descriptor: Int32

  fileprivate init(logPath: String, path: String, descriptor: Int32) {
    self.logPath = logPath
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Removes the claim once the run is saved or has left nothing to save.
  public func release() { unlink(path) }
}

extension ResultStore {
  /// The folder of claims. Nearly always empty, so searching it is cheap.
  private var claimFolder: String { URL(filePath: path).deletingLastPathComponent().appending(path: "running").path }

  /// Claims a run before its first record.
  ///
  /// - Throws: `.inputOutput`
  public func claim(_ run: UnfinishedRun, logPath: String) throws(AssayError) -> RunClaim {
    let name = URL(filePath: logPath).lastPathComponent
    let path = "\(claimFolder)/\(name).json"
    let draft = "\(claimFolder)/.\(name)"
    do {
      try FileManager.default.createDirectory(atPath: claimFolder, withIntermediateDirectories: true)
      try Data(text(of: run).utf8).write(to: URL(filePath: draft))
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write \(path): \(error.localizedDescription)",
        advice: "Make room or change its permissions, or name another store with --store.")
    }
    let descriptor = open(draft, O_RDONLY | O_CLOEXEC)
    // After a power loss there must be a complete claim or none.
    guard descriptor >= 0, fsync(descriptor) == 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(draft, path) == 0
    else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw AssayError(.inputOutput, "Cannot write \(path): \(reason).")
    }
    return RunClaim(logPath: logPath, path: path, descriptor: descriptor)
  }

  /// Whether a live process is measuring the run of a record log.
  func isClaimed(logNamed name: String) -> Bool {
    let descriptor = open("\(claimFolder)/\(name).json", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Claims the runs whose process is gone and whose worker has written its last record.
  public func abandonedRuns() -> [(run: UnfinishedRun, claim: RunClaim)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: claimFolder)) ?? []
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().compactMap { name in
      guard let logPath = logPath(String(name.dropLast(5))) else { return nil }
      let path = "\(claimFolder)/\(name)"
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      let claim = RunClaim(logPath: logPath, path: path, descriptor: descriptor)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, !isBeingWritten(logPath),
        let content = FileManager.default.contents(atPath: path),
        let run = try? UnfinishedRun(reading: content)
      else { return nil }
      return (run, claim)
    }
  }

  /// Whether a worker holds the lock on its record log: it may outlive its parent by one inference.
  private func isBeingWritten(_ logPath: String) -> Bool {
    let descriptor = open(logPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
