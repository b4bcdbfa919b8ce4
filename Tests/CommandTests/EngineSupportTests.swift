import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("assay inspect --support asks engines which operations they lack")
struct EngineSupportTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Relu, what no engine has, Relu.
  private static let strange = ONNXModel(
    inputs: [.tensor("x", [1, 3])], outputs: [.tensor("y", [1, 3])],
    nodes: [
      .init(type: "Relu", inputs: ["x"], outputs: ["a"]),
      .init(type: "NoSuchOperation", inputs: ["a"], outputs: ["b"]),
      .init(type: "Relu", inputs: ["a"], outputs: ["y"]),
    ])

  private func ask(_ model: String, _ target: String) throws -> EngineSupport {
    let result = try sandbox.assay(
      "inspect", model, "--support", "-e", target, "--json", "-", environment: InstalledEngines.environment)
    try #require(result.status == 0, "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    return try #require(document.models.first?.support?.first)
  }

  @Test(
    "An engine that compiles the model lacks nothing",
    arguments: [
      ("onnxruntime", "conv.onnx"), ("openvino", "conv.onnx"), ("openvino", "conv.xml"), ("litert", "conv.tflite"),
      ("tflite", "conv.tflite"),
    ].filter { InstalledEngines.include($0.0) })
  func supported(target: String, model: String) throws {
    let support = try ask(PackageFiles.path("Tests/Fixtures/Models/\(model)"), target)
    #expect(support.error == nil && support.lacking.isEmpty && support.unasked.isEmpty, "\(support)")
    #expect(support.target == Target(engine: target) && support.version?.isEmpty == false)
  }

  @Test(
    "An operation that an engine lacks is named, and those that it has are not",
    arguments: ["onnxruntime", "openvino"].filter { InstalledEngines.include($0) })
  func lacking(target: String) throws {
    let support = try Self.strange.withFile { try ask($0, target) }
    #expect(support.error != nil && support.unasked.isEmpty, "\(support)")
    #expect(support.lacking.map(\.operation) == ["NoSuchOperation"] && support.lacking.map(\.layers) == [[1]])
    // The file of one operation is none of the user's.
    let sentence = try #require(support.lacking.first?.error.message)
    #expect(!sentence.contains("assay-operations-"), "\(sentence)")
  }

  @Test(
    "The text says what is lacking, and leaves no folder behind",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func text() throws {
    let result = try Self.strange.withFile {
      try sandbox.assay(
        "inspect", $0, "--support", "-e", "onnxruntime",
        environment: InstalledEngines.environment.merging(["TMPDIR": sandbox.folder]) { $1 })
    }
    #expect(result.status == 0, "\(result)")
    for words in ["Support\n", " does not: ", "lacks NoSuchOperation (b)"] {
      #expect(result.standardOutput.contains(words), "\(words)\n\(result)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder)
    #expect(!left.contains { $0.hasPrefix("assay-operations-") }, "\(left)")
  }

  @Test("A library that does not open says nothing of operations")
  func unavailable() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let result = try sandbox.assay(
      "inspect", model, "--support", "-e", "onnxruntime", "--engine-library", "onnxruntime=/nonsense.so", "--json", "-")
    #expect(result.status == 0, "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    let support = try #require(document.models.first?.support?.first)
    #expect(support.error?.code == .engineUnavailable && support.lacking.isEmpty && support.version == nil)
  }

  @Test("What cannot be asked is refused")
  func refusals() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let unknown = try sandbox.assay("inspect", model, "--support", "-e", "nonsense")
    #expect(unknown.status == 64 && unknown.standardError.contains("does not know the engine"), "\(unknown)")
    let profile = try sandbox.assay("inspect", model, "--support", "-e", "onnxruntime", "--profile")
    #expect(profile.status == 64 && profile.standardError.contains("leave out --profile"), "\(profile)")
  }
}
