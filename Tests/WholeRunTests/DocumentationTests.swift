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
    arguments: try [
      "README.md",
      "Samples/README.md",
      "Documentation/Events.md",
      "Documentation/Inspect.md",
      "Documentation/Models.md",
      "Documentation/Output.md",
      "Documentation/Scenarios.md",
      "Documentation/Streams.md",
      "Documentation/Studies.md",
    ].flatMap(blocks)
  )
  func works(block: Block) throws {
    let sandbox = try Sandbox()
    for folder in ["Samples", "Examples"] {
      try FileManager.default.createSymbolicLink(
        atPath: sandbox.path(folder), withDestinationPath: PackageFiles.path(folder))
    }
    try InstalledCharts.link(into: sandbox)
    let environment = InstalledEngines.environment.merging(["ASSAY_CATALOGUE": "Examples/models.yaml"]) { $1 }
    for command in block.commands {
      let result = try sandbox.shell(
        "\"$ASSAY\" \(command.dropFirst("assay ".count))", environment: environment)
      #expect(result.status == 0, "\(command)\n\(result)")
    }
  }

  @Test(
    "The commands of Conversion.md succeed in order", .enabled(if: InstalledEnvironments.include("convert", "onnx2tf")),
    arguments: try blocks(in: "Documentation/Conversion.md"))
  func converts(block: Block) throws {
    let sandbox = try Sandbox()
    try InstalledEnvironments.link(into: sandbox)
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.path("Samples"), withDestinationPath: PackageFiles.path("Samples"))
    for command in block.commands {
      let line = "\"$ASSAY\" \(command.dropFirst("assay ".count))"
      let result = try sandbox.start(
        ["/bin/sh", "-c", "cd '\(sandbox.folder)' && \(line)"], environment: InstalledEngines.environment
      ).wait(seconds: 300)
      #expect(result.status == 0, "\(command)\n\(result)")
    }
  }

  @Test(
    "A table is the one that the program prints",
    arguments: [("Documentation/Engines.md", "engines"), ("Documentation/Models.md", "models")])
  func table(document: String, command: String) throws {
    let printed = try Sandbox().assay(command, "list", "--markdown").standardOutput
    let path = PackageFiles.path(document)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let marks = ["<!-- assay \(command) list --markdown -->\n", "<!-- end -->"]
    let start = try #require(text.range(of: marks[0])?.upperBound)
    let end = try #require(text.range(of: marks[1])?.lowerBound)
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try text.replacingCharacters(in: start..<end, with: printed).write(
        toFile: path, atomically: true, encoding: .utf8)
    } else {
      #expect(text[start..<end] == printed, "Write it anew with RECORD_SNAPSHOTS=1.")
    }
  }

  @Test("The documents contain commands", arguments: [("README.md", 20), ("Samples/README.md", 2)])
  func hasCommands(document: String, count: Int) throws {
    #expect(try Self.blocks(in: document).flatMap(\.commands).count >= count)
  }

  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"] ?? "/usr/bin/python3"
  private static let hasPyArrow = (try? Sandbox().shell("'\(python)' -c 'import pyarrow.parquet'"))?.status == 0

  @Test(
    "The Python of Output.md makes Parquet of the records",
    .enabled(if: hasPyArrow, "There is no PyArrow in ASSAY_TEST_PYTHON or /usr/bin/python3"))
  func parquet() throws {
    let text = try String(contentsOfFile: PackageFiles.path("Documentation/Output.md"), encoding: .utf8)
    let parts = text.split(separator: "\n```python\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
    let sandbox = try Sandbox()
    try sandbox.write(Data("\(parts.joined(separator: "\n"))\n".utf8), to: "recipe.py")
    let model = try sandbox.model()
    #expect(try sandbox.bench([model]).result.status == 0)
    let check =
      "import pyarrow.parquet as p; t = p.read_table(\"latencies.parquet\"); print(t.num_rows, t.schema.names[-1])"
    let result = try sandbox.shell(
      "\"$ASSAY\" results export last --records -o latencies.csv && '\(Self.python)' recipe.py && '\(Self.python)' -c '\(check)'"
    )
    #expect(result.status == 0 && result.standardOutput == "20 latency_ms\n", "\(result)")
  }
}
