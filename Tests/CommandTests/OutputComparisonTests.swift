import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("compare --outputs shows how far outputs of cells differ")
struct OutputComparisonTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func compare(_ operands: [String], _ options: [String] = [], status: Int32 = 0) throws
    -> OutputComparisonReport
  {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "compare"] + operands + ["--outputs", "--json", "-"] + options,
      environment: InstalledEngines.environment
    ).wait()
    #expect(result.status == status, "\(result)")
    return try JSONDecoder().decode(OutputComparisonReport.self, from: Data(result.standardOutput.utf8))
  }

  private static func fixture(_ name: String) -> String { PackageFiles.path("Tests/Fixtures/Models/\(name)") }

  @Test(
    "The same weights give the same outputs on every engine, in each one's layout of images",
    .enabled(if: InstalledEngines.include("litert"), "LiteRT is not installed"),
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"),
    .enabled(if: InstalledEngines.include("openvino"), "OpenVINO is not installed"))
  func engines() throws {
    let report = try compare([
      "\(Self.fixture("conv.onnx"))@onnxruntime", "\(Self.fixture("conv.tflite"))@litert",
      "\(Self.fixture("conv_saved_model"))@openvino",
    ])
    #expect(report.inferences == 8 && report.reference == 1)
    #expect(report.outputs.map(\.cell) == [2, 3] && report.outputs.allSatisfy { $0.output == "scores" })
    for output in report.outputs {
      #expect(output.elements == 16 && output.rows == 8 && output.notFinite == 0)
      #expect(try #require(output.cosine) > 0.999, "\(output)")
      #expect(output.sameTop1 >= 7, "\(output)")
    }
    // Inferences have different inputs, so this would show a layout that is not changed.
    #expect(try #require(report.outputs[0].maximum) < 1e-4)
  }

  @Test(
    "Quantised values count as the numbers that they stand for",
    .enabled(if: InstalledEngines.include("litert"), "LiteRT is not installed"))
  func quantised() throws {
    let models = ["float32", "int8"].map { PackageFiles.path("Samples/models/digits_\($0).tflite") }
    let report = try compare(models.map { "\($0)@litert" }, ["--inferences", "20"])
    let output = try #require(report.outputs.first)
    #expect(try #require(output.cosine) > 0.99, "\(output)")
    #expect(output.rows == 20 && output.sameTop1 >= 18, "\(output)")
  }

  @Test("A cell that cannot run is reported, and the others are compared")
  func failure() throws {
    let model = try sandbox.model("a")
    let missing = sandbox.path("missing.synthetic")
    let report = try compare(["\(model)@synthetic", "\(missing)@synthetic", "\(model)@synthetic"], status: 65)
    #expect(report.cells.map(\.status) == [.ok, .failed, .ok])
    #expect(report.outputs.map(\.cell) == [3] && report.outputs.first?.maximum == 0)
  }

  @Test("Models whose inputs differ, saved runs, and options about latencies are refused")
  func refusals() throws {
    let one = try sandbox.model("a")
    let other = try sandbox.write(
      Data(#"{"inputs": [{"name": "y", "type": "float32", "shape": [1, 5]}]}"#.utf8), to: "b.synthetic")
    let result = try sandbox.assay("compare", "\(one)@synthetic", "\(other)@synthetic", "--outputs")
    #expect(result.standardError.contains("are not those of") && result.standardError.contains("[1, 5]"), "\(result)")
    let saved = try sandbox.assay("compare", "1", "2", "--outputs")
    #expect(saved.status == 64 && saved.standardError.contains("have no outputs"), "\(saved)")
    let timed = try sandbox.assay("compare", "\(one)@synthetic", "\(one)@synthetic", "--outputs", "--max-time", "3")
    #expect(timed.status == 64 && timed.standardError.contains("--outputs measures no latencies"), "\(timed)")
  }
}
