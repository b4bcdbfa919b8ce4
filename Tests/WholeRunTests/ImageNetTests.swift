import AssayCore
import Foundation
import TestSupport
import Testing

@Suite(
  "Real models and images",
  .enabled(if: PackageFiles.shared("models") != nil && InstalledEngines.include("litert", "openvino")))
struct ImageNetTests {
  private func model(_ name: String) throws -> String { try #require(PackageFiles.shared("models/\(name)")) }

  @Test("MobileNet v2 on LiteRT classifies the 500 images as the reference does, within 3")
  func accuracy() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "accuracy", try model("mobilenet_v2_1.0_224_quant.tflite"), "--images",
      try #require(PackageFiles.shared("images")), "-e", "litert", "--json", sandbox.path("results.json"),
      environment: InstalledEngines.environment, seconds: 300)
    try #require(result.status == 0, "\(result)")
    let accuracy = try #require(try sandbox.report().cells.first?.accuracy)
    #expect(accuracy.images == 500)
    #expect(abs((accuracy.top(1)?.correct ?? 0) - 453) <= 3)
    #expect(abs((accuracy.top(5)?.correct ?? 0) - 490) <= 3)
    #expect(accuracy.labelOffset == 1)
  }

  @Test(
    "Classification, pose and segmentation models run",
    arguments: [
      "mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.75_192_quant", "mobilenet_v2_1.0_224_quant",
      "movenet_single_pose_lightning_ptq", "deeplabv3_mnv2_dm05_pascal_quant",
    ], ["litert", "openvino"])
  func latency(name: String, engine: String) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", try model("\(name).tflite"), "-e", engine, "--runs", "10", "--warm-up", "0", "--json",
      sandbox.path("results.json"), environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.latency?.count == 10, "\(cell.error?.description ?? "")")
  }

  @Test(
    "An LSTM that keeps its state in variable tensors is unsupported, with the library's reason",
    arguments: [("litert", "variable tensor"), ("openvino", "UNIDIRECTIONAL_SEQUENCE_LSTM")])
  func sequence(engine: String, reason: String) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", try model("keras_lstm_mnist_ptq.tflite"), "-e", engine, "--runs", "10", "--json",
      sandbox.path("results.json"), environment: InstalledEngines.environment)
    #expect(result.status == 69, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.status == .unsupported)
    #expect(cell.error?.message.lowercased().contains(reason.lowercased()) == true, "\(cell.error?.message ?? "")")
  }

  @Test("A model that fails when it is invoked fails its cell, with the library's reason, and not the others")
  func invokingError() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", try model("model_invoking_error.tflite"), try model("mobilenet_v1_0.25_128_quant.tflite"), "-e",
      "litert", "--runs", "10", "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
    #expect(result.status != 0 && result.status < 128, "\(result)")
    let cells = try sandbox.report().cells
    #expect(cells.map(\.status) == [.failed, .ok])
    #expect(cells[0].error?.message.contains("model_invoking_error.tflite") == true, "\(result)")
  }
}
