import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("JSON documents conform to the schemas that assay schema prints")
struct SchemaTests {
  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"]
  private static let names = [
    "run", "comparison", "outputs", "events", "once", "runs", "show", "list", "trend", "doctor", "engines",
    "inspection", "layers", "conversion", "study",
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

  @Test(
    "convert, with the accuracy on images, and bench in passing",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with jsonschema"),
    .enabled(if: InstalledEnvironments.include("convert", "onnx2tf")),
    .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")))
  func conversion() throws {
    try InstalledEnvironments.link(into: sandbox)
    let model = PackageFiles.path("Samples/models/digits_float32.onnx")
    let images = ["--images", PackageFiles.path("Samples/digits"), "--limit", "20"]
    let convert = ["convert", model, "--to", "openvino", "--json", "-"]
    try validate(
      "conversion",
      [try write("plain.json", convert), try write("accuracy.json", convert + images)])
    try validate("run", [try write("passing.json", ["bench", model, "-e", "litert", "--runs", "20", "--json", "-"])])
  }

  private static let study = """
    {"study": 1, "name": "s", "seed": 3, "order": "listed", "repeats": 2, "variables": {"folder": "nets"},
     "cool-down": {"time": "1s", "below": 50}, "hosts": [{"name": "here"}, {"name": "pi", "via": "ssh pi"}],
     "models": [{"name": "a", "path": "${folder}/a.tflite"},
       {"name": "b", "path": "a.onnx", "convert": {"to": "tflite", "precision": "int8", "calibration": "images"}}],
     "targets": [{"name": "t", "target": "litert", "device": "CPU", "precision": "int8"}],
     "measures": [{"name": "speed", "kind": "latency", "runs": 10, "warm-up": "0s"},
       {"name": "two", "kind": "streams", "streams": 2, "max-time": "1s"},
       {"name": "load", "kind": "scenario", "scenario": "server", "rate": 20, "latency-bound": "15ms"},
       {"name": "long", "kind": "stress", "duration": "3h"}],
     "cells": [{"models": "a", "threads": [1, 2], "exclude": [{"hosts": "pi", "reason": "one core"}],
       "include": [{"hosts": "pi", "threads": 1}]}],
     "report": {"sections": [{"title": "T", "show": [{"table": "cost", "number": "1"}, {"published": "4.1"}]}]}}
    """

  @Test(
    "A study file conforms to its schema if Assay reads it",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with jsonschema"))
  func studies() throws {
    let path = try sandbox.write(Data(Self.study.utf8), to: "study.json")
    let dry = try sandbox.assay("study", "run", path, "--dry-run")
    #expect(dry.status == 0, "\(dry)")
    try validate("study", [path])
  }

  @Test("The schema of study files has the names that Assay reads", arguments: ["table", "figure"])
  func studyNames(key: String) throws {
    let path = try sandbox.write(
      Data("study: 1\nname: s\nreport: {sections: [{title: t, show: [{\(key): qqqqqqqq}]}]}\n".utf8), to: "s.yaml")
    let told = try sandbox.assay("study", "check", path).standardError
    let list = try #require(told.firstMatch(of: /It is one of: ([a-z, -]+)\./)).output.1
    let text = try sandbox.assay("schema", "study").standardOutput
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let item = (schema["$defs"] as? [String: Any])?["study_item"] as? [String: Any]
    let names = ((item?["properties"] as? [String: Any])?[key] as? [String: Any])?["enum"] as? [String]
    #expect(names == list.split(separator: ", ").map(String.init))
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
