import Foundation
import TestSupport
import Testing

@Suite(
  "Every command in the documentation works as it stands",
  .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")))
struct DocumentationTests {
  /// Lines that begin with `assay` in blocks marked `sh`.
  private static func commands(in document: String) throws -> [String] {
    let text = try String(contentsOfFile: PackageFiles.path(document), encoding: .utf8)
    var isInside = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      if line.hasPrefix("```") { isInside = line == "```sh" }
      return isInside && line.hasPrefix("assay ") ? String(line) : nil
    }
  }

  @Test("Commands", arguments: try commands(in: "README.md") + commands(in: "Samples/README.md"))
  func works(command: String) throws {
    let sandbox = try Sandbox()
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.path("Samples"), withDestinationPath: PackageFiles.path("Samples"))
    let result = try sandbox.shell(
      "\"$ASSAY\" \(command.dropFirst("assay ".count))", environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(command)\n\(result)")
    #expect(!result.standardOutput.isEmpty)
  }

  @Test("The documents have commands to run", arguments: [("README.md", 8), ("Samples/README.md", 2)])
  func hasCommands(document: String, count: Int) throws {
    #expect(try Self.commands(in: document).count >= count)
  }
}
