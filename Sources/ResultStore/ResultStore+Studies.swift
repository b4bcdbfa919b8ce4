public import AssayCore
import Foundation
import GRDB

/// A run of a study, as far as its progress needs it.
public struct StudyRunSummary: Hashable, Sendable {
  public let id: Int64
  /// `CellSpec.identity`; `nil` for a run whose model could not be read.
  public let cellID: String?
  public let membership: StudyMembership
  public let status: CellStatus
  public let threads: Int
  /// `nil` for the model's own.
  public let batch: Int?
}

extension ResultStore {
  /// The runs of a study, oldest first.
  ///
  /// - Parameter damaged: called for each run that is left out because it is damaged.
  public func runs(ofStudy study: String, damaged: (AssayError) -> Void = { _ in }) throws(AssayError)
    -> [StudyRunSummary]
  {
    let rows = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, cell_id, status, iif(json_valid(report), report ->> '$.study', NULL), threads, batch FROM run
          WHERE study = ? ORDER BY id
          """, arguments: [study]
      ).map { row in
        (
          id: try row.decode(Int64.self, atIndex: 0), cell: try? row.decode(String?.self, atIndex: 1),
          status: try? row.decode(String.self, atIndex: 2), study: try? row.decode(String?.self, atIndex: 3),
          threads: try? row.decode(Int.self, atIndex: 4), batch: try? row.decode(Int?.self, atIndex: 5)
        )
      }
    }
    return rows.compactMap { row in
      guard let status = row.status.flatMap({ CellStatus(rawValue: $0) }),
        let membership = row.study.flatMap({ try? JSONDecoder().decode(StudyMembership.self, from: Data($0.utf8)) }),
        let threads = row.threads
      else {
        damaged(
          AssayError(.badData, "Run \(row.id) is damaged.", advice: "To remove it: assay results delete \(row.id)"))
        return nil
      }
      return StudyRunSummary(
        id: row.id, cellID: row.cell, membership: membership, status: status, threads: threads, batch: row.batch)
    }
  }

  /// The folder of the locks of studies.
  public var studyFolder: String { URL(filePath: path).deletingLastPathComponent().appending(path: "studies").path }
}
