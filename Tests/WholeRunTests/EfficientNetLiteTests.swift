import AssayCore
import Foundation
import TestSupport
import Testing

@Suite(
  "Trained weights of the catalogue classify real images",
  .enabled(
    if: EfficientNetLite.dataHome != nil && PackageFiles.shared("images") != nil
      && InstalledEngines.include("onnxruntime")))
struct EfficientNetLiteTests {
  private let sandbox: Sandbox
  private let model: String

  init() throws {
    sandbox = try Sandbox()
    model = sandbox.path("lite0.onnx")
    let result = try sandbox.assay(
      "models", "get", "efficientnet-lite0", "-o", model,
      environment: ["XDG_DATA_HOME": try #require(EfficientNetLite.dataHome)])
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
  }

  private func accuracy(_ options: String...) throws -> AccuracyReport {
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "accuracy", model, "--images", try #require(PackageFiles.shared("images")), "-e",
        "onnxruntime", "--json", sandbox.path("results.json"),
      ] + options, environment: InstalledEngines.environment
    ).wait(seconds: 300)
    #expect(result.status == 0, "\(result)")
    return try #require(try sandbox.report().cells.first?.accuracy)
  }

  @Test("EfficientNet-Lite0 has the accuracy of Pillow with ONNX Runtime, prepared as its file says")
  func reference() throws {
    let report = try accuracy()
    #expect((441...445).contains(report.top(1)?.correct ?? 0), "\(report.top)")
    #expect((485...489).contains(report.top(5)?.correct ?? 0), "\(report.top)")
    #expect(
      report.preprocessing.contains("mean 127, deviation 128 from the model's metadata"), "\(report.preprocessing)")
    #expect(report.preprocessing.hasSuffix("size and filter from the model's metadata"), "\(report.preprocessing)")
    #expect(report.otherReadings.isEmpty, "\(report.otherReadings)")
  }

  @Test("Other numbers win over the file's, and the self-check says what would be better")
  func selfCheck() throws {
    let report = try accuracy("--range", "0,255")
    #expect(!report.preprocessing.contains("deviation 128"), "\(report.preprocessing)")
    // The two are nearly the same.
    let advice = try #require(report.otherReadings.first?.advice)
    #expect(["give --mean 127 --std 128", "give --range -1,1"].contains(advice), "\(report.otherReadings)")
  }
}

private enum EfficientNetLite {
  /// Where the weights are; `nil`, with a message on standard error, if they are not installed.
  static let dataHome: String? = {
    let environment = ProcessInfo.processInfo.environment
    guard let folder = DataFolder.models.path(environment: environment) else { return nil }
    if FileManager.default.fileExists(atPath: "\(folder)/efficientnet-lite0") {
      return URL(filePath: folder).deletingLastPathComponent().deletingLastPathComponent().path
    }
    FileHandle.standardError.write(
      Data(
        "EfficientNet-Lite0 is not here, so it is not tested. Get it with: assay models get efficientnet-lite0 -o FILE\n"
          .utf8))
    return nil
  }()
}
