public import AssayCore
import Foundation
import Platform

/// Compiles a shim on this machine, from sources inside this build of Assay and the library's own headers.
public struct ShimBuilder {
  private let shim: Shim
  private let environment: [String: String]

  public init(_ engine: ShimmedEngine, environment: [String: String]) {
    shim = engine.shim
    self.environment = environment
  }

  /// Compiles the shim into a file that replaces an older one at once.
  ///
  /// - Parameters:
  ///   - headers: the folder of the library's headers; `nil` looks for it.
  ///   - output: the file to write; `nil` for where Assay looks for it.
  ///   - report: called with a line for each step.
  /// - Throws: `.engineUnavailable` without headers or a compiler, `.inputOutput` if the file cannot be written.
  public func build(headers: String?, output: String?, report: (String) -> Void) throws(AssayError) {
    let found = try shim.findHeaders(headers, environment)
    let compiler = try self.compiler()
    let output = if let output { ProcessSpec.absolutePath(output) } else { try managedPath() }
    report("Compiling the shim for \(shim.library) \(found.version) with \(compiler)")
    report("  headers: \(found.folders[0])")
    let partial = "\(output).partial-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: partial) }
    let folder = "\(partial)-sources"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writing(output) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for source in shim.sources { try Data(source.bytes).write(to: URL(filePath: "\(folder)/\(source.name)")) }
    }
    // Our own headers come first; others' are not checked for warnings.
    let arguments =
      ["-std=\(shim.standard)", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra"]
      + ["-I\(folder)"] + found.folders.flatMap { ["-isystem", $0] } + found.compilerFlags
      + ["-o", partial, "\(folder)/\(shim.sources[0].name)"] + found.linkerFlags
    let outcome = try ProcessSpec(compiler, arguments, environment: environment).run(keeping: 12)
    guard outcome.isSuccess else {
      throw AssayError(
        .engineUnavailable, "\(compiler) cannot compile the shim with the headers in \(found.folders[0]).",
        advice: shim.adviceOnFailure, outputTail: outcome.output.text)
    }
    try writing(output) {
      guard rename(partial, output) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
    report("Built \(output)")
  }

  private func managedPath() throws(AssayError) -> String {
    guard let folder = DataFolder.engines.path(environment: environment) else {
      throw AssayError(
        .inputOutput, "There is no folder to build into: neither XDG_DATA_HOME nor HOME is set.",
        advice: "Set HOME or XDG_DATA_HOME, or name the file: -o FILE")
    }
    return "\(folder)/\(shim.managedPath)"
  }

  private func compiler() throws(AssayError) -> String {
    let chosen = environment["CXX"].flatMap { $0.isEmpty ? nil : $0 }
    let path = ProcessSpec.searchPath(environment["PATH"])
    for name in chosen.map({ [$0] }) ?? ["c++", "g++", "clang++"] {
      if let compiler = ProcessSpec.locate(name, path: path) { return compiler }
    }
    throw AssayError(
      .engineUnavailable, "Building the shim needs a C++ compiler, and there is no \(chosen ?? "c++, g++ or clang++").",
      advice: "On Debian and Ubuntu: sudo apt install g++. CXX may name another.")
  }

  private func writing(_ path: String, _ body: () throws -> Void) throws(AssayError) {
    do {
      try body()
    } catch {
      throw AssayError(
        .inputOutput, "Cannot write \(path): \(error.localizedDescription)",
        advice: "Check its permissions and the free space, or name another file: -o FILE")
    }
  }
}
