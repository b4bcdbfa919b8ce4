import AssayCore
import Foundation
import Platform

/// The files of a worker that is asked and measures nothing. They go with the answer.
struct QuestionFolder {
  private let folder: LockedFolder
  private(set) var job: CellJob

  /// `nil` for a worker without a sandbox, which needs none.
  ///
  /// - Throws: `.inputOutput`, `.badModel` if the model's files cannot be found.
  init?(for spec: CellSpec) throws(AssayError) {
    guard spec.options.sandbox else { return nil }
    let readable = try ModelFile(spec.model).readable()
    folder = try Self.make("assay-question-")
    job = CellJob(recordLogPath: "\(folder.path)/records")
    job.readable = readable
  }

  func remove() { folder.remove() }

  /// A folder for temporary files.
  ///
  /// - Throws: `.inputOutput`
  static func make(_ prefix: String) throws(AssayError) -> LockedFolder {
    do throws(SystemError) {
      return try LockedFolder(in: FileManager.default.temporaryDirectory.path, prefix: prefix)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make a temporary folder: \(error).", advice: "Set TMPDIR to a folder that is writable.")
    }
  }
}
