import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("assay inspect -e tells what an engine made of a model")
struct EngineLayersTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func inspect(_ model: String, _ target: String, _ options: String...) throws -> InspectionReport {
    try inspect(file: PackageFiles.path(model), target, options)
  }

  private func inspect(file: String, _ target: String, _ options: [String]) throws -> InspectionReport {
    let arguments = ["inspect", file, "-e", target] + options + ["--json", "-"]
    let result = try sandbox.start([Sandbox.program("assay")] + arguments, environment: InstalledEngines.environment)
      .wait()
    try #require(result.status == 0, "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    return try #require(document.models.first)
  }

  /// Checks that every layer of the file is accounted for, and that layers point at one another.
  private func expectConsistent(_ report: InspectionReport) throws -> EngineInspection {
    let engine = try #require(report.engines?.first)
    #expect(engine.fates.count == report.layers.count && !engine.layers.isEmpty)
    for (index, fate) in engine.fates.enumerated() {
      if let into = fate.into { #expect(engine.layers[into].sources.contains(index)) }
    }
    return engine
  }

  @Test(
    "ONNX Runtime fuses convolutions with their activations",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func onnxRuntime() throws {
    let report = try inspect("Tests/Fixtures/Models/conv.onnx", "onnxruntime", "--profile", "--inferences", "5")
    let engine = try expectConsistent(report)
    #expect(engine.evidence == .optimizedModel)
    let fused = report.layers.indices.filter { engine.fates[$0].kind == .fused }.map { report.layers[$0].operation }
    #expect(fused == ["Conv", "Relu", "Conv", "Relu"])
    #expect(engine.layers.contains { $0.device == "CPU" && ($0.medianMilliseconds ?? 0) > 0 })
    let profile = try #require(engine.profile)
    #expect(profile.inferences == 5 && profile.coverage > 0 && profile.layersMilliseconds > 0)
  }

  @Test(
    "ONNX Runtime times nodes without a name",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func unnamedNodes() throws {
    let model = ONNXModel(
      inputs: [.tensor("x", [64, 64])], outputs: [.tensor("y", nil)],
      nodes: [
        .init(type: "Erf", inputs: ["x"], outputs: ["a"]), .init(type: "Softmax", inputs: ["a"], outputs: ["b"]),
        .init(type: "Erf", inputs: ["b"], outputs: ["y"]),
      ])
    let report = try model.withFile { try inspect(file: $0, "onnxruntime", ["--profile", "--inferences", "5"]) }
    let engine = try expectConsistent(report)
    #expect(engine.layers.allSatisfy { $0.medianMilliseconds != nil }, "\(engine.layers)")
  }

  @Test(
    "OpenVINO names precision and code of each layer, from ONNX and from its own format",
    .enabled(if: InstalledEngines.include("openvino"), "OpenVINO is not installed"),
    arguments: ["conv.onnx", "conv.xml"])
  func openVINO(model: String) throws {
    let report = try inspect("Tests/Fixtures/Models/\(model)", "openvino", "--profile", "--inferences", "5")
    let engine = try expectConsistent(report)
    #expect(engine.evidence == .runtimeModel)
    let convolutions = engine.layers.filter { $0.operation == "Convolution" }
    #expect(convolutions.count == 2 && convolutions.allSatisfy { $0.precision != nil && $0.kernel != nil })
    let sources = try #require(convolutions.first).sources.map { report.layers[$0].operation }
    #expect(sources == (model == "conv.xml" ? ["Convolution", "Add", "ReLU"] : ["Conv", "Relu"]))
    #expect(engine.profile.map { $0.coverage > 0 } == true)
  }

  @Test(
    "LiteRT and TensorFlow Lite tell what XNNPACK takes, in the order of the file",
    arguments: ["litert", "tflite"].filter { InstalledEngines.include($0) })
  func tflite(target: String) throws {
    let report = try inspect("Samples/models/digits_int8.tflite", target, "--profile", "--inferences", "5")
    let engine = try expectConsistent(report)
    #expect(engine.evidence == .profiler)
    #expect(engine.fates.allSatisfy { $0.kind == .kept || $0.kind == .fused }, "\(engine.fates)")
    #expect(engine.layers.first?.sources.first == 0 && engine.layers.contains { $0.device == "XNNPACK" })
    #expect(engine.layers.allSatisfy { $0.medianMilliseconds != nil })
  }

  @Test(
    "Without XNNPACK, TensorFlow Lite runs every operation by itself",
    .enabled(if: InstalledEngines.include("tflite"), "TensorFlow Lite is not installed"))
  func plainTFLite() throws {
    let report = try inspect("Samples/models/digits_int8.tflite", "tflite", "--engine-option", "xnnpack=0")
    let engine = try expectConsistent(report)
    #expect(engine.layers.map(\.sources) == report.layers.map { [$0.index] })
    #expect(engine.layers.map(\.operation) == report.layers.map(\.operation) && engine.profile == nil)
  }

  @Test(
    "The text is a tree with the layers of the file inside those of the engine",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func text() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let result = try sandbox.assay("inspect", model, "-e", "onnxruntime", environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    for words in ["by its optimised model", "5 layers of the file: 1 kept, 4 fused", "├ Conv", "└ Relu"] {
      #expect(result.standardOutput.contains(words), "\(words)\n\(result)")
    }
    #expect(!result.standardOutput.contains("layers take"))
  }

  @Test(
    "The layers of a signature are matched with those of its subgraph",
    arguments: ["litert", "tflite"].filter { InstalledEngines.include($0) })
  func signatures(target: String) throws {
    let report = try inspect("Tests/Fixtures/Inputs/signatures.tflite", target, "--signature", "second")
    let engine = try expectConsistent(report)
    #expect(report.layers.map(\.operation) == ["NEG", "ADD"])
    #expect(engine.fates.map(\.kind) == [.kept, .nested], "\(engine)")
  }

  @Test(
    "In a sandbox, engines tell the same, and nothing is left behind",
    arguments: [
      ("onnxruntime", "Tests/Fixtures/Models/conv.onnx"), ("openvino", "Tests/Fixtures/Models/conv.onnx"),
      ("litert", "Samples/models/digits_int8.tflite"),
    ].filter { InstalledEngines.include($0.0) })
  func confined(target: String, model: String) throws {
    let free = try expectConsistent(try inspect(model, target))
    let temporary = sandbox.path("temporary")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let result = try sandbox.assay(
      "inspect", PackageFiles.path(model), "-e", target, "--sandbox", "--json", "-",
      environment: InstalledEngines.environment.merging(["TMPDIR": temporary]) { $1 })
    try #require(result.status == 0, "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    let confined = try expectConsistent(try #require(document.models.first))
    #expect(confined.layers.map(\.operation) == free.layers.map(\.operation) && confined.fates == free.fates)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
  }

  @Test(
    "An engine on another machine tells the same, also of a model that only this machine has",
    arguments: [
      ("onnxruntime", "Tests/Fixtures/Models/conv.onnx"), ("openvino", "Tests/Fixtures/Models/conv.xml"),
      ("litert", "Samples/models/digits_int8.tflite"),
    ].filter { InstalledEngines.include($0.0) })
  func elsewhere(target: String, model: String) throws {
    let here = try expectConsistent(try inspect(model, target))
    // Another folder and another cache stand for another machine.
    let prefix = "env -C / XDG_CACHE_HOME='\(sandbox.path("cache"))'"
    let environment = InstalledEngines.environment
      .merging(["ASSAY_REMOTE_WORKER": Sandbox.program("assay-worker")]) { $1 }
    func ask(_ arguments: String...) throws -> InspectionReport {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "inspect", PackageFiles.path(model), "--via", prefix, "-e", target, "--json", "-"]
          + arguments, environment: environment
      ).wait()
      try #require(result.status == 0, "\(result)")
      let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
      return try #require(document.models.first)
    }
    let there = try expectConsistent(try ask("--profile", "--inferences", "3"))
    #expect(there.layers.map(\.operation) == here.layers.map(\.operation) && there.fates == here.fates)
    #expect(there.profile?.inferences == 3)
    let support = try #require(try ask("--support").support?.first)
    #expect(support.error == nil && support.version == there.version)
    let runs = sandbox.path("cache/assay/runs")
    #expect(try FileManager.default.contentsOfDirectory(atPath: runs).isEmpty, "left in \(runs)")
  }

  @Test(
    "An engine that fails costs itself alone",
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func failure() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let result = try sandbox.assay(
      "inspect", model, "-e", "openvino,onnxruntime", "--engine-library", "openvino=/nonsense.so", "--json", "-",
      environment: InstalledEngines.environment)
    #expect(result.status == 69 && result.standardError.contains("on openvino: "), "\(result)")
    let document = try JSONDecoder().decode(InspectionDocument.self, from: Data(result.standardOutput.utf8))
    let report = try #require(document.models.first)
    #expect(report.engines?.map(\.target.engine) == ["onnxruntime"])
    #expect(report.failures?.map(\.error.code) == [.engineUnavailable])
  }

  @Test(
    "Every convolution of Inception v1 is fused with its activation",
    arguments: ["onnxruntime", "openvino"].filter { InstalledEngines.include($0) })
  func inception(target: String) throws {
    let path = sandbox.path("inception_v1.onnx")
    let written = try sandbox.assay("models", "get", "inception_v1", "-o", path, seconds: 300)
    try #require(written.status == 0, "\(written)")
    let report = try inspect(file: path, target, [])
    let engine = try expectConsistent(report)
    let convolutions = report.layers.filter { $0.operation == "Conv" }
    #expect(convolutions.count == 57)
    for convolution in convolutions {
      let fate = engine.fates[convolution.index]
      let sources = fate.into.map { engine.layers[$0].sources.map { report.layers[$0] } } ?? []
      // Its activation, and none of another.
      let name = convolution.outputs.first?.name
      #expect(fate.kind == .fused && sources.count { $0.operation == "Conv" } == 1, "\(convolution.name)")
      #expect(sources.contains { $0.operation == "Relu" && $0.inputs.first?.name == name }, "\(convolution.name)")
    }
  }

  @Test("What cannot be asked is refused")
  func refusals() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let unknown = try sandbox.assay("inspect", model, "-e", "nonsense")
    #expect(unknown.status == 64 && unknown.standardError.contains("does not know the engine"), "\(unknown)")
    let profile = try sandbox.assay("inspect", model, "--profile")
    #expect(profile.status == 64 && profile.standardError.contains("give -e"), "\(profile)")
    let graph = try sandbox.assay("inspect", model, "--graph", "net.png")
    #expect(graph.status == 64 && graph.standardError.contains("FILE.svg or FILE.html"), "\(graph)")
    let folder = try sandbox.assay("inspect", model, "--graph", sandbox.path("none/net.svg"))
    #expect([69, 74].contains(folder.status), "\(folder)")
  }
}

@Suite("assay inspect --graph draws a model")
struct GraphTests {
  private let sandbox: Sandbox
  private let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")

  init() throws { sandbox = try Sandbox() }

  private static let hasGraphviz = (try? Sandbox().shell("command -v dot"))?.status == 0

  @Test("SVG, and a page that loads nothing", .enabled(if: hasGraphviz, "Graphviz is not installed"))
  func drawings() throws {
    let svg = try sandbox.assay("inspect", model, "--graph", sandbox.path("net.svg"))
    #expect(svg.status == 0, "\(svg)")
    let picture = try String(contentsOfFile: sandbox.path("net.svg"), encoding: .utf8)
    #expect(picture.contains("<svg") && picture.components(separatedBy: "class=\"node").count == 1 + 7)
    let html = try sandbox.assay("inspect", model, "--graph", sandbox.path("net.html"))
    #expect(html.status == 0, "\(html)")
    let page = try String(contentsOfFile: sandbox.path("net.html"), encoding: .utf8)
    #expect(page.contains("<svg") && !page.contains("<!DOCTYPE svg") && page.contains("Content-Security-Policy"))
  }

  @Test(
    "The page of an engine has both graphs", .enabled(if: hasGraphviz, "Graphviz is not installed"),
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func bothGraphs() throws {
    let result = try sandbox.assay(
      "inspect", model, "-e", "onnxruntime", "--profile", "--inferences", "3", "--graph", sandbox.path("net.html"),
      environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    let page = try String(contentsOfFile: sandbox.path("net.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "<svg").count == 3 && page.contains("\"sources\""))
  }

  @Test(
    "The page has the graph of each engine that answers, and no page is left where none does",
    .enabled(if: hasGraphviz, "Graphviz is not installed"),
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func severalGraphs() throws {
    let page = sandbox.path("net.html")
    func draw(_ targets: String) throws -> ProgramResult {
      try sandbox.assay(
        "inspect", model, "-e", targets, "--graph", page, environment: InstalledEngines.environment)
    }
    let several = try draw("onnxruntime,synthetic,onnxruntime")
    #expect(several.status == 69 && several.standardError.contains("on synthetic: "), "\(several)")
    let text = try String(contentsOfFile: page, encoding: .utf8)
    #expect(text.components(separatedBy: "<svg").count == 4)
    // Boxes of two engines have names of their own.
    for name in ["engine0_0", "engine1_0"] { #expect(text.components(separatedBy: "id=\"\(name)\"").count == 2) }
    let none = try draw("synthetic")
    #expect(none.status == 69 && !FileManager.default.fileExists(atPath: page), "\(none)")
  }

  @Test("Without Graphviz, it says how to install it")
  func missing() throws {
    let result = try sandbox.assay(
      "inspect", model, "--graph", sandbox.path("net.svg"), environment: ["PATH": sandbox.folder])
    #expect(result.status == 69 && result.standardError.contains("sudo apt install graphviz"), "\(result)")
  }

  @Test("Names from the file are text, whatever they hold", .enabled(if: hasGraphviz, "Graphviz is not installed"))
  func hostileNames() throws {
    let name = "\"];a\\n<script>alert(1)</script>&\u{7}"
    let hostile = ONNXModel(
      inputs: [.tensor(name, [1, 3])], outputs: [.tensor("y", [1, 3])],
      nodes: [.init(type: "\"<b>\\", inputs: [name], outputs: ["y"])])
    try sandbox.write(Data(hostile.bytes), to: "hostile.onnx")
    let result = try sandbox.assay(
      "inspect", sandbox.path("hostile.onnx"), "--graph", sandbox.path("net.html"))
    #expect(result.status == 0, "\(result)")
    let page = try String(contentsOfFile: sandbox.path("net.html"), encoding: .utf8)
    #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"))
  }
}
