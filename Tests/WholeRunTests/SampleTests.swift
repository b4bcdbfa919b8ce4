import AssayCore
import Foundation
import TestSupport
import Testing

@Suite(
  "The bundled samples give the counts in their README",
  .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")))
struct SampleTests {
  /// int8 rounding differs between processors, so a count may differ by a few.
  private static let tolerance = 4

  @Test(
    "Each sample model classifies the documented number of digits correctly",
    arguments: [
      ("digits_float32.tflite", "litert", 296), ("digits_int8.tflite", "litert", 296),
      ("digits_float32.tflite", "openvino", 296), ("digits_int8.tflite", "openvino", 298),
      ("digits_float32.onnx", "onnxruntime", 296), ("digits_int8.onnx", "onnxruntime", 296),
      ("digits_float32.onnx", "openvino", 296), ("digits_int8.onnx", "openvino", 296),
    ])
  func accuracy(model: String, engine: String, expected: Int) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "accuracy", PackageFiles.path("Samples/models/\(model)"), "--images", PackageFiles.path("Samples/digits"), "-e",
      engine, "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
    try #require(result.status == 0, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    let accuracy = try #require(cell.accuracy)
    #expect(accuracy.images == 300)
    #expect(
      abs((accuracy.top(1)?.correct ?? 0) - expected) <= (model.contains("int8") ? Self.tolerance : 0), "\(accuracy)")
    #expect(accuracy.top(5)?.correct == 300)
    #expect(cell.latency?.count == 300)
    #expect(accuracy.preprocessing.contains("shorter side to 32, centre crop 28"), "\(accuracy.preprocessing)")
  }

  @Test("Saved runs are compared on the images that both have")
  func savedAccuracy() throws {
    let sandbox = try Sandbox()
    for options in [["--timing", "overlapped"], ["--limit", "120", "--timing", "overlapped"]] {
      let model = options.count == 2 ? "digits_float32.tflite" : "digits_int8.tflite"
      let result = try sandbox.start(
        [
          Sandbox.program("assay"), "accuracy", PackageFiles.path("Samples/models/\(model)"), "--images",
          PackageFiles.path("Samples/digits"), "-e", "litert",
        ] + options, environment: InstalledEngines.environment
      ).wait()
      try #require(result.status == 0, "\(result)")
    }
    let result = try sandbox.assay("compare", "last~1", "last", "-v", "--json", sandbox.path("comparison.json"))
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("points on 120 images"), "\(result)")
    let report = try JSONDecoder().decode(
      ComparisonReport.self, from: Data(contentsOf: URL(filePath: sandbox.path("comparison.json"))))
    #expect(report.accuracyDifferences?.map(\.k) == [1, 5])
    #expect(report.comparisons.isEmpty)
  }

  @Test(
    "In a matrix of models and engines, formats that an engine cannot read are unsupported and the rest is measured")
  func matrix() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", PackageFiles.path("Samples/models/digits_int8.tflite"),
      PackageFiles.path("Samples/models/digits_float32.onnx"), "-e", "litert,onnxruntime,openvino", "--runs", "60",
      "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    let cells = try sandbox.report().cells
    #expect(cells.map(\.status) == [.ok, .unsupported, .ok, .unsupported, .ok, .ok])
    for cell in cells where cell.status == .ok {
      #expect(cell.latency?.count == 60)
      #expect(cell.model.sha256?.count == 64)
      #expect(cell.engine.version != nil && cell.engine.library != nil)
    }
    #expect(cells[1].error?.message.contains("onnx") == true, "\(cells[1].error?.message ?? "")")
  }

  @Test("--batch changes the input shape, and throughput counts every item")
  func batch() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", PackageFiles.path("Samples/models/digits_float32.onnx"), "-e", "onnxruntime", "--batch", "8", "--runs",
      "60", "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
    try #require(result.status == 0, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.inputs?.first?.shape == [8, 3, 28, 28])
    let latency = try #require(cell.latency)
    let throughput = try #require(cell.rate?.samples)
    #expect(abs(throughput * latency.mean / 8000 - 1) < 1e-9)
  }
}

@Suite("Broken images and wrong labels are reported", .enabled(if: InstalledEngines.include("litert")))
struct BrokenImageTests {
  private func accuracy(_ sandbox: Sandbox) throws -> ProgramResult {
    try sandbox.assay(
      "accuracy", PackageFiles.path("Samples/models/digits_int8.tflite"), "--images", sandbox.path("images"), "-e",
      "litert", "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
  }

  private func makeFolder(in sandbox: Sandbox, goodImages: Int) throws {
    try FileManager.default.createDirectory(atPath: sandbox.path("images/3"), withIntermediateDirectories: true)
    try sandbox.write(Data([0xff, 0xd8, 0xff, 0xe0, 0, 16]), to: "images/3/broken.jpg")
    let source = PackageFiles.path("Samples/digits/3")
    for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted().prefix(goodImages) {
      try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: sandbox.path("images/3/\(name)"))
    }
  }

  @Test("A corrupt JPEG is named, and counts neither as correct nor as wrong")
  func oneOfSome() throws {
    let sandbox = try Sandbox()
    try makeFolder(in: sandbox, goodImages: 5)
    let result = try accuracy(sandbox)
    #expect(result.status == 0, "\(result)")
    let report = try #require(try sandbox.report().cells.first?.accuracy)
    #expect(report.images == 5)
    #expect(report.unreadable.map(\.path) == [sandbox.path("images/3/broken.jpg")])
    #expect(result.standardOutput.contains("broken.jpg"), "\(result)")
  }

  @Test("If every image is corrupt, the cell fails with bad data")
  func allOfThem() throws {
    let sandbox = try Sandbox()
    try makeFolder(in: sandbox, goodImages: 0)
    let result = try accuracy(sandbox)
    #expect(result.status == 65, "\(result)")
    #expect(result.standardOutput.contains("None of the 1 images could be read"), "\(result)")
    #expect(try sandbox.report().cells.first?.accuracy?.unreadable.count == 1)
  }

  @Test("Class folders must cover every class, since a folder's rank is its label")
  func tooFewNamedClasses() throws {
    let sandbox = try Sandbox()
    try makeFolder(in: sandbox, goodImages: 2)
    try FileManager.default.moveItem(atPath: sandbox.path("images/3"), toPath: sandbox.path("images/three"))
    let result = try accuracy(sandbox)
    #expect(result.status == 65, "\(result)")
    #expect(result.standardOutput.contains("the names of 1 classes"), "\(result)")
  }

  @Test(
    "Labels outside the output are refused before anything is measured",
    arguments: [
      ("1", "the labels 0 to 8 with a label offset of 1"), ("10", "no label"),
      ("-1", "the labels 1 to 10 with a label offset of -1"),
    ])
  func labelsBeyond(offset: String, words: String) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "accuracy", PackageFiles.path("Samples/models/digits_int8.tflite"), "--images",
      PackageFiles.path("Samples/digits"),
      "-e", "litert", "--label-offset", offset, "--json", sandbox.path("results.json"),
      environment: InstalledEngines.environment)
    let cell = try #require(try sandbox.report().cells.first)
    #expect(result.status == 65, "\(result)")
    #expect(cell.error?.message.contains(words) == true, "\(cell.error?.message ?? "")")
    #expect(cell.latency == nil)
  }

  @Test("The error for a folder one level too high names the right folder")
  func oneLevelTooHigh() throws {
    let sandbox = try Sandbox()
    try makeFolder(in: sandbox, goodImages: 2)
    try FileManager.default.createDirectory(atPath: sandbox.path("all"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: sandbox.path("images"), toPath: sandbox.path("all/set"))
    try FileManager.default.moveItem(atPath: sandbox.path("all"), toPath: sandbox.path("images"))
    let result = try accuracy(sandbox)
    #expect(result.status == 65, "\(result)")
    #expect(result.standardError.contains("--images \(sandbox.path("images/set"))"), "\(result)")
  }
}
