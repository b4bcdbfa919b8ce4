import Foundation
import TestSupport
import Testing

@Suite(
  "Every command in the documentation works",
  .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino") && InstalledCharts.folder != nil))
struct DocumentationTests {
  /// The lines that start with `assay` in a code block marked `sh`, to be entered in this order.
  struct Block: CustomTestStringConvertible {
    let commands: [String]
    var testDescription: String { commands[0] }
  }

  private static func blocks(in document: String) throws -> [Block] {
    let text = try String(contentsOfFile: PackageFiles.path(document), encoding: .utf8)
    let parts = text.split(separator: "\n```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
    return parts.map { part in
      Block(commands: part.split(separator: "\n").map(String.init).filter { $0.hasPrefix("assay ") })
    }.filter { !$0.commands.isEmpty }
  }

  @Test(
    "The commands of a block succeed in order",
    arguments: try ["README.md", "Samples/README.md", "Documentation/Events.md"].flatMap(blocks)
  )
  func works(block: Block) throws {
    let sandbox = try Sandbox()
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.path("Samples"), withDestinationPath: PackageFiles.path("Samples"))
    try InstalledCharts.link(into: sandbox)
    for command in block.commands {
      let result = try sandbox.shell(
        "\"$ASSAY\" \(command.dropFirst("assay ".count))", environment: InstalledEngines.environment)
      #expect(result.status == 0, "\(command)\n\(result)")
    }
  }

  @Test("The documents contain commands", arguments: [("README.md", 20), ("Samples/README.md", 2)])
  func hasCommands(document: String, count: Int) throws {
    #expect(try Self.blocks(in: document).flatMap(\.commands).count >= count)
  }
}
