import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("JSON documents conform to the schemas that assay schema prints")
struct SchemaTests {
  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"]
  private static let names = [
    "run", "comparison", "outputs", "events", "once", "runs", "show", "list", "trend", "doctor", "engines",
    "inspection", "layers",
  ]

  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Runs a command, and writes what it prints into a file.
  private func write(_ name: String, _ arguments: [String]) throws -> String {
    let result = try sandbox.start([Sandbox.program("assay")] + arguments, environment: InstalledEngines.environment)
      .wait()
    // One of the models is missing.
    #expect([0, 1, 65].contains(result.status), "\(result)")
    return try sandbox.write(Data(result.standardOutput.utf8), to: name)
  }

  private func validate(_ schema: String, _ documents: [String]) throws {
    let path = try write("\(schema).schema.json", ["schema", schema])
    let python = try #require(Self.python)
    let script = PackageFiles.path("Tests/CommandTests/validate_documents.py")
    let result = try sandbox.start([python, script, path] + documents).wait()
    #expect(result.status == 0 && result.standardOutput.isEmpty, "\(result)")
  }

  @Test(
    "bench, stress, compare, run, results, doctor and engines",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with jsonschema"))
  func documents() throws {
    let models = try [sandbox.model("a"), sandbox.model("b")]
    let missing = sandbox.path("missing.onnx")
    let bench = try write(
      "bench.json",
      ["bench"] + models + [
        missing, "-e", "synthetic", "--runs", "600", "--note", "a note", "--max-latency", "p99=10s",
        "--min-throughput", "1", "--json", "-",
      ])
    let stress = try write(
      "stress.json", ["stress", models[0], "--duration", "2s", "--discard-above", "5ms", "--json", "-"])
    try validate("run", [bench, stress])
    let events = [
      try write("bench.jsonl", ["bench"] + models + ["--runs", "400", "--events", "-"]),
      try write("stress.jsonl", ["stress", models[0], "--duration", "2s", "--events", "-"]),
      try write(
        "turns.jsonl",
        ["compare", "\(models[0])@synthetic", "\(models[1])@synthetic", "--max-time", "1", "--events", "-"]),
    ]
    try validate("events", events)
    try validate(
      "comparison",
      [
        try write(
          "live.json",
          ["compare", "\(models[0])@synthetic", "\(models[1])@synthetic", "--max-time", "1", "--json", "-"]),
        try write("stored.json", ["compare", "1", "2", "--fail-above", "900%", "--json", "-"]),
      ])
    try validate(
      "outputs",
      [
        try write(
          "outputs.json",
          ["compare"] + models.map { "\($0)@synthetic" } + ["\(missing)@synthetic", "--outputs", "--json", "-"])
      ])
    try validate("once", [try write("once.json", ["run", models[0], "--json", "-"])])
    try validate("runs", [try write("runs.json", ["results", "export", "1", "2", "last"])])
    try validate("show", [try write("show.json", ["results", "show", "last", "--json"])])
    try validate("list", [try write("list.json", ["results", "list", "--json"])])
    try validate("trend", [try write("trend.json", ["results", "trend", "a.synthetic", "--json"])])
    try validate("doctor", [try write("doctor.json", ["doctor", "--json"])])
    let gate = ["--against", "1", "--fail-above", "900%", "--json", "-"]
    try validate("run", [try write("gate.json", ["bench", models[0], "--runs", "600"] + gate)])
    try validate("runs", [try write("gated.json", ["results", "export", "last"])])
    let inspected = ["Fixtures/Models/conv_saved_model", "Fixtures/Models/conv.xml", "Fixtures/Models/mixed.onnx"].map {
      PackageFiles.path("Tests/\($0)")
    }
    try validate(
      "inspection",
      [
        try write(
          "inspection.json",
          ["inspect", PackageFiles.path("Samples/models/digits_int8.tflite")] + inspected + ["--json", "-"])
      ])
    try validate("engines", [try write("engines.json", ["engines", "list", "--json"])])
  }

  @Test(
    "What engines made of a model, what they lack, and two profiles",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with jsonschema"),
    .enabled(if: InstalledEngines.include("onnxruntime"), "ONNX Runtime is not installed"))
  func engineLayers() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv.onnx")
    let profile = ["-e", "onnxruntime", "--profile", "--inferences", "3", "--json", "-"]
    let strange = ONNXModel(
      inputs: [.tensor("x", [1, 3])], outputs: [.tensor("y", [1, 3])],
      nodes: [.init(type: "NoSuchOperation", inputs: ["x"], outputs: ["y"])])
    let lacking = try sandbox.write(Data(strange.bytes), to: "strange.onnx")
    try validate(
      "inspection",
      [
        try write("profile.json", ["inspect", model] + profile),
        try write("support.json", ["inspect", lacking, "--support", "-e", "onnxruntime", "--json", "-"]),
      ])
    let cells = ["\(model)@onnxruntime", "\(model)@onnxruntime,threads=1"]
    try validate(
      "layers", [try write("layers.json", ["compare"] + cells + ["--layers", "--inferences", "3", "--json", "-"])])
  }

  @Test(
    "accuracy, with its events and its comparison",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with jsonschema"),
    .enabled(if: InstalledEngines.include("litert"), "LiteRT is not installed"))
  func accuracy() throws {
    let models = ["int8", "float32"].map { PackageFiles.path("Samples/models/digits_\($0).tflite") }
    let options = ["--images", PackageFiles.path("Samples/digits"), "-e", "litert", "--limit", "60", "--warm-up", "0"]
    try validate("run", [try write("accuracy.json", ["accuracy"] + models + options + ["--agreement", "--json", "-"])])
    try validate("events", [try write("accuracy.jsonl", ["accuracy", models[0]] + options + ["--events", "-"])])
    try validate("comparison", [try write("compared.json", ["compare", "1", "2", "--json", "-"])])
    try validate("show", [try write("show.json", ["results", "show", "1", "--json"])])
  }

  @Test("Every schema is a document of draft 2020-12 without dangling references", arguments: names)
  func schemas(name: String) throws {
    let text = try sandbox.assay("schema", name).standardOutput
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    let definitions = try #require(schema["$defs"] as? [String: Any])
    let references = text.matches(of: /"\$ref" : "#\/\$defs\/([a-z_0-9]+)"/).map { String($0.output.1) }
    #expect(Set(references) == Set(definitions.keys))
  }

  @Test("Names of fields are in snake_case")
  func spelling() throws {
    for name in Self.names {
      let text = try sandbox.assay("schema", name).standardOutput
      let names = text.matches(of: /"([A-Za-z0-9_]+)" : \{/).map { String($0.output.1) }
      let odd = names.filter { $0 != "additionalProperties" && $0.contains(where: \.isUppercase) }
      #expect(!names.isEmpty && odd.isEmpty, "\(name)")
    }
  }
}
