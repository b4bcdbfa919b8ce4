public import Foundation

/// A folder for one test, and the built programs to run in it. Nothing in the user's home is read or written.
public final class Sandbox: Sendable {
  public let folder: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "assay-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  public func path(_ name: String) -> String { "\(folder)/\(name)" }

  @discardableResult
  public func write(_ content: some DataProtocol, to name: String) throws -> String {
    try Data(content).write(to: URL(filePath: path(name)))
    return path(name)
  }

  /// A model of the synthetic engine.
  ///
  /// - Parameters:
  ///   - microseconds: of one inference.
  ///   - event: a failure and the inference at which it happens, counting warm-up; 0: while the model loads.
  public func model(
    _ name: String = "model", microseconds: Double = 20, event: (kind: String, at: Int)? = nil
  ) throws -> String {
    let failure = event.map { #", "event": {"kind": "\#($0.kind)", "at": \#($0.at)}"# } ?? ""
    return try write(
      Data(#"{"latency": {"base_us": \#(microseconds)}\#(failure)}"#.utf8), to: "\(name).synthetic")
  }

  /// A shell script that stands in for a program.
  ///
  /// A program of its own writes the file. If this process did, a child that another test starts meanwhile could hold it open for writing, and for
  /// that long it cannot be run: a shell then looks for the next program of the name.
  public func script(_ name: String, _ body: String) throws -> String {
    let draft = try write(Data("#!/bin/sh\n\(body)\n".utf8), to: "\(name).draft")
    defer { try? FileManager.default.removeItem(atPath: draft) }
    let copied = try start(["/usr/bin/install", "-m", "755", draft, path(name)]).wait()
    guard copied.status == 0 else { throw ProgramError("Cannot write the script \(name): \(copied)") }
    return path(name)
  }

  /// The record logs of runs in this sandbox.
  public var recordLogs: [String] {
    let store = path("data/assay")
    // What is not saved lies in a folder of each process.
    let unsaved = names(in: "\(store)/unsaved").map { "\(store)/unsaved/\($0)" }
    return (["\(store)/records"] + unsaved).flatMap { folder in
      names(in: folder).filter { $0.hasSuffix(".records") }.map { "\(folder)/\($0)" }
    }
  }

  private func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  // MARK: Programs

  /// A program of the package. `make test` sets `ASSAY_TEST_PROGRAMS` to the folder of the release build, so that tests run what is
  /// shipped; otherwise it is the program beside the tests.
  public static func program(_ name: String) -> String {
    let folder = ProcessInfo.processInfo.environment["ASSAY_TEST_PROGRAMS"] ?? debugFolder
    return URL(filePath: folder).appending(path: name).path
  }

  /// The folder of the tests and of the programs that were built with them.
  public static var debugFolder: String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().path
  }

  public func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram(arguments, environment: self.environment.merging(environment) { $1 }, in: self)
  }

  /// Runs `assay` to its end.
  public func assay(
    _ arguments: String..., environment: [String: String] = [:], seconds: Double = 60
  ) throws -> ProgramResult {
    try start([Self.program("assay")] + arguments, environment: environment).wait(seconds: seconds)
  }

  /// Runs a line of shell in which `$ASSAY` is the command, in the sandbox's folder.
  public func shell(_ line: String, environment: [String: String] = [:]) throws -> ProgramResult {
    try start(["/bin/sh", "-c", "cd '\(folder)' && \(line)"], environment: environment).wait()
  }

  private var environment: [String: String] {
    let inherited = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("ASSAY_") && $0.key != "VIRTUAL_ENV"
    }
    return inherited.merging([
      "HOME": path("home"), "XDG_DATA_HOME": path("data"), "XDG_RUNTIME_DIR": path("run"),
      "ASSAY": Self.program("assay"),
    ]) { $1 }
  }
}
