import AssayCore
import Foundation

/// Where Assay keeps what outlives a command, by the XDG Base Directory Specification.
enum DataFolder {
  /// `$XDG_DATA_HOME/assay`, or `~/.local/share/assay`.
  static func url(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
    // The specification says to ignore a relative path.
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      return URL(filePath: data).appending(path: "assay")
    }
    return URL(filePath: environment["HOME"] ?? NSHomeDirectory()).appending(path: ".local/share/assay")
  }

  /// A path for a new record log, in a folder that exists.
  static func newRecordLog() throws(AssayError) -> String {
    let folder = url().appending(path: "records")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw AssayError(
        .inputOutput, "Cannot make the folder \(folder.path) for record logs: \(error.localizedDescription)",
        advice: "Set XDG_DATA_HOME to a folder that can be written.")
    }
    let seconds = Int(Date().timeIntervalSince1970)
    return folder.appending(path: "\(seconds)-\(UUID().uuidString).records").path
  }
}
