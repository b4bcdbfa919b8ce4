import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("compare --layers sets the times of layers side by side")
struct ComparedLayersTests {
  private let sandbox: Sandbox
  private let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")

  init() throws { sandbox = try Sandbox() }

  @Test(
    "Every layer that runs is in one row, and the text has them all",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"),
    .enabled(if: InstalledEngines.include("openvino"), "OpenVINO is not installed"))
  func engines() throws {
    let result = try sandbox.assay(
      "compare", "\(model)@onnxruntime", "\(model)@openvino", "--layers", "--inferences", "5", "--json",
      sandbox.path("layers.json"), environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    let data = try Data(contentsOf: URL(filePath: sandbox.path("layers.json")))
    let document = try JSONDecoder().decode(LayerComparisonDocument.self, from: data)
    let engines = try #require(document.model.engines)
    #expect(engines.map(\.target.engine) == ["onnxruntime", "openvino"] && engines.allSatisfy { $0.profile != nil })
    let rows = document.comparison.rows
    let layers = rows.flatMap(\.layers)
    #expect(Set(layers).count == layers.count && !layers.isEmpty)
    #expect(rows.contains { ($0.first ?? 0) > 0 } && rows.contains { ($0.second ?? 0) > 0 }, "\(rows)")
    // Both fuse convolutions with what follows them.
    #expect(rows.contains { $0.layers.map { document.model.layers[$0].operation } == ["Conv", "Relu"] }, "\(rows)")
    for words in ["A  \(model)@onnxruntime", "Layers of the file", "(inserted)", "Conv+Relu", "Sum"] {
      #expect(result.standardOutput.contains(words), "\(words)\n\(result)")
    }
  }

  @Test("Other operands and options are refused")
  func refusals() throws {
    let other = PackageFiles.path("Tests/Fixtures/Models/mixed.onnx")
    let cases: [(arguments: [String], words: String)] = [
      (["\(model)@onnxruntime", "\(other)@onnxruntime"], "two cells of one model"),
      (["1", "2"], "two cells of one model"),
      (["\(model)@onnxruntime", "\(model)@openvino", "--outputs"], "either --outputs or --layers"),
      (["\(model)@onnxruntime", "\(model)@openvino", "--max-time", "3"], "--layers gives no verdict on latencies"),
      (["\(model)@onnxruntime", "\(model)@openvino", "--csv", "layers.csv"], "leave out --csv"),
    ]
    for (arguments, words) in cases {
      let result = try sandbox.start([Sandbox.program("assay"), "compare"] + arguments + ["--layers"]).wait()
      #expect(result.status == 64 && result.standardError.contains(words), "\(arguments)\n\(result)")
    }
  }
}
