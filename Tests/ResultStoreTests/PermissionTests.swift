import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Only its owner may read a store")
struct PermissionTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// The modes of what lies below a folder, by path.
  private func modes(below folder: String) throws -> [String: Int] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try mode("\(folder)/\($0)")) })
  }

  private func measureAll(_ options: [String] = []) throws {
    let model = try sandbox.write(
      Data(
        #"{"latency": {"base_us": 50}, "inputs": [{"name": "image", "type": "uint8", "shape": [1, 28, 28, 3]}]}"#.utf8),
      to: "image.synthetic")
    for command in [
      ["stress", model, "--inferences", "50"],
      ["accuracy", model, "--images", PackageFiles.path("Samples/digits"), "--limit", "5"],
    ] {
      let result = try sandbox.start([Sandbox.program("assay")] + command + ["-q"] + options).wait()
      #expect(result.status == 0, "\(result)")
    }
  }

  @Test("Database, logs, predictions, telemetry and their folders are private, and so is what was not")
  func own() throws {
    try measureAll()
    let folder = sandbox.path("data/assay")
    let isFolder: Set = ["records", "running", "unsaved"]
    let found = try modes(below: folder)
    #expect(found.count >= 7 && found.keys.contains { $0.hasSuffix("telemetry.jsonl") })
    for (name, mode) in found { #expect(mode == (isFolder.contains(name) ? 0o700 : 0o600), "\(name)") }
    #expect(try mode(folder) == 0o700)

    chmod(folder, 0o755)
    chmod("\(folder)/records", 0o755)
    chmod("\(folder)/results.sqlite", 0o644)
    let list = try sandbox.assay("results", "list")
    #expect(list.status == 0, "\(list)")
    #expect(try [folder, "\(folder)/records", "\(folder)/results.sqlite"].map(mode) == [0o700, 0o700, 0o600])
  }

  @Test("A folder that the user has and names keeps its mode")
  func named() throws {
    let folder = sandbox.path("shared")
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    chmod(folder, 0o755)
    try measureAll(["--store", "\(folder)/store.sqlite"])
    #expect(try mode(folder) == 0o755)
    for (name, mode) in try modes(below: folder) {
      #expect(mode == (["records", "running"].contains(name) ? 0o700 : 0o600), "\(name)")
    }
    try measureAll(["--store", sandbox.path("new/folder/store.sqlite")])
    #expect(try ["new", "new/folder"].map { try mode(sandbox.path($0)) } == [0o700, 0o700])
  }

  @Test("A file that is no store keeps its mode")
  func foreign() throws {
    let letter = try sandbox.write(Data("This is a letter, and no database at all.".utf8), to: "letter")
    chmod(letter, 0o644)
    _ = try sandbox.assay("results", "list", "--store", letter)
    #expect(try mode(letter) == 0o644)
  }
}
