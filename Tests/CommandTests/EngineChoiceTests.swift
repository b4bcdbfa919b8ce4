import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Without -e, bench measures on every installed engine that reads the model")
struct EngineChoiceTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Measures while variables name a file as the library of each of these engines, which is therefore installed but cannot be opened.
  private func bench(_ model: String, installed engines: [String]) throws -> (result: ProgramResult, report: RunReport)
  {
    let file = try sandbox.write(Data("no library".utf8), to: "library.so")
    let variables = engines.map { ("ASSAY_\($0.uppercased())_LIBRARY", file) }
    return try sandbox.bench([model], environment: Dictionary(uniqueKeysWithValues: variables))
  }

  @Test("Engines that are installed and read the format each get a cell, in the order of the catalogue")
  func installed() throws {
    let model = PackageFiles.path("Samples/models/digits_float32.onnx")
    let (_, report) = try bench(model, installed: ["openvino", "litert", "onnxruntime"])
    #expect(report.cells.map(\.engine.name) == ["onnxruntime", "openvino"])
    #expect(report.cells.allSatisfy { $0.error?.code == .engineUnavailable })
    #expect(try bench(model, installed: ["openvino", "litert"]).report.cells.map(\.engine.name) == ["openvino"])
  }

  @Test("Each model has its own engines")
  func models() throws {
    let models = try [sandbox.model(), PackageFiles.path("Samples/models/digits_int8.tflite")]
    let file = try sandbox.write(Data("no library".utf8), to: "library.so")
    let (_, report) = try sandbox.bench(models, environment: ["ASSAY_LITERT_LIBRARY": file])
    #expect(report.cells.map(\.engine.name) == ["synthetic", "litert"])
    #expect(report.cells.map(\.status) == [.ok, .failed])
  }

  @Test("If none is installed, the error names those to install")
  func none() throws {
    let result = try sandbox.assay("bench", PackageFiles.path("Samples/models/digits_float32.onnx"))
    #expect(result.status == 69, "\(result)")
    #expect(result.standardError.contains("No engine that reads "), "\(result)")
    #expect(result.standardError.contains("assay engines install onnxruntime openvino"), "\(result)")
  }

  @Test("A model that cannot be read is one cell with the reason")
  func unreadable() throws {
    let (result, report) = try sandbox.bench([sandbox.path("missing.onnx")])
    #expect(result.status == 65 && report.cells.count == 1, "\(result)")
    #expect(report.cells.first?.error?.message.contains("missing.onnx") == true)
  }

  @Test("stress takes the first of them")
  func stress() throws {
    let file = try sandbox.write(Data("no library".utf8), to: "library.so")
    let result = try sandbox.assay(
      "stress", PackageFiles.path("Samples/models/digits_int8.tflite"), "--inferences", "5", "--json",
      sandbox.path("results.json"), environment: ["ASSAY_LITERT_LIBRARY": file, "ASSAY_OPENVINO_LIBRARY": file])
    #expect(result.status == 69, "\(result)")
    #expect(try sandbox.report().cells.map(\.engine.name) == ["litert"])
  }
}
