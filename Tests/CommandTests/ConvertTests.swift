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
      (["--to", "onnx"], 64, "is ONNX already"),
      (["--to", "pt2", "--precision", "int8"], 69, "no way from ONNX to compiled pt2 int8"),
      (["--to", "magic"], 64, "saved_model"), (["--to", "tensorrt"], 69, "-e tensorrt --precision fp16"),
      (["--to", "edgetpu", "--precision", "int8"], 69, "edgetpu_compiler, which is not in PATH"),
      (["--to", "openvino", "--max-drop", "1%"], 64, "--images"),
      (["--to", "openvino", "--weights", "net.pth"], 64, "about a PyTorch module"),
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

  @Test(
    "Every kind of source has a path, which no environment is needed to see",
    arguments: [
      ("torch:torchvision.models:mobilenet_v2", "openvino", ["torch_onnx", "openvino_ir"]),
      ("torch:torchvision.models:mobilenet_v2", "pt2", ["torch_pt2"]),
      ("net.h5", "tflite", ["keras_saved_model", "saved_model_tflite"]),
    ])
  func sources(model: String, format: String, steps: [String]) throws {
    let isFile = !model.hasPrefix("torch:")
    let path = isFile ? try sandbox.write(Data("content".utf8), to: model) : model
    let result = try sandbox.assay("convert", path, "--to", format, "--dry-run")
    #expect(result.status == 0, "\(result)")
    for (step, line) in zip(steps, result.standardOutput.split(separator: "\n")) {
      #expect(line.contains("  \(step), about"), "\(result)")
    }
  }

  @Test(
    "A PyTorch module whose name, weights or folder is none is refused",
    arguments: [
      ("torch:nothing", [String](), 64, "is no PyTorch module"), ("torch:net:", [String](), 64, "is no PyTorch module"),
      ("torch:net:make", ["--weights", "missing.pth"], 65, "no file missing.pth"),
      ("torch:net:make", ["--python-path", "missing"], 65, "names no folder"),
      ("torch:net:make", ["--input-shape", "1,0"], 64, "is no shape"),
    ])
  func modules(name: String, options: [String], status: Int32, words: String) throws {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "convert", name, "--to", "onnx", "--dry-run"] + options
    ).wait()
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

  @Test(
    "A cell whose engine does not read the model names the command that converts it, with its size",
    .enabled(if: InstalledEngines.include("litert"), "LiteRT is not installed"), arguments: [false, true])
  func inPassing(isRefused: Bool) throws {
    let options = isRefused ? ["--no-convert"] : []
    let result = try sandbox.start(
      [Sandbox.program("assay"), "bench", Self.model, "-e", "litert", "--runs", "5"] + options,
      environment: InstalledEngines.environment
    ).wait()
    #expect(result.status == 69, "\(result)")
    #expect(
      result.standardError.contains("assay convert --install onnx2tf (") != isRefused
        && result.standardError.contains("does not read"), "\(result)")
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

  @Test(
    "bench converts what an engine does not read, says so in the row, and keeps source, converter and result",
    .enabled(if: InstalledEnvironments.include("onnx2tf")))
  func inPassing() throws {
    let model = Self.sample("models/digits_float32.onnx")
    let content = try Data(contentsOf: URL(filePath: model))
    for isCached in [false, true] {
      let result = try sandbox.start(
        [
          Sandbox.program("assay"), "bench", model, "-e", "litert,onnxruntime", "--runs", "20", "--json",
          sandbox.path("bench.json"),
        ], environment: InstalledEngines.environment
      ).wait(seconds: 300)
      #expect(result.status == 0 && result.standardOutput.contains("via ONNX → TFLite, "), "\(result)")
      #expect(result.standardOutput.contains(", cached") == isCached, "\(result)")
      let report = try JSONDecoder().decode(
        RunReport.self, from: Data(contentsOf: URL(filePath: sandbox.path("bench.json"))))
      #expect(report.cells.map { $0.model.conversion == nil } == [false, true])
      let converted = try #require(report.cells[0].model.conversion)
      #expect(report.cells[0].model.path == model && converted.format == .tflite && converted.sha256 != nil)
      #expect(converted.steps.map(\.name) == ["onnx_to_tflite"] && converted.steps[0].versions["onnx2tf"] != nil)
      #expect(converted.agreement?.violations == [])
    }
    // onnx2tf simplifies the file that it is given.
    #expect(try Data(contentsOf: URL(filePath: model)) == content)
    let shown = try sandbox.assay("results", "show", "1")
    #expect(shown.status == 0 && shown.standardOutput.contains("by onnx_to_tflite of onnx2tf"), "\(shown)")
    let again = try sandbox.assay("results", "repeat", "1", environment: InstalledEngines.environment, seconds: 300)
    #expect(again.status == 0 && again.standardOutput.contains("via ONNX → TFLite"), "\(again)")
  }

  @Test("ONNX of a lower precision keeps what its source says of images", arguments: ["fp16", "int8"])
  func metadata(precision: String) throws {
    // Messages of Protocol Buffers may be appended: field 14 is metadata_props, with key and value.
    var bytes = try Data(contentsOf: URL(filePath: Self.sample("models/digits_float32.onnx")))
    let entry = [UInt8]([0x0A, 12]) + Array("assay.filter".utf8) + [0x12, 7] + Array("bicubic".utf8)
    bytes.append(contentsOf: [0x72, UInt8(entry.count)] + entry)
    let model = try sandbox.write(bytes, to: "net.onnx")
    let output = sandbox.path("made.onnx")
    let report = try convert(model, ["--to", "onnx", "--precision", precision, "-o", output])
    let made = try Data(contentsOf: URL(filePath: output))
    #expect(made.range(of: Data("assay.filter".utf8)) != nil && report.error == nil)
  }

  @Test("Images tell what accuracy is lost, and the first recipe that keeps the bound is taken")
  func accuracy() throws {
    let options = ["--to", "onnx", "--precision", "int8", "--calibration", Self.sample("digits")]
    let images = ["--images", Self.sample("digits"), "--limit", "100"]
    let model = Self.sample("models/digits_float32.onnx")
    let report = try convert(model, options + images + ["--max-drop", "20%"])
    let accuracy = try #require(report.accuracy)
    #expect(accuracy.images == 100 && accuracy.tried.map(\.recipe) == ["default"], "\(accuracy)")
    #expect(accuracy.resultCorrect - accuracy.sourceCorrect == accuracy.onlyResult - accuracy.onlySource)
    #expect(accuracy.sourceMilliseconds != nil && report.error == nil)
    let same = try convert(model, ["--to", "openvino"] + images)
    #expect(same.accuracy?.difference == 0 && same.accuracy?.tried == [], "\(same)")
  }

  @Test(
    "A PyTorch module of your own becomes what engines run, compared with what PyTorch makes of it",
    .enabled(if: InstalledEnvironments.include("torch")), arguments: ["onnx", "openvino"])
  func torch(format: String) throws {
    let code = """
      import torch
      def make():
          return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 10))
      """
    try FileManager.default.createDirectory(atPath: sandbox.path("code"), withIntermediateDirectories: true)
    try sandbox.write(Data(code.utf8), to: "code/net.py")
    let report = try convert(
      "torch:net:make",
      ["--to", format, "--python-path", sandbox.path("code"), "--input-shape", "1,3,8,8"])
    let agreement = try #require(report.agreement, "\(report)")
    #expect(agreement.reference.engine == "torch" && agreement.inferences == 8 && agreement.violations == [])
    #expect(report.forms.first == "PyTorch module" && report.error == nil)
    let other = try convert(
      "torch:net:make",
      ["--to", format, "--python-path", sandbox.path("code"), "--input-shape", "1,3,8,8", "--seed", "2"])
    #expect(other.source.sha256 != report.source.sha256 && other.result.sha256 != report.result.sha256)
  }

  @Test(
    "ONNX becomes what PyTorch runs, also quantised ONNX",
    .enabled(if: InstalledEnvironments.include("torch")), .enabled(if: InstalledEngines.include("torch")),
    arguments: ["digits_float32.onnx", "digits_int8.onnx"])
  func compiled(model: String) throws {
    let report = try convert(Self.sample("models/\(model)"), ["--to", "pt2"])
    let agreement = try #require(report.agreement, "\(report)")
    #expect(agreement.target.engine == "torch" && agreement.reference.engine == "onnxruntime")
    let output = try #require(agreement.outputs.first)
    #expect(output.sameTop1 == output.rows && report.steps.map(\.name) == ["torch_pt2"], "\(output)")
  }

  @Test(
    "A PyTorch module becomes TFLite whose images are NHWC",
    .enabled(if: InstalledEnvironments.include("litert-torch")))
  func torchToTFLite() throws {
    let code = "import torch\ndef make(): return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Hardswish())"
    try FileManager.default.createDirectory(atPath: sandbox.path("code"), withIntermediateDirectories: true)
    try sandbox.write(Data(code.utf8), to: "code/net.py")
    let report = try convert(
      "torch:net:make", ["--to", "tflite", "--python-path", sandbox.path("code"), "--input-shape", "1,3,8,8"])
    #expect(report.agreement?.violations == [] && report.steps.map(\.name) == ["torch_tflite"], "\(report)")
  }

  @Test(
    "A SavedModel becomes TFLite and ONNX", .enabled(if: InstalledEnvironments.include("tensorflow")),
    arguments: ["tflite", "onnx"])
  func savedModel(format: String) throws {
    let report = try convert(PackageFiles.path("Tests/Fixtures/Models/conv_saved_model"), ["--to", format])
    #expect(report.forms.first == "SavedModel" && report.error == nil && report.result.bytes != nil, "\(report)")
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
