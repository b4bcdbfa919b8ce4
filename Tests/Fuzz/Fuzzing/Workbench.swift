import Foundation

/// Where a reader is tried: a folder for its files, and the valid inputs of the tests.
public struct Workbench {
  /// An empty folder that is removed afterwards.
  let folder: String
  /// `Tests/Fixtures`, and the fixtures of other tests.
  private let tests: String

  /// - Parameter tests: the folder `Tests` of the package.
  public init(folder: String, tests: String) { (self.folder, self.tests) = (folder, tests) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: path(name))) }

  func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }

  /// A program in the place of a worker that prints a file, once a request comes.
  func worker(printing name: String) throws -> String {
    try write(Array("#!/bin/sh\nhead -c 4 > /dev/null\nexec cat '\(path(name))'\n".utf8), to: "worker")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path("worker"))
    return path("worker")
  }

  /// The path of a fixture.
  func fixture(_ name: String) -> String { "\(tests)/\(name)" }

  /// The files of a folder of fixtures, in order of their names.
  func fixtures(_ folder: String, _ suffixes: String...) throws -> [[UInt8]] {
    let files = try FileManager.default.contentsOfDirectory(atPath: fixture(folder)).sorted()
    return try files.filter { file in suffixes.contains { file.hasSuffix($0) } }
      .map { [UInt8](try Data(contentsOf: URL(filePath: fixture("\(folder)/\($0)")))) }
  }
}
