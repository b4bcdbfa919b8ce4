import AssayCore
import EngineKit
import Engines
import Foundation
import Testing

@Suite("An engine's library is looked for in a fixed order")
struct EngineLibraryLocatorTests: ~Copyable {
  private let folder: String
  private let engine = EngineDescription(
    name: "example", displayName: "Example", formats: [.onnx],
    wheelPatterns: ["example/libexample.so", "example/libexample.so.*"], systemNames: ["libexample.so.1"])

  init() throws {
    // The name holds what a shell pattern would read as one.
    let url = FileManager.default.temporaryDirectory.appending(path: "assay-locator-[1]*-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path(percentEncoded: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private var environment: [String: String] {
    ["HOME": "\(folder)/home", "VIRTUAL_ENV": "\(folder)/venv"]
  }

  @discardableResult
  private func makeFile(_ path: String) throws -> String {
    let url = URL(filePath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: url)
    return url.path(percentEncoded: false)
  }

  @Test("The managed folder comes before the virtual environment, and that before the system's loader")
  func order() throws {
    let inEnvironment = try makeFile("venv/lib/python3.11/site-packages/example/libexample.so")
    let managed = try makeFile("home/.local/share/assay/engines/example/example/libexample.so")
    #expect(
      try EngineLibraryLocator(environment: environment).candidates(for: engine) == [
        .init(path: managed, origin: .managed),
        .init(path: inEnvironment, origin: .virtualEnvironment),
        .init(path: "libexample.so.1", origin: .system),
      ])
  }

  @Test("XDG_DATA_HOME takes the place of the home folder, unless it is relative")
  func dataHome() throws {
    let inData = try makeFile("data/assay/engines/example/example/libexample.so")
    let inHome = try makeFile("home/.local/share/assay/engines/example/example/libexample.so")
    for (dataHome, expected) in [("\(folder)/data", inData), ("data", inHome), ("", inHome)] {
      let locator = EngineLibraryLocator(environment: ["HOME": "\(folder)/home", "XDG_DATA_HOME": dataHome])
      #expect(try locator.candidates(for: engine).first == .init(path: expected, origin: .managed))
    }
  }

  @Test("Of several matches of one pattern the highest version comes first")
  func versions() throws {
    for version in ["1.9.0", "1.32.0", "1.31.1"] {
      try makeFile("venv/lib/python3.9/site-packages/example/libexample.so.\(version)")
    }
    let newerPython = try makeFile("venv/lib/python3.11/site-packages/example/libexample.so.1.0.0")
    let paths = try EngineLibraryLocator(environment: environment).candidates(for: engine).map(\.path)
    #expect(paths.first == newerPython)
    #expect(
      paths.dropFirst().dropLast().map { $0.suffix(6) } == ["1.32.0", "1.31.1", ".1.9.0"])
  }

  @Test("A path given on the command line is the only candidate, before that of the variable")
  func override() throws {
    let given = try makeFile("given.so")
    let inVariable = try makeFile("variable.so")
    try makeFile("venv/lib/python3.11/site-packages/example/libexample.so")
    let withVariable = environment.merging(["ASSAY_EXAMPLE_LIBRARY": inVariable]) { $1 }
    #expect(
      try EngineLibraryLocator(overrides: ["example": given], environment: withVariable).candidates(for: engine)
        == [.init(path: given, origin: .override)])
    #expect(
      try EngineLibraryLocator(overrides: ["other": given], environment: withVariable).candidates(for: engine)
        == [.init(path: inVariable, origin: .environment)])
  }

  @Test("A given path that does not exist is an error that names flag or variable, whatever else there is")
  func missing() throws {
    try makeFile("venv/lib/python3.11/site-packages/example/libexample.so")
    let flag = #expect(throws: AssayError.self) {
      try EngineLibraryLocator(overrides: ["example": "/no/such.so"], environment: environment).candidates(for: engine)
    }
    #expect(flag?.code == .engineUnavailable)
    #expect(flag?.message == "Example: there is no library /no/such.so (No such file or directory).")
    #expect(flag?.advice?.contains("--engine-library example=/no/such.so") == true)

    let variable = #expect(throws: AssayError.self) {
      try EngineLibraryLocator(environment: ["ASSAY_EXAMPLE_LIBRARY": folder]).candidates(for: engine)
    }
    #expect(variable?.message.hasSuffix("is a folder, not a library.") == true)
    #expect(variable?.advice?.contains("ASSAY_EXAMPLE_LIBRARY=\(folder)") == true)
  }

  @Test("An empty variable counts as unset, and nothing is found where nothing is")
  func nothing() throws {
    let locator = EngineLibraryLocator(
      environment: ["ASSAY_EXAMPLE_LIBRARY": "", "VIRTUAL_ENV": "", "HOME": "\(folder)/home"])
    #expect(try locator.candidates(for: engine) == [.init(path: "libexample.so.1", origin: .system)])
    #expect(locator.places(for: engine).map(\.origin) == [.managed, .managed, .system])
  }

  @Test("A file in the current folder is given to the loader as a path, which a bare name is not")
  func currentFolder() throws {
    let here = try FileManager.default.contentsOfDirectory(
      at: URL(filePath: FileManager.default.currentDirectoryPath), includingPropertiesForKeys: nil)
    let file = try #require(here.first { !$0.hasDirectoryPath }, "no file in the current folder").lastPathComponent
    let locator = EngineLibraryLocator(overrides: ["example": file], environment: [:])
    #expect(try locator.candidates(for: engine) == [.init(path: "./\(file)", origin: .override)])
  }

  @Test("An engine that is part of Assay has no library")
  func builtIn() throws {
    let builtIn = EngineDescription(
      name: "synthetic", displayName: "Synthetic", formats: [.synthetic], wheelPatterns: [], systemNames: [])
    #expect(try EngineLibraryLocator(environment: environment).candidates(for: builtIn).isEmpty)
  }
}
