public import AssayCore
import Foundation
import GRDB
import Glibc
import Platform

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

/// A note that a live process will save a run: a file in the folder `running` beside the store, locked while the process or its worker lives.
///
/// It is made before any other file of the run, so whatever a kill leaves belongs to a run in the store or to a claim. Each state of the run is a
/// line of JSON; the last complete one counts.
public final class RunClaim: Sendable {
  /// The record log of the run.
  public let logPath: String
  let path: String
  private let file: FileDescriptor

  fileprivate init(logPath: String, path: String, file: FileDescriptor) {
    self.logPath = logPath
    self.path = path
    self.file = file
  }

  /// What a worker keeps open, so that the run stays claimed until it has ended too.
  public var descriptor: Int32 { file.number }

  /// Adds what is known of the run by now. On failure, what was known before counts.
  public func update(_ run: UnfinishedRun) { try? append(run) }

  fileprivate func append(_ run: UnfinishedRun) throws {
    try file.write(Array("\(text(of: run))\n".utf8))
  }

  fileprivate func synchronize() throws { try file.synchronize() }

  /// - Returns: whether no other process has the claim.
  fileprivate func lock() -> Bool { file.tryLock() && file.isStill(at: path) }
}

extension ResultStore {
  /// The folder of claims. Nearly always empty, so searching it is cheap.
  var claimFolder: String { URL(filePath: path).deletingLastPathComponent().appending(path: "running").path }

  /// Seconds to wait for another process that has just found a claim.
  private static var claimPatience: Double { 2 }

  func claimPath(_ log: String) -> String { "\(claimFolder)/\(log).json" }

  /// Claims a run before anything of it is written.
  ///
  /// - Throws: a `SystemError`, `EBUSY` if another process has the claim.
  public func claim(_ run: UnfinishedRun, logPath: String) throws -> RunClaim {
    let path = claimPath(URL(filePath: logPath).lastPathComponent)
    try Folder.make(claimFolder, mode: Folder.privateMode)
    let end = MonotonicClock.seconds() + Self.claimPatience
    while true {
      let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
      let claim = RunClaim(logPath: logPath, path: path, file: file)
      // Another process may have found the file before it was locked, and removes it.
      guard claim.lock() else {
        guard MonotonicClock.seconds() < end else { throw SystemError(code: EBUSY) }
        usleep(10_000)
        continue
      }
      try claim.append(run)
      // After a power cut there must be a claim for every log.
      try claim.synchronize()
      return claim
    }
  }

  /// Whether a live process is measuring the run of a record log.
  func isClaimed(logNamed name: String) -> Bool {
    guard let file = try? FileDescriptor(opening: claimPath(name), O_NOFOLLOW) else { return false }
    return !file.tryLock(isShared: true)
  }

  /// The runs whose processes are gone.
  public func abandonedRuns() -> [(run: UnfinishedRun?, claim: RunClaim)] {
    Folder.names(in: claimFolder).filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
      let log = String(name.dropLast(".json".count))
      let path = "\(claimFolder)/\(name)"
      guard StoredFiles.isGood(log), let file = try? FileDescriptor(opening: path, O_NOFOLLOW | O_NONBLOCK),
        file.isRegularFile
      else { return nil }
      let claim = RunClaim(logPath: "\(logFolder)/\(log)", path: path, file: file)
      guard claim.lock(), !isBeingWritten(claim.logPath) else { return nil }
      return (Self.lastState(of: path), claim)
    }
  }

  /// `nil` if the process was killed before it wrote the first.
  static func lastState(of path: String) -> UnfinishedRun? {
    let lines = (try? FileDescriptor.contents(of: path))?.split(separator: UInt8(ascii: "\n")) ?? []
    for line in lines.reversed() {
      if let run = try? UnfinishedRun(reading: Data(line)), run.report.damage == nil { return run }
    }
    return nil
  }

  /// Whether a worker holds the lock on its record log: that of an Assay before claims were inherited may outlive its parent.
  private func isBeingWritten(_ logPath: String) -> Bool {
    guard let file = try? FileDescriptor(opening: logPath, O_NOFOLLOW | O_NONBLOCK) else { return false }
    return !file.tryLock(isShared: true)
  }

  /// Whether a run in the store has the record log of a claim.
  public func hasSaved(_ claim: RunClaim) throws(AssayError) -> Bool {
    let name = URL(filePath: claim.logPath).lastPathComponent
    return try read { db in try Self.isReferenced(name, db) }
  }

  /// Ends a claim once its run is saved or has left nothing to save. What the run has written and no saved run has is removed first.
  public func release(_ claim: RunClaim) throws(AssayError) {
    for name in RunFiles.all(besideLog: URL(filePath: claim.logPath).lastPathComponent) {
      guard try read({ db in try !Self.isReferenced(name, db) }) else { continue }
      try? remove(name)
    }
    try? Folder.removeFile(claim.path)
  }
}
