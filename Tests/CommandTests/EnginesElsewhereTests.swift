import AssayCore
import Foundation
import TestSupport
import Testing

/// Where an engine finds libraries and files of its own is easily forgotten for these.
@Suite("Engines that load further libraries run behind a prefix command and in the sandbox")
struct EnginesElsewhereTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// `env` starts the worker here, but shares no files with it, as ssh does.
  enum Place: String, CaseIterable {
    case via = "--via env"
    case sandbox = "--sandbox"
  }

  private func bench(
    _ models: [String], on target: String, _ place: Place, options: [String] = [], environment: [String: String] = [:]
  ) throws -> [CellReport] {
    let options = Sandbox.quick + options + ["-e", target] + place.rawValue.split(separator: " ").map(String.init)
    let (result, report) = try sandbox.bench(
      models, options,
      environment: InstalledEngines.environment.merging(environment) { $1 }
        .merging(["ASSAY_REMOTE_WORKER": Sandbox.program("assay-worker")]) { $1 })
    #expect(result.status == 0, "\(result)")
    #expect(report.cells.allSatisfy { $0.status == .ok && $0.latency?.count == 20 }, "\(result)")
    return report.cells
  }

  private func fixture(_ name: String) -> String { PackageFiles.path("Tests/Fixtures/\(name)") }

  @Test("TensorFlow Lite", .enabled(if: InstalledEngines.include("tflite")), arguments: Place.allCases)
  func tflite(place: Place) throws {
    _ = try bench([fixture("Models/conv.tflite")], on: "tflite", place)
  }

  @Test("A delegate", .enabled(if: InstalledEngines.include("tflite")), arguments: Place.allCases)
  func delegate(place: Place) throws {
    let library = try sandbox.library(fixture: "delegate")
    let cells = try bench(
      [fixture("Models/mixed.tflite")], on: "tflite", place, options: ["--delegate", library, "--allow-fallback"])
    #expect(cells.first?.execution?.placement != nil)
  }

  @Test("An Edge TPU", .enabled(if: InstalledEngines.include("tflite")), arguments: Place.allCases)
  func edgeTPU(place: Place) throws {
    let library = try sandbox.library(fixture: "edgetpu")
    let cells = try bench(
      [fixture("TFLite/image_edgetpu.tflite")], on: "tflite:edgetpu", place,
      environment: ["ASSAY_EDGETPU_LIBRARY": library])
    #expect(cells.first?.device == "edgetpu")
  }

  @Test("TensorRT, whose runtime is another file than its shim", arguments: Place.allCases)
  func tensorRT(place: Place) throws {
    // The folder of the shim is readable in any case.
    let other = try Sandbox()
    let runtime = try other.write(Data("a runtime".utf8), to: "libnvinfer.so.10")
    let cells = try bench(
      [fixture("Models/conv.onnx")], on: "tensorrt", place,
      environment: ["ASSAY_TENSORRT_LIBRARY": try sandbox.tensorRTStandIn(), "ASSAY_TENSORRT_RUNTIME": runtime])
    #expect(cells.first?.device == "cuda:0")
    withExtendedLifetime(other) {}
  }

  @Test(
    "OpenVINO 2022.3, with the weights beside a model", .enabled(if: InstalledEngines.include("openvino-2022.3")),
    arguments: Place.allCases)
  func openVINO(place: Place) throws {
    _ = try bench([fixture("Models/conv.onnx"), fixture("Models/conv.xml")], on: "openvino-2022.3", place)
  }

  @Test(
    "TensorFlow, PyTorch and TorchScript",
    .enabled(if: InstalledEngines.include("tensorflow", "torch", "torchscript")), arguments: Place.allCases)
  func large(place: Place) throws {
    _ = try bench([fixture("Models/conv_saved_model")], on: "tensorflow", place)
    _ = try bench([PackageFiles.path(".build/torch-models/conv.pt2")], on: "torch", place)
    // TorchScriptTests has it in the sandbox, where it needs the managed folder.
    if place == .via { _ = try bench([fixture("TorchScript/conv_traced.pt")], on: "torchscript", place) }
  }
}
