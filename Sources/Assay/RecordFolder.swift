import AssayCore
import Foundation

/// The folder of record logs.
enum RecordFolder {
  /// An unused path in the folder, which it creates.
  ///
  /// - Throws: `.inputOutput`
  static func newFile(suffix: String) throws(AssayError) -> String {
    guard let folder = DataFolder.records.path(environment: ProcessInfo.processInfo.environment) else {
      throw AssayError(.inputOutput, "There is no folder for record logs.", advice: "Set HOME or XDG_DATA_HOME.")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make the folder \(folder) for record logs: \(error.localizedDescription)",
        advice: "Set XDG_DATA_HOME to a folder that can be written.")
    }
    return "\(folder)/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).\(suffix)"
  }
}
