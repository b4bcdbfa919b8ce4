import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("assay convert says what it does, and refuses what it cannot do")
struct ConvertTests {
  private static let model = PackageFiles.path("Samples/models/digits_float32.onnx")
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("--dry-run shows the path, what it needs and how large that is, and writes nothing")
  func dryRun() throws {
    let result = try sandbox.assay("convert", Self.model, "--to", "tflite", "--precision", "int8", "--dry-run")
    #expect(result.status == 0, "\(result)")
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("ONNX → TFLite  onnx_to_tflite"), "\(result)")
    #expect(lines[2].contains("assay convert --install convert (") && lines[2].contains("MB on disk"), "\(result)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("home")))
  }

  @Test("Without a network and an environment, the error has the command that installs it, and its size")
  func offline() throws {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "convert", Self.model, "--to", "openvino"],
      environment: ["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": sandbox.folder]
    ).wait()
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("assay convert --install convert ("), "\(result)")
    let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.path("data/assay/environments"))
    #expect(left == [".lock"])
  }

  @Test(
    "What cannot be is refused with what can",
    arguments: [
      (["--to", "onnx"], 64, "is ONNX already"), (["--to", "pt2"], 64, "pt2"),
      (["--to", "onnx", "--precision", "int8", "--recipe", "magic"], 64, "percentile"),
      (["--to", "openvino", "--recipe", "default", "--dry-run"], 64, "is not quantised"),
      (["--to", "onnx", "--precision", "fp16", "-o", Self.model], 64, "would replace it"),
      (["--to", "openvino", "-o", "net.onnx"], 64, "-o net.onnx.xml"),
      (["--to", "openvino", "-o", "missing/net.xml"], 74, "missing"),
      (["--to", "openvino", "--calibration", "missing"], 65, "no calibration data"),
      (["--install", "convert"], 64, "--install converts nothing"),
    ])
  func refusals(options: [String], status: Int32, words: String) throws {
    let result = try sandbox.start([Sandbox.program("assay"), "convert", Self.model] + options).wait()
    #expect(result.status == status && result.standardError.contains(words), "\(result)")
  }

  @Test("Calibration data that is too little, or no array, or a damaged one, is refused before anything is converted")
  func calibration() throws {
    let folder = sandbox.path("images")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try sandbox.write(Data("no image".utf8), to: "images/1.png")
    let few = try sandbox.assay("convert", Self.model, "--to", "onnx", "--precision", "int8", "--calibration", folder)
    #expect(few.status == 65 && few.standardError.contains("has 1 images"), "\(few)")
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976, 0), }"
    var empty = Data([0x93])
    empty.append(Data("NUMPY".utf8))
    empty.append(Data([1, 0, UInt8(header.utf8.count), 0]))
    empty.append(Data(header.utf8))
    for (name, content) in [
      ("data.npy", Data("damage".utf8)), ("data.txt", Data("damage".utf8)), ("empty.npy", empty),
    ] {
      let file = try sandbox.write(content, to: name)
      let result = try sandbox.assay(
        "convert", Self.model, "--to", "onnx", "--precision", "int8", "--calibration", file)
      #expect(result.status == 65 && result.standardError.contains(name), "\(result)")
    }
  }

  @Test("A file that is no model, and an environment that is none, are named")
  func names() throws {
    let file = try sandbox.write(Data("text".utf8), to: "net.txt")
    let result = try sandbox.assay("convert", file, "--to", "onnx")
    #expect(result.status == 65 && result.standardError.contains("net.txt"), "\(result)")
    let install = try sandbox.assay("convert", "--install", "nothing")
    #expect(install.status == 64 && install.standardError.contains("onnx2tf"), "\(install)")
  }
}

@Suite(
  "assay convert makes models that engines run like their sources",
  .enabled(if: InstalledEnvironments.include("convert")),
  .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")))
struct ConvertedModelTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try InstalledEnvironments.link(into: sandbox)
  }

  private static func sample(_ name: String) -> String { PackageFiles.path("Samples/\(name)") }

  private func convert(_ model: String, _ options: [String], status: Int32 = 0) throws -> ConversionReport {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "convert", model, "--json", sandbox.path("report.json")] + options,
      environment: InstalledEngines.environment
    ).wait(seconds: 300)
    #expect(result.status == status, "\(result)")
    return try JSONDecoder().decode(
      ConversionReport.self, from: Data(contentsOf: URL(filePath: sandbox.path("report.json"))))
  }

  @Test(
    "Float models stay what they are",
    arguments: [
      ("digits_float32.onnx", "onnx", "fp16", ".onnx"), ("digits_float32.onnx", "openvino", "fp32", ".xml"),
      ("digits_float32.onnx", "openvino", "fp16", ".xml"), ("digits_float32.tflite", "openvino", "fp32", ".xml"),
      ("digits_float32.tflite", "tflite", "fp16", ".tflite"),
    ])
  func float(model: String, format: String, precision: String, suffix: String) throws {
    let output = sandbox.path("net\(suffix)")
    let report = try convert(
      Self.sample("models/\(model)"), ["--to", format, "--precision", precision, "-o", output])
    let agreement = try #require(report.agreement)
    #expect(agreement.violations == [] && agreement.bound != nil && agreement.outputs.count == 1)
    #expect(report.result.path == output && FileManager.default.fileExists(atPath: "\(output).conversion.json"))
    #expect(report.steps.last?.versions["onnx"] == "1.23.2")
  }

  @Test(
    "int8 looks at images, and keeps nearly all first classes",
    arguments: [
      ("digits_float32.onnx", "onnx"), ("digits_float32.onnx", "openvino"), ("digits_float32.tflite", "tflite"),
    ])
  func int8(model: String, format: String) throws {
    let options = ["--to", format, "--precision", "int8", "--calibration", Self.sample("digits")]
    let report = try convert(Self.sample("models/\(model)"), options)
    #expect(report.calibration?.samples == 100)
    let output = try #require(report.agreement?.outputs.first)
    #expect(output.rows == 32 && output.sameTop1 >= 30, "\(output)")
    #expect(report.agreement?.bound == nil)
    let again = try convert(Self.sample("models/\(model)"), options)
    #expect(again.steps.allSatisfy(\.isCached) && again.result == report.result)
  }

  @Test("An array of samples calibrates like a folder of images, and one that does not fit is refused")
  func array() throws {
    let script =
      "import struct, sys; n = [int(a) for a in sys.argv[2:]]; import math; "
      + "h = (\"{'descr': '<f4', 'fortran_order': False, 'shape': %s}\" % (tuple(n),)).ljust(117) + '\\n'; "
      + "open(sys.argv[1], 'wb').write(b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(h)) + h.encode() + bytes(4 * math.prod(n)))"
    for (name, shape) in [("good", "20 3 28 28"), ("bad", "20 7")] {
      let made = try sandbox.shell("python3 -c \"\(script.replacing("\"", with: "\\\""))\" \(name).npy \(shape)")
      #expect(made.status == 0, "\(made)")
    }
    let model = Self.sample("models/digits_float32.onnx")
    let report = try convert(
      model, ["--to", "onnx", "--precision", "int8", "--calibration", sandbox.path("good.npy")])
    #expect(report.calibration?.samples == 20)
    let bad = try sandbox.start(
      [
        Sandbox.program("assay"), "convert", model, "--to", "onnx", "--precision", "int8", "--calibration",
        sandbox.path("bad.npy"),
      ], environment: InstalledEngines.environment
    ).wait()
    #expect(bad.status == 64 && bad.standardError.contains("[1, 7]"), "\(bad)")
  }

  @Test("Without calibration data, int8 says what it is good for")
  func random() throws {
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "convert", Self.sample("models/digits_float32.onnx"), "--to", "onnx",
        "--precision", "int8",
      ], environment: InstalledEngines.environment
    ).wait(seconds: 300)
    #expect(result.status == 0 && result.standardOutput.contains("not for its accuracy"), "\(result)")
  }
}
