import AssayCore
import Foundation

/// Finds the worker's program.
enum WorkerLocation {
  /// `ASSAY_WORKER`, else `assay-worker` beside the running program.
  static func find(environment: [String: String] = ProcessInfo.processInfo.environment) throws(AssayError) -> String {
    if let path = environment["ASSAY_WORKER"], !path.isEmpty {
      guard isProgram(path) else {
        throw AssayError(.inputOutput, "ASSAY_WORKER names \(path), which is not a program.")
      }
      return path
    }
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = program.deletingLastPathComponent().appending(path: "assay-worker").path
    guard isProgram(beside) else {
      throw AssayError(
        .inputOutput, "There is no assay-worker at \(beside).",
        advice: "Install assay and assay-worker side by side, or set ASSAY_WORKER.")
    }
    return beside
  }

  /// The name or path of the worker's program on another machine: `ASSAY_REMOTE_WORKER`, else `assay-worker` on the search path there.
  static func remoteProgram(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    environment["ASSAY_REMOTE_WORKER"].flatMap { $0.isEmpty ? nil : $0 } ?? "assay-worker"
  }

  /// Whether a path is an executable file. Folders have the same permission bit.
  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }
}
