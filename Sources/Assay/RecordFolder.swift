import AssayCore
import Foundation
import Glibc

/// Where runs that are not saved write: the folder of record logs or, where that cannot be written, a temporary one.
enum RecordFolder {
  /// An unused path in the folder, which it creates.
  ///
  /// - Throws: `.inputOutput` if neither folder can be written.
  static func newFile(suffix: String) throws(AssayError) -> String {
    "\(try folder())/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).\(suffix)"
  }

  private static func folder() throws(AssayError) -> String {
    let usual = DataFolder.records.path(environment: ProcessInfo.processInfo.environment)
    let temporary = FileManager.default.temporaryDirectory.appending(path: "assay-\(getuid())").path
    for folder in [usual, temporary].compactMap(\.self) {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      if access(folder, W_OK | X_OK) == 0 { return folder }
    }
    throw AssayError(
      .inputOutput, "There is no folder for record logs: \(temporary) cannot be written.",
      advice: "Set TMPDIR or XDG_DATA_HOME to a writable folder.")
  }
}
