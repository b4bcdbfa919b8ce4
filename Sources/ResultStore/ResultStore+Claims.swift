public import AssayCore
import Foundation
import Glibc

/// A run that is being measured, in the form in which it is saved should its process be killed.
public struct UnfinishedRun: Codable, Sendable {
  /// What is known before the first record.
  public var report: CellReport
  public var host: HostDescription
  public var environment: [String: String]
  /// The stored run being resumed; nil if new.
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

/// Lock file: a live process will save this run. It lies in the folder `running` beside the store and is locked while the process lives.
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

  /// The run is saved, or left nothing to save.
  public func release() { unlink(path) }
}

extension ResultStore {
  /// The folder of claims. Nearly always empty, so that looking for abandoned runs costs nothing.
  private var claimFolder: String { URL(filePath: path).deletingLastPathComponent().appending(path: "running").path }

  /// Lets others know of a run whose records begin to come.
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
    // A board that loses its power must find a whole claim, or none.
    guard descriptor >= 0, fsync(descriptor) == 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(draft, path) == 0
    else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw AssayError(.inputOutput, "Cannot write \(path): \(reason).")
    }
    return RunClaim(logPath: logPath, path: path, descriptor: descriptor)
  }

  /// Whether a living process goes on with the run of a record log.
  func isClaimed(logNamed name: String) -> Bool {
    let descriptor = open("\(claimFolder)/\(name).json", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// The runs whose process is gone, and whose worker has written its last record. Each is claimed by this process.
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

  /// A worker holds a lock on its record log; it may outlive its parent by the inference that it is in.
  private func isBeingWritten(_ logPath: String) -> Bool {
    let descriptor = open(logPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
