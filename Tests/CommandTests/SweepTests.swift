import Foundation
import TestSupport
import Testing

@Suite("A sweep measures models on engines, and recommends one")
struct SweepTests {
  private func assay(_ sandbox: Sandbox, _ arguments: [String]) throws -> ProgramResult {
    try sandbox.start([Sandbox.program("assay")] + arguments).wait()
  }

  @Test("The fastest is recommended, the plan comes first, and a second sweep measures nothing")
  func fastest() throws {
    let sandbox = try Sandbox()
    let (slow, fast) = (try sandbox.model("slow", microseconds: 900), try sandbox.model("fast", microseconds: 50))
    let options = ["-e", "synthetic", "--runs", "50", "--threads", "1"]
    let first = try assay(sandbox, ["sweep", slow, fast] + options)
    #expect(first.status == 0, "\(first)")
    #expect(first.standardOutput.hasPrefix("sweep ") && first.standardOutput.contains(": 2 cells\n"), "\(first)")
    #expect(first.standardOutput.contains("Recommended: fast on synthetic: "), "\(first)")
    #expect(first.standardOutput.contains("Again: assay results repeat "), "\(first)")
    let second = try assay(sandbox, ["sweep", slow, fast] + options)
    #expect(second.standardError.contains("2 of 2 cells done (2 ok, 2 of them before)"), "\(second)")
    let strict = try assay(sandbox, ["sweep", slow, fast, "--max-latency", "1us"] + options)
    #expect(strict.standardOutput.contains("None is within the limits."), "\(strict)")
  }

  @Test("The study can be saved, with paths that look like variables, and a cell that fails says why")
  func saved() throws {
    let sandbox = try Sandbox()
    let (good, bad) = (try sandbox.model("a ${b} \"c", microseconds: 50), try sandbox.model("bad", event: ("fail", 5)))
    let sweep = try assay(
      sandbox, ["sweep", good, bad, "-e", "synthetic", "--runs", "50", "--save-study", sandbox.path("s.yaml"), "-q"])
    #expect(sweep.status == 1, "\(sweep)")
    #expect(sweep.standardOutput.contains("The synthetic engine failed at inference 5"), "\(sweep)")
    #expect(sweep.standardOutput.contains("Recommended: a ${b} \"c on synthetic"), "\(sweep)")
    let check = try assay(sandbox, ["study", "check", sandbox.path("s.yaml")])
    #expect(check.status == 0, "\(check)")
    let report = try assay(sandbox, ["study", "report", sandbox.path("s.yaml")])
    #expect(report.status == 0 && report.standardOutput.contains("Results"), "\(report)")
  }

  @Test(
    "Accuracy is measured where images are given, and the most accurate within the limits is recommended",
    .enabled(if: InstalledEngines.include("litert"), "LiteRT is not installed"))
  func accuracy() throws {
    let sandbox = try Sandbox()
    let models = ["int8", "float32"].map { PackageFiles.path("Samples/models/digits_\($0).tflite") }
    let sweep = try sandbox.start(
      [Sandbox.program("assay"), "sweep"] + models
        + ["-e", "litert", "--images", PackageFiles.path("Samples/digits"), "--limit", "60", "--runs", "50", "-q"],
      environment: InstalledEngines.environment
    ).wait()
    #expect(sweep.status == 0, "\(sweep)")
    #expect(sweep.standardOutput.contains("FRONT") && sweep.standardOutput.contains("top-1 "), "\(sweep)")
  }

  @Test(
    "Every form that converters make is measured, what it lost is printed, and a second sweep converts nothing",
    .enabled(if: InstalledEnvironments.include("convert", "onnx2tf")),
    .enabled(if: InstalledEngines.include("litert", "onnxruntime")))
  func forms() throws {
    let sandbox = try Sandbox()
    try InstalledEnvironments.link(into: sandbox)
    let model = PackageFiles.path("Samples/models/digits_float32.onnx")
    let arguments =
      [
        Sandbox.program("assay"), "sweep", model, "-e", "litert,onnxruntime", "--images",
        PackageFiles.path("Samples/digits"),
      ]
      + ["--precision", "fp32,int8", "--limit", "60", "--runs", "50", "--threads", "1", "--streams", "1,2"]
    func sweep(_ options: [String] = []) throws -> ProgramResult {
      try sandbox.start(arguments + options, environment: InstalledEngines.environment).wait()
    }
    let study = sandbox.path("s.yaml")
    let first = try sweep(["--save-study", study, "--min-top1", "50%"])
    #expect(first.status == 0, "\(first)")
    #expect(
      first.standardOutput.contains("16 cells\n") && first.standardOutput.contains("Converted: 3 models"), "\(first)")
    for form in ["ONNX", "ONNX int8", "TFLite", "TFLite int8"] {
      let row = try Regex("digits_float32 +\(form) +(litert|onnxruntime) ")
      #expect(first.standardOutput.contains(row), "\(first)")
    }
    #expect(first.standardOutput.contains("CHANGE") && first.standardOutput.contains("SIZE MB"), "\(first)")
    let again = try #require(first.standardOutput.firstMatch(of: /Again: assay results repeat ([0-9]+)/)).output.1

    let second = try sweep(["-q"])
    #expect(second.status == 0 && second.standardOutput.contains("Recommended: "), "\(second)")
    #expect(!second.standardError.contains("made in"), "\(second)")

    let report = try assay(sandbox, ["study", "report", study])
    #expect(report.standardOutput.contains("| TFLite int8 | litert |"), "\(report)")
    #expect(report.standardOutput.contains("The intervals compare both image by image"), "\(report)")
    let repeated = try sandbox.start(
      [Sandbox.program("assay"), "results", "repeat", String(again), "-q"], environment: InstalledEngines.environment
    ).wait()
    #expect(repeated.status == 0, "\(repeated)")
  }

  @Test("What no converter here makes gets one line, and leaves the rest to be measured")
  func missing() throws {
    let sandbox = try Sandbox()
    let model = PackageFiles.path("Samples/models/digits_int8.tflite")
    let dry = try assay(sandbox, ["sweep", model, "-e", "litert", "--precision", "fp32,fp16", "--dry-run"])
    #expect(dry.status == 0 && dry.standardOutput.contains("1 cell\n"), "\(dry)")
    #expect(dry.standardError.contains("digits_int8 as TFLite fp16: The converters 'convert'"), "\(dry)")
    #expect(dry.standardError.contains("assay convert --install convert"), "\(dry)")
    let none = try assay(sandbox, ["sweep", model, "-e", "litert", "--precision", "fp16"])
    #expect(none.status == 64 && none.standardError.contains("There is nothing to measure."), "\(none)")
  }

  @Test("A dry run measures nothing, and what does not fit is refused")
  func refusals() throws {
    let sandbox = try Sandbox()
    let model = try sandbox.model("a", microseconds: 50)
    let dry = try assay(sandbox, ["sweep", model, "-e", "synthetic", "--dry-run"])
    #expect(dry.status == 0 && dry.standardOutput.contains("1 cell"), "\(dry)")
    #expect(sandbox.recordLogs.isEmpty)
    for options in [
      ["--min-top1", "60%"], ["--limit", "3"], [model], ["-e", ":"], ["--max-latency", "3"],
      ["--precision", "fp8"], ["--precision", "int8,int8"], ["--precision", "fp16", "--calibration", "x"],
      ["--streams", "0"],
    ] {
      #expect(try assay(sandbox, ["sweep", model] + options).status == 64, "\(options)")
    }
  }
}
