import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("assay inspect")
struct InspectTests {
  private let sandbox: Sandbox
  private let model = PackageFiles.path("Samples/models/digits_int8.tflite")

  init() throws { sandbox = try Sandbox() }

  @Test("The text says inputs, totals, operations and weights")
  func text() throws {
    let result = try sandbox.assay("inspect", model)
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
    for words in [
      "26.65 k parameters", "539.3 k multiply-accumulates", "CONV_2D", "Weights: int8 26.54 k",
      "Input   ", "schema_version: 3",
    ] { #expect(result.standardOutput.contains(words), "\(words)\n\(result)") }
    #expect(!result.standardOutput.contains("Quantisation  Name"))
    let layers = try sandbox.assay("inspect", model, "--layers")
    #expect(layers.standardOutput.contains("Quantisation"), "\(layers)")
  }

  @Test("JSON and CSV have every layer of every model")
  func documents() throws {
    let other = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let result = try sandbox.assay("inspect", model, other, "--json", "-", "--csv", sandbox.path("layers.csv"))
    #expect(result.status == 0, "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    #expect(document.models.map(\.model.path) == [model, other])
    let lines = try String(contentsOfFile: sandbox.path("layers.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 1 + document.models.map(\.layers.count).reduce(0, +))
  }

  @Test("Of a model of two gigabytes, the weights are not read")
  func large() throws {
    // A file of zeros takes no space, and reading it all would take as much memory as it is long.
    let head = ONNXModel(
      inputs: [.tensor("x", [1, 30000])], outputs: [.tensor("y", [1, 17000])],
      nodes: [.init(type: "MatMul", inputs: ["x", "w"], outputs: ["y"])])
    let path = sandbox.path("large.onnx")
    try Data(head.bytes(withWeights: "w", of: [30000, 17000])).write(to: URL(filePath: path))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: file.seekToEnd() + 4 * 30000 * 17000)
    try file.close()
    // Twice as much memory for data as it takes, but a quarter of the file.
    let result = try sandbox.shell("ulimit -d 500000 && \"$ASSAY\" inspect large.onnx")
    #expect(result.standardOutput.contains("510.0 M parameters"), "\(result)")
  }

  @Test("A model that cannot be read is refused before anything is written")
  func refusals() throws {
    try sandbox.write(Data("no model".utf8), to: "bad.onnx")
    let result = try sandbox.assay("inspect", model, sandbox.path("bad.onnx"))
    #expect(result.status == 65 && result.standardOutput.isEmpty, "\(result)")
    #expect(result.standardError.contains("bad.onnx cannot be read"), "\(result)")
    let synthetic = try sandbox.assay("inspect", sandbox.model())
    #expect(synthetic.status == 69 && synthetic.standardError.contains("cannot look into"), "\(synthetic)")
    let other = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let signatures = PackageFiles.path("Tests/Fixtures/Inputs/signatures.tflite")
    for (file, words) in [(signatures, "Its signatures: first, second"), (other, "It has none")] {
      let lacking = try sandbox.assay("inspect", file, "--signature", "third")
      #expect(lacking.status == 64 && lacking.standardError.contains("no signature 'third'"), "\(lacking)")
      #expect(lacking.standardError.contains(words), "\(lacking)")
    }
  }
}
