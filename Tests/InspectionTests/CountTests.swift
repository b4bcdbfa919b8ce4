import AssayCore
import Foundation
import Inspection
import TestSupport
import Testing

@Suite("Counts of operations, parameters and multiply-accumulates")
struct CountTests {
  /// What graph viewers and the papers count.
  struct Expected: CustomTestStringConvertible {
    let model: String
    let operations: Int
    let parameters: Int
    let macs: Int
    var isAtLeast = false
    var testDescription: String { model }
  }

  private static func inspect(_ path: String) throws -> InspectionReport {
    let url = URL(filePath: path)
    return try ModelInspection.report(
      of: path, format: ModelFormat(pathExtension: url.pathExtension) ?? .savedModel, bytes: 1)
  }

  private func expect(_ expected: Expected, at path: String) throws {
    let report = try Self.inspect(path)
    #expect(report.totals.operations == expected.operations)
    #expect(report.totals.parameters == expected.parameters)
    #expect(report.totals.macs == expected.macs)
    #expect(report.totals.macsAreAtLeast == expected.isAtLeast)
    #expect(report.totals.unknownShapes == 0)
    #expect(report.layers.count == expected.operations && report.layers.map(\.index) == Array(report.layers.indices))
    #expect(report.operations.map(\.count).reduce(0, +) == expected.operations)
    #expect(report.layers.compactMap(\.macs).reduce(0, +) == expected.macs)
  }

  @Test(
    "Models of the thesis' devices",
    arguments: [
      Expected(model: "mobilenet_v2_1.0_224_quant", operations: 66, parameters: 3_489_097, macs: 300_775_552),
      Expected(model: "mobilenet_v1_0.25_128_quant", operations: 31, parameters: 467_593, macs: 13_570_304),
      Expected(model: "mobilenet_v1_0.75_192_quant", operations: 31, parameters: 2_578_121, macs: 239_274_240),
      Expected(model: "deeplabv3_mnv2_dm05_pascal_quant", operations: 72, parameters: 688_357, macs: 867_496_704),
      Expected(model: "movenet_single_pose_lightning_ptq", operations: 157, parameters: 2_325_110, macs: 270_549_504),
      Expected(model: "keras_lstm_mnist_ptq", operations: 6, parameters: 9530, macs: 113_120),
      Expected(
        model: "mobilenet_v1_0.25_128_quant_edgetpu", operations: 1, parameters: 0, macs: 0, isAtLeast: true),
      Expected(model: "model_invoking_error", operations: 1, parameters: 0, macs: 0, isAtLeast: true),
    ])
  func sharedModels(_ expected: Expected) throws {
    guard let path = PackageFiles.shared("models/\(expected.model).tflite") else { return }
    try expect(expected, at: path)
  }

  @Test("What is compiled into an operation of an Edge TPU")
  func edgeTPU() throws {
    guard let path = PackageFiles.shared("models/mobilenet_v1_0.25_128_quant_edgetpu.tflite") else { return }
    let layer = try #require(try Self.inspect(path).layers.first)
    let attributes = Dictionary(uniqueKeysWithValues: layer.attributes.map { ($0.name, $0.value) })
    #expect(layer.operation == "edgetpu-custom-op" && attributes["chip"] == "beagle")
    #expect(attributes["programs"] == "2" && attributes["caches_parameters"] == "true")
    #expect(attributes["inputs"] == "input" && attributes["outputs"] == "MobilenetV1/Predictions/Reshape_1")
    // 467 593 parameters, padded.
    #expect(attributes["parameter_bytes"] == "566912", "\(attributes)")
  }

  @Test("One network in four formats has the same counts")
  func formats() throws {
    for (name, operations) in [("conv.onnx", 5), ("conv.tflite", 3), ("conv.xml", 7), ("conv_saved_model", 9)] {
      let path = PackageFiles.path("Tests/Fixtures/Models/\(name)")
      try expect(Expected(model: name, operations: operations, parameters: 1392, macs: 350_208), at: path)
    }
  }

  @Test("The samples have the same weights in float32 and int8, in ONNX and TFLite")
  func samples() throws {
    let names = ["float32.onnx", "int8.onnx", "float32.tflite", "int8.tflite"]
    let reports = try names.map { try Self.inspect(PackageFiles.path("Samples/models/digits_\($0)")) }
    #expect(Set(reports.map(\.totals.parameters)) == [26_650])
    #expect(Set(reports.map(\.totals.macs)) == [539_328])
    #expect(
      reports.map { $0.weights.map(\.type) } == [["float32"], ["int8", "int32"], ["float32"], ["int8", "int32"]])
  }

  @Test("Quantisation is read per tensor and per channel")
  func quantization() throws {
    let report = try Self.inspect(PackageFiles.path("Samples/models/digits_int8.tflite"))
    #expect(report.inputs.first?.quantization?.scales == 1)
    let weights = try #require(report.layers.first { $0.operation == "CONV_2D" }?.inputs[1].quantization)
    #expect(weights.scales == 16 && weights.axis == 0)
    #expect(report.totals.quantizedPerChannel > 0 && report.totals.quantizedPerTensor > 0)
  }

  @Test("Activation memory is the peak of what is alive")
  func memory() throws {
    // 1 × 3 × 4 × 4 floats into 1 × 8 × 4 × 4 floats, twice: the second convolution needs the most.
    let model = ONNXModel(
      inputs: [.tensor("x", [1, 3, 4, 4])], outputs: [.tensor("z", nil)],
      nodes: [
        .init(type: "Conv", inputs: ["x", "v"], outputs: ["y"], attributes: ["pads": [1, 1, 1, 1]]),
        .init(type: "Conv", inputs: ["y", "w"], outputs: ["z"], attributes: ["pads": [1, 1, 1, 1]]),
      ], weights: ["v": [8, 3, 3, 3], "w": [8, 8, 3, 3]])
    let report = try model.withFile(Self.inspect)
    #expect(report.totals.activationBytes == 2 * 8 * 16 * 4)
    #expect(report.totals.macs == 16 * 8 * (3 + 8) * 9 && report.totals.parameters == 8 * (3 + 8) * 9)
  }
}
