public import AssayCore
import Foundation
import GRDB
import Platform

/// What a merge of two stores did.
public struct MergeReport: Sendable {
  /// The ids of the new runs here.
  public fileprivate(set) var added: [Int64] = []
  /// Runs that both stores have.
  public fileprivate(set) var same = 0
  /// Runs that both stores have, and that differ: those here stay.
  public fileprivate(set) var conflicts: [Conflict] = []
  /// Why runs of the other store could not be read.
  public fileprivate(set) var damaged: [AssayError] = []
  /// Tags that runs here have already, so that the new runs did not get them.
  public fileprivate(set) var keptTags: Set<String> = []

  public struct Conflict: Hashable, Sendable {
    public let here: Int64
    public let there: Int64
  }
}

extension ResultStore {
  /// Adds the runs of another store that this one has not, with their files and tags. The other store stays as it is.
  ///
  /// A run is known by the name of its record log or predictions, which no two runs share; one without files by all that it says. Each run is saved
  /// in a transaction of its own, after its files are there: if the merge stops early, the next one continues.
  ///
  /// - Throws: `.inputOutput`; `.usage` for the same store, or one with the same folder of records.
  public func merge(_ other: ResultStore) throws(AssayError) -> MergeReport {
    guard Folder.resolved(other.path) != Folder.resolved(path) else {
      throw AssayError(.usage, "\(other.path) is this store.", advice: "Name another one.")
    }
    // A file belongs to one run, which removes it with itself.
    guard Folder.resolved(other.logFolder) != Folder.resolved(logFolder) else {
      throw AssayError(
        .usage, "\(other.path) keeps its records in \(logFolder), as this store does, so a run cannot be in both.",
        advice: "Merge both into a store in another folder: assay results merge STORE STORE --store PATH")
    }
    var report = MergeReport()
    let ownTags = Set(try read { db in try String.fetchAll(db, sql: "SELECT DISTINCT name FROM tag") })
    for id in try other.read({ db in try Int64.fetchAll(db, sql: "SELECT id FROM run ORDER BY id") }) {
      let run: StoredRun
      do throws(AssayError) {
        run = try other.run(id)
      } catch {
        guard error.code == .badData else { throw error }
        report.damaged.append(error)
        continue
      }
      if let known = try known(run) {
        if try isSame(known, run) { report.same += 1 } else { report.conflicts.append(.init(here: known, there: id)) }
        continue
      }
      do throws(AssayError) {
        report.added.append(try add(run, from: other, tags: run.tags.filter { !ownTags.contains($0) }))
        report.keptTags.formUnion(run.tags.filter { ownTags.contains($0) })
      } catch {
        guard error.code == .badData else { throw error }
        report.damaged.append(error)
      }
    }
    return report
  }

  private static func name(_ path: String?) -> String? { path.map { URL(filePath: $0).lastPathComponent } }

  /// The run here that is the same one, whatever it says; `nil` if there is none.
  private func known(_ run: StoredRun) throws(AssayError) -> Int64? {
    let (log, predictions) = (run.log?.name, Self.name(run.report.predictions))
    if log != nil || predictions != nil {
      return try read { db in
        try Int64.fetchOne(
          db, sql: "SELECT id FROM run WHERE log_name = ? OR predictions_name = ?", arguments: [log, predictions])
      }
    }
    let candidates = try read { db in
      try Int64.fetchAll(
        db, sql: "SELECT id FROM run WHERE created = ? AND log_name IS NULL AND predictions_name IS NULL",
        arguments: [run.created])
    }
    for id in candidates where try isSame(id, run) { return id }
    return nil
  }

  private func isSame(_ id: Int64, _ other: StoredRun) throws(AssayError) -> Bool {
    guard let own = try? run(id) else { return false }
    func bare(_ run: StoredRun) -> StoredRun {
      var run = run
      run.id = 0
      run.tags = []
      run.report.runID = nil
      run.report.recordLog = Self.name(run.report.recordLog)
      run.report.predictions = Self.name(run.report.predictions)
      run.report.telemetry = Self.name(run.report.telemetry)
      return run
    }
    return bare(own) == bare(other)
  }

  private func add(_ run: StoredRun, from other: ResultStore, tags: [String]) throws(AssayError) -> Int64 {
    let names = [run.log?.name, Self.name(run.report.predictions), Self.name(run.report.telemetry)].compactMap(\.self)
    // The copy would take the place of what was measured here.
    for name in names {
      let isTaken = try read { db in try Self.isReferenced(name, db) }
      if isTaken || isClaimed(logNamed: name) {
        throw AssayError(
          .badData, "Run \(run.id) has a file \(name), which is that of another run here.",
          advice: "The run was not merged.")
      }
    }
    for name in names { try copy(name, from: other, sha256: name == run.log?.name ? run.log?.sha256 : nil) }
    let row = try attempt(on: path) {
      try RunRow(
        run.report, environment: run.environment, host: run.host, created: run.created, log: run.log,
        assay: run.assay)
    }
    return try write { db in
      let id = try row.save(db, as: nil)
      for tag in tags {
        try db.execute(sql: "INSERT OR IGNORE INTO tag (name, run_id) VALUES (?, ?)", arguments: [tag, id])
      }
      return id
    }
  }

  /// Copies a file under a name that nothing looks for, and then gives it its own. What an earlier merge left under that name is replaced.
  ///
  /// - Parameter sha256: of its content; `nil` if unknown.
  private func copy(_ name: String, from other: ResultStore, sha256: String?) throws(AssayError) {
    let (source, partial, target) = ("\(other.logFolder)/\(name)", "\(logFolder)/\(name).part", "\(logFolder)/\(name)")
    guard Folder.hasFile(source) else {
      throw AssayError(.badData, "There is no file \(source).", advice: "The run was not merged.")
    }
    if let sha256, try SHA256.digest(ofFile: source).sha256 != sha256 {
      throw AssayError(
        .badData, "The record log \(source) is not the one that was saved with its run.",
        advice: "The run was not merged.")
    }
    let files = FileManager.default
    do {
      try? files.removeItem(atPath: partial)
      try files.copyItem(atPath: source, toPath: partial)
      // The row must not outlive its files.
      try FileDescriptor(opening: partial).synchronize()
      try? files.removeItem(atPath: target)
      try files.moveItem(atPath: partial, toPath: target)
    } catch {
      try? files.removeItem(atPath: partial)
      throw AssayError(
        .inputOutput, "Cannot copy \(source): \(error.localizedDescription)",
        advice: "Make room, or check the permissions of \(logFolder).")
    }
  }
}
