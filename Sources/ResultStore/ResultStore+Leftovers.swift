public import AssayCore
import Foundation
import GRDB
import Glibc
import Platform

extension ResultStore {
  /// Whether a run has a file, under whatever heading.
  static func isReferenced(_ name: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM run WHERE log_name = ?1 OR predictions_name = ?1 OR telemetry_name = ?1)",
      arguments: [name]) == true
  }

  /// Removes the files of deleted runs, unless another run has them. A process that was killed meanwhile has left their names in the store.
  ///
  /// - Throws: `.inputOutput` with the first that cannot be removed. The others are.
  public func removeFilesOfDeletedRuns() throws(AssayError) {
    let names = try read { try String.fetchAll($0, sql: "SELECT name FROM doomed_file ORDER BY name") }
    var failure: AssayError?
    for name in names {
      let isReferenced = try read { db in try Self.isReferenced(name, db) }
      do throws(SystemError) {
        if !isReferenced, !isClaimed(logNamed: name) { try remove(name) }
      } catch {
        failure =
          failure
          ?? AssayError(
            .inputOutput, "A run is deleted, but not its file \(logFolder)/\(name): \(error).",
            advice: "Make the folder writable; the next command that opens the store tries again.")
        continue
      }
      try write { try $0.execute(sql: "DELETE FROM doomed_file WHERE name = ?", arguments: [name]) }
    }
    if let failure { throw failure }
  }

  /// Tidies what an Assay that made claims later has left: drafts of claims, and files of runs that never were. Records of runs that the store does
  /// not know stay, with the files beside them.
  ///
  /// - Parameter hasRecords: whether the record log at a path has records, or may get some.
  public func tidyFilesOfOlderAssays(hasRecords: (String) -> Bool) throws(AssayError) {
    for name in Folder.names(in: claimFolder) where name.hasPrefix(".") && name.hasSuffix(".records") {
      tidyDraft(name, hasRecords)
    }
    let names = Folder.names(in: logFolder).filter(Self.isOfRun)
    let kept = Set(names.filter { $0.hasSuffix(".records") && isKept($0, hasRecords) })
    for name in names {
      Folder.makePrivate("\(logFolder)/\(name)")
      let isOfRun = try read { try Self.isReferenced(name, $0) }
      if !isOfRun, !kept.contains("\(name.prefix { $0 != "." }).records") { try? remove(name) }
    }
  }

  private func isKept(_ log: String, _ hasRecords: (String) -> Bool) -> Bool {
    !Folder.isFree(claimPath(log)) || hasRecords("\(logFolder)/\(log)")
  }

  /// A draft becomes a claim if it is complete and its run has records.
  private func tidyDraft(_ name: String, _ hasRecords: (String) -> Bool) {
    let draft = "\(claimFolder)/\(name)"
    let log = String(name.dropFirst())
    guard let file = try? FileDescriptor(opening: draft, O_NOFOLLOW | O_NONBLOCK), file.isRegularFile, file.tryLock()
    else { return }
    if Self.lastState(of: draft) != nil, hasRecords("\(logFolder)/\(log)"), Folder.isFree(claimPath(log)) {
      rename(draft, claimPath(log))
    } else {
      try? Folder.removeFile(draft)
    }
  }

  /// `1795845511-5A09E91A-158C-4C87-B4A5-AC4135141B7A.` and one of the endings that Assay gives.
  private static func isOfRun(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 1)
    let stem = parts.first?.split(separator: "-", maxSplits: 1) ?? []
    return parts.count == 2 && stem.count == 2 && Int(stem[0]) != nil && UUID(uuidString: String(stem[1])) != nil
      && (parts[1] == "images" || RunFiles.all(besideLog: "\(parts[0]).records").contains(name))
  }
}
