import AssayCore
import Foundation
import Launching
import Platform

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

  /// The worker's program on another machine: what `ASSAY_REMOTE_WORKER` names there, a path or a name on its search path; else that of this
  /// machine, which is sent there.
  static func find(
    behind prefix: String, environment: [String: String] = ProcessInfo.processInfo.environment,
    interrupts: InterruptListener?
  ) throws(AssayError) -> String {
    if let name = environment["ASSAY_REMOTE_WORKER"], !name.isEmpty { return name }
    return try WorkerDelivery.program(
      behind: prefix, worker: try find(environment: environment), interrupts: interrupts)
  }

  /// Whether a path is an executable file. Folders have the same permission bit.
  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }
}
