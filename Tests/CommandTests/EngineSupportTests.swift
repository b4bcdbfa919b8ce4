import AssayCore
import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("assay inspect --support asks engines which operations they lack")
struct EngineSupportTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Relu, what no engine has, Relu.
  private static let strange = ONNXModel(
    inputs: [.tensor("x", [1, 3])], outputs: [.tensor("y", [1, 3]), .tensor("z", [1, 3])],
    nodes: [
      .init(type: "Relu", inputs: ["x"], outputs: ["a"]),
      .init(type: "NoSuchOperation", inputs: ["a"], outputs: ["y"]),
      .init(type: "Relu", inputs: ["a"], outputs: ["z"]),
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
    #expect(support.error == nil && support.lacking == nil && support.unasked.isEmpty, "\(support)")
    #expect(support.target == Target(engine: target) && support.version?.isEmpty == false)
  }

  @Test(
    "An operation that an engine lacks is named, and those that it has are not",
    arguments: ["onnxruntime", "openvino"].filter { InstalledEngines.include($0) })
  func lacking(target: String) throws {
    let support = try Self.strange.withFile { try ask($0, target) }
    #expect(support.error != nil && support.unasked.isEmpty, "\(support)")
    #expect(support.lacking?.map(\.operation) == ["NoSuchOperation"] && support.lacking?.map(\.layers) == [[1]])
    // The file of one operation is none of the user's.
    let sentence = try #require(support.lacking?.first?.error.message)
    #expect(!sentence.contains("assay-operations-"), "\(sentence)")
  }

  @Test(
    "State, and kinds of operations that no engine has, do not spoil the other operations",
    arguments: ["litert", "tflite"].filter { InstalledEngines.include($0) })
  func spoilt(target: String) throws {
    // CONCAT_EMBEDDINGS instead of RESHAPE.
    let path = PackageFiles.path("Samples/models/digits_int8.tflite")
    let strange = try sandbox.write(try TFLiteKinds.replacing(22, by: 29, in: path), to: "strange.tflite")
    #expect(try ask(strange, target).lacking?.map(\.operation) == ["CONCAT_EMBEDDINGS"])
    guard target == "litert", let stateful = PackageFiles.shared("models/keras_lstm_mnist_ptq.tflite") else { return }
    #expect(try ask(stateful, target).lacking?.map(\.operation) == ["UNIDIRECTIONAL_SEQUENCE_LSTM"])
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
    for words in ["Support\n", " does not: ", "lacks NoSuchOperation (y)"] {
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
    #expect(support.error?.code == .engineUnavailable && support.lacking == nil && support.version == nil)
  }

  @Test("An engine of another format is asked about no operation")
  func otherFormat() throws {
    let support = try ask(PackageFiles.path("Tests/Fixtures/Models/conv.onnx"), "synthetic")
    #expect(support.error?.code == .unsupported && support.lacking == nil && support.unasked.isEmpty, "\(support)")
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

private enum TFLiteKinds {
  /// A file in which one kind of operation has another number (`BuiltinOperator` of the schema).
  static func replacing(_ old: Int, by new: UInt8, in path: String) throws -> Data {
    var data = try Data(contentsOf: URL(filePath: path))
    let places = data.withUnsafeBytes { bytes in
      let codes = FlatTable(root: bytes)?.tables(1) ?? []
      return codes.filter { $0.integer(Int8.self, 0).map(Int.init) == old }
        .flatMap { [$0.fieldPlace(0, count: 1), $0.fieldPlace(3, count: 4)].compactMap(\.self) }
    }
    try #require(!places.isEmpty)
    for place in places { data[place] = new }
    return data
  }
}
