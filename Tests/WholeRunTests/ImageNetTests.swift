import AssayCore
import Foundation
import TestSupport
import Testing

@Suite(
  "Real models on real images agree with the reference programs",
  .enabled(if: PackageFiles.shared("models") != nil && InstalledEngines.include("litert", "openvino")))
struct ImageNetTests {
  private func model(_ name: String) throws -> String { try #require(PackageFiles.shared("models/\(name)")) }

  /// The tests do not install the converter to ONNX; `ASSAY_TEST_ONNX` names a folder of converted models.
  private static let cells: [(model: String, engine: String)] =
    [
      ("mobilenet_v1_0.25_128_quant", "litert"), ("mobilenet_v1_0.75_192_quant", "litert"),
      ("mobilenet_v2_1.0_224_quant", "litert"), ("mobilenet_v2_1.0_224_quant", "openvino"),
    ] + (onnxFolder == nil ? [] : [("mobilenet_v2_1.0_224_quant", "onnxruntime")])

  private static let onnxFolder = ProcessInfo.processInfo.environment["ASSAY_TEST_ONNX"]

  @Test(
    "Both timings give every image the reference's five classes, ties aside", arguments: cells)
  func predictions(name: String, engine: String) throws {
    let reference = try referencePredictions(name, engine)
    let expected = try Prediction.read(reference, labelOffset: 1, in: PackageFiles.shared("images"))
    let path =
      engine == "onnxruntime" ? "\(Self.onnxFolder ?? "")/\(name).onnx" : try model("\(name).tflite")
    for timing in ["isolated", "overlapped"] {
      let sandbox = try Sandbox()
      let result = try sandbox.assay(
        "accuracy", path, "--images", try #require(PackageFiles.shared("images")), "-e", engine, "--timing", timing,
        "--predictions", sandbox.path("predictions.csv"), "--json", sandbox.path("results.json"),
        environment: InstalledEngines.environment, seconds: 300)
      try #require(result.status == 0, "\(result)")
      let found = try Prediction.read(sandbox.path("predictions.csv"), labelOffset: 0)
      try #require(found.count == 500 && expected.count == 500)
      let differing = zip(found, expected).filter { !$0.agrees(with: $1) }
      #expect(differing.isEmpty, "\(differing.count) images differ, such as \(differing.prefix(3))")
      let cell = try #require(try sandbox.report().cells.first)
      let accuracy = try #require(cell.accuracy)
      // A tie for the first place counts against the model.
      #expect(
        accuracy.top(1)?.correct == expected.count { $0.classes.first == $0.label && $0.scores[1] < $0.scores[0] })
      #expect(accuracy.labelOffset == 1)
      #expect(accuracy.otherReadings.isEmpty, "\(accuracy.otherReadings)")
      #expect((cell.latency != nil) == (timing == "isolated"))
    }
  }

  /// A file with the reference program's predictions. OpenVINO's int8 results depend on the processor, so for OpenVINO the
  /// program runs here, with the same library.
  private func referencePredictions(_ name: String, _ engine: String) throws -> String {
    guard engine == "openvino" else { return try #require(PackageFiles.shared("reference/\(engine).\(name).csv")) }
    let python = try #require(
      ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"], "ASSAY_TEST_PYTHON is not set")
    let program = try #require(PackageFiles.shared("../peers/accuracy_reference.py"))
    let path = FileManager.default.temporaryDirectory.appending(path: "assay-reference-\(UUID().uuidString).csv").path
    let result = try Sandbox().start([
      python, program, try model("\(name).tflite"), "--images", PackageFiles.shared("images") ?? "", "--engine", engine,
      "--predictions", path,
    ]).wait(seconds: 300)
    try #require(result.status == 0, "\(result)")
    return path
  }

  @Test(
    "A wrong label offset or range is reported, with both counts and the right option",
    arguments: [
      (["--label-offset", "0"], "--label-offset 1"), (["--label-offset", "2"], "--label-offset 1"),
      (["--range", "0,1"], "--range -1,1"),
    ])
  func misread(flags: [String], advice: String) throws {
    let sandbox = try Sandbox()
    let assay = [Sandbox.program("assay"), "accuracy", try model("mobilenet_v1_0.25_128_quant.tflite"), "-e", "litert"]
    let output = ["--images", try #require(PackageFiles.shared("images")), "--json", sandbox.path("results.json")]
    let result = try sandbox.start(assay + output + flags, environment: InstalledEngines.environment).wait(seconds: 120)
    try #require(result.status == 0, "\(result)")
    let readings = try #require(try sandbox.report().cells.first?.accuracy?.otherReadings)
    #expect(readings.contains { $0.advice == "give \(advice)" && $0.otherCorrect > $0.correct }, "\(readings)")
    #expect(result.unwrappedOutput.contains("give \(advice)"), "\(result)")
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
    "An LSTM with variable tensors is unsupported, with the library's reason",
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

  @Test("A model with an operator that the engine lacks costs its own cell only")
  func missingOperator() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.assay(
      "bench", try model("model_invoking_error.tflite"), try model("mobilenet_v1_0.25_128_quant.tflite"), "-e",
      "litert", "--runs", "10", "--json", sandbox.path("results.json"), environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    let cells = try sandbox.report().cells
    #expect(cells.map(\.status) == [.unsupported, .ok])
    #expect(cells[0].error?.message.contains("'fake-op-double', which") == true, "\(result)")
  }
}

/// The prediction of a model for an image.
private struct Prediction: CustomStringConvertible {
  let image: String
  let label: Int
  let classes: [Int]
  let scores: [Double]

  var description: String { "\(image): \(classes) \(scores)" }

  /// Reads rows of image, label, five classes and their scores, written by Assay, which adds the rank of the label, or by the reference
  /// program.
  static func read(_ path: String, labelOffset: Int, in folder: String? = nil) throws -> [Prediction] {
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
      .filter { !$0.hasPrefix("image,") }
    return try rows.map { row in
      let fields = row.split(separator: ",").prefix(12)
      try #require(fields.count == 12, "\(row)")
      let numbers = try fields[1...].map { try #require(Double($0)) }
      return Prediction(
        image: folder.map { "\($0)/\(fields[0])" } ?? String(fields[0]), label: Int(numbers[0]),
        classes: numbers[1...5].map { Int($0) - labelOffset }, scores: Array(numbers[6...]))
    }
  }

  /// Whether both have the same classes in the same order. Classes with equal scores may be in any order, and those with the
  /// fifth score may differ, since their tie may extend beyond the fifth.
  func agrees(with other: Prediction) -> Bool {
    guard image == other.image, label == other.label, scores == other.scores else { return false }
    return Set(scores).allSatisfy { score in
      let (mine, others) = (classesScoring(score), other.classesScoring(score))
      return score == scores.last || mine == others
    }
  }

  private func classesScoring(_ score: Double) -> Set<Int> {
    Set(zip(classes, scores).filter { $0.1 == score }.map(\.0))
  }
}
