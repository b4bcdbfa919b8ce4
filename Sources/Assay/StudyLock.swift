import AssayCore
import Foundation
import Glibc
import Platform
import ResultStore

/// Keeps two processes from measuring the same study on the same host into the same store at once. The lock ends with the process.
struct StudyLock {
  private let file: FileDescriptor

  /// - Throws: `.usage` if another process has it, `.inputOutput` if it cannot be made.
  init(_ study: String, host: String, in store: ResultStore) throws(AssayError) {
    // Stores in one folder share the folder of locks.
    let database = URL(filePath: Folder.resolved(store.path)).lastPathComponent
    let digest = SHA256.hexDigest(of: "\(database)\n\(study)\n\(host)")
    let path = "\(store.studyFolder)/\(digest.prefix(32)).lock"
    do throws(SystemError) {
      try Folder.make(store.studyFolder, mode: Folder.privateMode)
      file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    } catch {
      throw AssayError(.inputOutput, "Cannot make \(path): \(error).")
    }
    guard file.tryLock() else {
      throw AssayError(
        .usage, "Another process measures the study \(study) on \(host) into \(store.path).",
        advice: "Wait for it, or give this one a store of its own with --store, and merge them: assay results merge")
    }
  }
}
