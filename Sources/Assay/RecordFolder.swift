import AssayCore
import Foundation
import Glibc
import Platform
import RecordLog

/// Where a process writes what is not saved: a folder of its own below `unsaved` or, where that cannot be written, below the temporary folder.
///
/// The folder is locked while its process lives. The next process removes what killed ones left, but no records.
final class RecordFolder: Sendable {
  private let path: String
  private let folder: FileDescriptor

  /// An unused path in the folder of this process.
  ///
  /// - Throws: `.inputOutput` if no folder can be written.
  static func newFile(suffix: String) throws(AssayError) -> String {
    "\(try ofProcess.get().path)/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).\(suffix)"
  }

  private static let ofProcess: Result<RecordFolder, AssayError> = make()

  private init?(below parent: String) {
    let path = "\(parent)/\(getpid())-\(UUID().uuidString)"
    guard (try? Folder.make(path, mode: Folder.privateMode)) != nil,
      let folder = try? FileDescriptor(opening: path, O_DIRECTORY), folder.tryLock(), folder.isStill(at: path),
      access(path, W_OK | X_OK) == 0
    else { return nil }
    self.path = path
    self.folder = folder
  }

  private static func make() -> Result<RecordFolder, AssayError> {
    let usual = DataFolder.unsaved.path(environment: ProcessInfo.processInfo.environment)
    let temporary = TemporaryFolder.path("unsaved")
    for parent in [usual, temporary].compactMap(\.self) {
      guard let folder = RecordFolder(below: parent) ?? RecordFolder(below: parent) else { continue }
      for name in Folder.names(in: parent) where !folder.path.hasSuffix("/\(name)") { tidy("\(parent)/\(name)") }
      atexit { RecordFolder.removeIfEmpty() }
      return .success(folder)
    }
    return .failure(
      AssayError(
        .inputOutput, "There is no folder for record logs: \(temporary) cannot be written.",
        advice: "Set TMPDIR or XDG_DATA_HOME to a writable folder."))
  }

  private static func removeIfEmpty() { if case .success(let folder) = ofProcess { rmdir(folder.path) } }

  /// Removes what a killed process left, but record logs with records and what the sensors said beside them.
  private static func tidy(_ path: String) {
    guard let folder = try? FileDescriptor(opening: path, O_DIRECTORY | O_NOFOLLOW), folder.tryLock() else { return }
    let names = Folder.names(in: path)
    let logs = names.filter { $0.hasSuffix(".records") && RecordLogReader.mayHoldRecords("\(path)/\($0)") }
    let kept = Set(logs + logs.map { URL(filePath: RunFiles.telemetry(beside: $0)).lastPathComponent })
    for name in names where !kept.contains(name) { try? Folder.removeFile("\(path)/\(name)") }
    rmdir(path)
  }
}
