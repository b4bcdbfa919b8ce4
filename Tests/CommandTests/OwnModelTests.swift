import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Models of the user's catalogue take the place of paths")
struct OwnModelTests {
  private let sandbox: Sandbox
  private let environment: [String: String]
  private let digits = PackageFiles.path("Samples/models/digits_float32.onnx")

  init() throws {
    sandbox = try Sandbox()
    environment = InstalledEngines.environment.merging(["ASSAY_CATALOGUE": sandbox.path("models.yaml")]) { $1 }
    try sandbox.write(
      Data(
        """
        catalogue: 1
        models:
          - name: digits
            path: \(digits)
            title: Handwritten digits
            preprocessing: squash
            filter: nearest
          - {name: inverted, path: \(digits), preprocessing: squash, range: [1, -1]}
          - {name: lost, path: lost.onnx}
        """.utf8), to: "models.yaml")
  }

  @Test("They are listed, shown and copied")
  func catalogue() throws {
    let list = try sandbox.assay("models", "list", environment: environment)
    #expect(list.status == 0 && list.standardOutput.contains("resnet50"), "\(list)")
    #expect(list.standardOutput.contains("\ndigits ") && list.standardOutput.contains("your own"), "\(list)")
    let info = try sandbox.assay("models", "info", "digits", environment: environment)
    #expect(info.status == 0, "\(info)")
    for words in [
      "Handwritten digits", "preprocessing squash, filter nearest", digits, "MACs", "models.yaml:3",
      "assay bench digits",
    ] {
      #expect(info.standardOutput.contains(words), "\(words)\n\(info)")
    }
    let copy = sandbox.path("copy.onnx")
    let get = try sandbox.assay("models", "get", "digits", "-o", copy, environment: environment)
    #expect(get.status == 0 && FileManager.default.contentsEqual(atPath: copy, andPath: digits), "\(get)")
    let check = try sandbox.assay("models", "check", environment: environment)
    #expect(check.status == 65 && check.standardError.contains("models.yaml:9:"), "\(check)")
    #expect(check.standardError.contains("There is no model \(sandbox.path("lost.onnx"))."), "\(check)")
  }

  @Test(
    "They are measured, inspected and converted by name, and images are prepared as the catalogue says",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func measured() throws {
    let images = PackageFiles.path("Samples/digits")
    func accuracy(_ arguments: String...) throws -> AccuracyReport {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "accuracy", "--images", images, "-e", "onnxruntime", "--json", "-", "--no-save"]
          + arguments, environment: environment
      ).wait()
      try #require(result.status == 0, "\(result)")
      let report = try JSONDecoder().decode(RunReport.self, from: Data(result.standardOutput.utf8))
      return try #require(report.cells.first?.accuracy)
    }
    #expect(try accuracy("digits").preprocessing.hasPrefix("squash: squashed to 28 × 28, nearest"))
    // Options win part by part.
    let bilinear = try accuracy("digits", "--filter", "bilinear").preprocessing
    #expect(bilinear.hasPrefix("squash: ") && bilinear.contains("bilinear"), "\(bilinear)")
    #expect(try accuracy("inverted").preprocessing.contains("1 to -1"))
    let inspect = try sandbox.assay("inspect", "digits", environment: environment)
    #expect(inspect.status == 0 && inspect.standardOutput.contains("digits_float32.onnx"), "\(inspect)")
    let plan = try sandbox.assay("convert", "digits", "--to", "openvino", "--dry-run", environment: environment)
    #expect(plan.status == 0 && plan.standardOutput.contains("ONNX → OpenVINO IR"), "\(plan)")
  }

  @Test("A path is no name, and a name whose file is gone says where it is named")
  func names() throws {
    let lost = try sandbox.assay("inspect", "lost", environment: environment)
    #expect(lost.status == 65 && lost.standardError.contains("models.yaml:9 calls lost"), "\(lost)")
    let path = try sandbox.assay("inspect", "./digits", environment: environment)
    #expect(path.status == 65 && path.standardError.contains("There is no model at ./digits"), "\(path)")
    let unknown = try sandbox.assay("models", "info", "digitz", environment: environment)
    #expect(unknown.status == 64 && unknown.standardError.contains("The catalogue has no model 'digitz'"), "\(unknown)")
    let twice = try sandbox.assay("inspect", "digits", "inverted", environment: environment)
    #expect(twice.status == 64 && twice.standardError.contains("named twice"), "\(twice)")
    let seed = try sandbox.assay("models", "get", "digits", "-o", "x.onnx", "--seed", "2", environment: environment)
    #expect(seed.status == 64 && seed.standardError.contains("weights of its own"), "\(seed)")
    let ending = try sandbox.assay("models", "get", "digits", "-o", "x.tflite", environment: environment)
    #expect(ending.status == 64 && ending.standardError.contains("-o x.onnx"), "\(ending)")
  }

  @Test("A catalogue that is damaged stops names, but neither paths nor Assay's own models")
  func damaged() throws {
    try sandbox.write(Data("catalogue: 1\nmodels:\n- name: digits\n".utf8), to: "models.yaml")
    for arguments in [["inspect", "digits"], ["models", "list"], ["models", "check"], ["models", "info", "digits"]] {
      let result = try sandbox.start([Sandbox.program("assay")] + arguments, environment: environment).wait()
      #expect(
        result.status == 65 && result.standardError.contains("models.yaml:3:3: A model needs 'path'."), "\(result)")
    }
    try sandbox.write(Data("catalogue: 1\nmodel: 3\nmodels:\n- name: digits\n".utf8), to: "models.yaml")
    let both = try sandbox.assay("models", "check", environment: environment).standardError.split(separator: "\n")
    #expect(both.count == 2 && both[0].contains(":2:1: ") && both[1].contains(":4:3: "), "A line each: \(both)")
    #expect(try sandbox.assay("inspect", digits, environment: environment).status == 0)
    #expect(try sandbox.assay("models", "info", "resnet50", environment: environment).status == 0)
  }
}
