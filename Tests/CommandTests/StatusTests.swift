import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Statuses and standard error say what went wrong")
struct StatusTests {
  private let sandbox: Sandbox
  private static let targets = ["-e", "synthetic", "-e", "litert"]

  init() throws { sandbox = try Sandbox() }

  @Test(
    "Every -e counts, and unsupported beside ok is 0, or 69 with --strict",
    .enabled(if: InstalledEngines.include("litert")))
  func unsupported() throws {
    let model = try sandbox.model()
    let arguments = ["bench", model, "--json", sandbox.path("results.json")] + Self.targets + Sandbox.quick
    func run(_ more: String...) throws -> ProgramResult {
      try sandbox.start([Sandbox.program("assay")] + arguments + more, environment: InstalledEngines.environment).wait()
    }
    let lenient = try run()
    #expect(try sandbox.report().cells.map(\.status) == [.ok, .unsupported], "\(lenient)")
    #expect(lenient.status == 0, "\(lenient)")
    #expect(try run("--strict").status == 69)
  }

  @Test("A damaged file among many costs its cell")
  func damaged() throws {
    let broken = try sandbox.write(Data("{".utf8), to: "broken.synthetic")
    let (result, report) = try sandbox.bench([sandbox.model("a"), broken, "/no/such.onnx", sandbox.model("b")])
    #expect(result.status == 65, "\(result)")
    #expect(report.cells.map(\.status) == [.ok, .failed, .failed, .ok])
  }

  @Test(
    "A mistyped engine or device is a usage error with a suggestion, and nothing is saved",
    arguments: [
      ("synthetic:gqu", "Did you mean gpu?"), ("syntetic", "Did you mean synthetic?"), ("synthetic:0", "is no device"),
    ])
  func mistyped(target: String, message: String) throws {
    let model = try sandbox.model()
    _ = try sandbox.bench([model])
    let result = try sandbox.assay("bench", model, "-e", target)
    #expect(result.status == 64 && result.standardError.contains(message), "\(result)")
    let comparison = try sandbox.assay("compare", "\(model)@synthetic", "\(model)@\(target)")
    #expect(comparison.status == 64 && comparison.standardError.contains(message), "\(comparison)")
    #expect(try sandbox.savedRuns().count == 1)
  }

  @Test(
    "An unknown subcommand, option or help topic is a usage error with a suggestion",
    arguments: [
      ("bnech model", "Did you mean bench?"), ("results lsit", "Did you mean list?"),
      ("help stres", "Did you mean stress?"),
      ("help results exprot", "Did you mean export?"), ("zzzzzzzz", "assay has: doctor"),
      ("bench m.onnx --thread 2", "Did you mean '--threads'?"), ("results list --tga x", "Did you mean '--tag'?"),
    ])
  func unknown(arguments: String, message: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let result = try sandbox.start([Sandbox.program("assay")] + words).wait()
    #expect(result.status == 64 && result.standardError.contains(message), "\(result)")
  }

  @Test("Help is found for every subcommand")
  func help() throws {
    for topic in [["help"], ["help", "bench"], ["help", "results", "list"], ["bench", "--help"], ["--help"]] {
      #expect(try sandbox.start([Sandbox.program("assay")] + topic).wait().status == 0)
    }
  }

  @Test("--quiet hides progress and tables, never the message of a failed cell")
  func quiet() throws {
    let result = try sandbox.assay("bench", "/no/such.onnx", "-e", "synthetic", "--quiet")
    #expect(result.status == 65 && result.standardOutput.isEmpty, "\(result)")
    #expect(result.standardError.contains("There is no model at /no/such.onnx"), "\(result)")
    let compared = try sandbox.assay(
      "compare", "\(sandbox.model())@synthetic", "/no/such.onnx@synthetic", "-q", "--warm-up", "0", "--max-time", "5")
    #expect(compared.status == 65 && compared.standardOutput.isEmpty, "\(compared)")
    #expect(compared.standardError.contains("There is no model at /no/such.onnx"), "\(compared)")
  }

  @Test("Where the reference cannot run, the others are measured all the same")
  func reference() throws {
    let failing = try sandbox.model("failing", event: ("crash", 0))
    let operands = ["\(failing)@synthetic"] + (try ["a", "b"].map { "\(try sandbox.model($0))@synthetic" })
    let result = try sandbox.start(
      [Sandbox.program("assay"), "compare"] + operands + [
        "--warm-up", "0", "--max-time", "10", "--record", sandbox.path("r.csv"), "--baseline", "main", "--json",
        sandbox.path("comparison.json"),
      ]
    ).wait()
    let report = try sandbox.comparison()
    #expect(result.status == 1, "\(result)")
    #expect(report.cells.map(\.report?.status) == [.failed, .ok, .ok], "\(result)")
    #expect(report.comparisons.isEmpty)
    #expect(report.cells[1].count > 0 && report.cells[2].count > 0)
    #expect(FileManager.default.fileExists(atPath: sandbox.path("r-2-a.synthetic-synthetic.csv")))
    #expect(try sandbox.savedRuns("--tag", "main").count == 2)
  }

  @Test("Records of several runs are exported into one file")
  func records() throws {
    let model = try sandbox.model()
    for _ in 0..<2 { _ = try sandbox.bench([model], ["--runs", "3", "--warm-up", "0"]) }
    let path = sandbox.path("records.csv")
    let result = try sandbox.assay("results", "export", "1", "2", "--records", "-o", path)
    #expect(result.status == 0, "\(result)")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.first?.hasPrefix("run,model,") == true && lines.first?.hasSuffix(",start_ms,latency_ms") == true)
    #expect(
      lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { "\($0[0]),\($0[7])," }
        == ["1,0,", "1,1,", "1,2,", "2,0,", "2,1,", "2,2,"])
  }

  @Test("--no-save needs no home that can be written, and ASSAY_STORE names the store")
  func places() throws {
    let model = try sandbox.model()
    let command = "\"$ASSAY\" bench '\(model)' --runs 3 --warm-up 0"
    let homeless = try sandbox.shell("unset HOME XDG_DATA_HOME; \(command) --no-save")
    #expect(homeless.status == 0, "\(homeless)")
    let unwritable = try sandbox.shell(
      "\(command) --no-save", environment: ["XDG_DATA_HOME": "/proc/none", "HOME": "/proc"])
    #expect(unwritable.status == 0, "\(unwritable)")
    let elsewhere = ["ASSAY_STORE": sandbox.path("elsewhere/s.sqlite")]
    #expect(try sandbox.shell(command, environment: elsewhere).status == 0)
    #expect(FileManager.default.fileExists(atPath: sandbox.path("elsewhere/s.sqlite")))
    let list = try sandbox.assay("results", "list", environment: elsewhere)
    #expect(list.standardOutput.contains("model.synthetic"), "\(list)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("data/assay/results.sqlite")))
  }

  @Test("A path that is not UTF-8 is named, and the message says what is wrong with it")
  func notUTF8() throws {
    let result = try sandbox.shell("\"$ASSAY\" bench \"$(printf 'caf\\351.onnx')\"")
    #expect(result.status == 64 && result.standardError.contains("'caf\u{FFFD}.onnx' is not UTF-8"), "\(result)")
  }

  @Test("A second Assay that measures at the same time is noticed by both")
  func second() throws {
    let slow = try sandbox.startBench(
      [sandbox.model("slow", microseconds: 2000)], ["--runs", "1500", "--warm-up", "0"])
    _ = try slow.wait(for: "records") { sandbox.recordLogs.isEmpty ? nil : true }
    let quick = try sandbox.assay(
      "bench", sandbox.model("quick"), "--runs", "5", "--warm-up", "0", "--json", sandbox.path("quick.json"))
    #expect(quick.standardOutput.contains("another Assay measured here at the same time"), "\(quick)")
    let first = try slow.wait()
    #expect(first.standardOutput.contains("another Assay measured here at the same time"), "\(first)")
    let alone = try sandbox.assay("bench", sandbox.model("quick"), "--runs", "5", "--warm-up", "0")
    #expect(!alone.standardOutput.contains("another Assay"), "\(alone)")
  }
}

@Suite("A broken classifier is wrong, and says why", .enabled(if: InstalledEngines.include("onnxruntime")))
struct BrokenClassifierTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Runs a classifier over twelve images of three classes.
  private func accuracy(_ model: Data, _ options: String...) throws -> (result: ProgramResult, cell: CellReport?) {
    let path = try sandbox.write(model, to: "net.onnx")
    let source = URL(filePath: PackageFiles.path("Samples/digits"))
    let images = FileManager.default.enumerator(at: source, includingPropertiesForKeys: nil)?.allObjects ?? []
    let files = images.compactMap { $0 as? URL }.filter { ["png", "jpg"].contains($0.pathExtension) }.prefix(12)
    try #require(files.count == 12)
    for (index, file) in files.enumerated() {
      let folder = sandbox.path("images/\(index % 3)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try? FileManager.default.copyItem(atPath: file.path, toPath: "\(folder)/\(index).\(file.pathExtension)")
    }
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "accuracy", path, "-e", "onnxruntime", "--images", sandbox.path("images"), "--json",
        sandbox.path("results.json"), "--top", "1,5", "--warm-up", "0",
      ] + options, environment: InstalledEngines.environment
    ).wait()
    return (result, try? sandbox.report().cells.first)
  }

  @Test(
    "NaN, infinite and equal scores count as wrong, in one typed warning",
    arguments: [
      (Float.nan, Warning.brokenScores(notANumber: 12, infinite: 0, constant: 0, images: 12)),
      (0, .brokenScores(notANumber: 0, infinite: 0, constant: 12, images: 12)),
    ])
  func broken(weight: Float, warning: Warning) throws {
    let (result, cell) = try accuracy(ONNXFile.classifier(weight: .inside(weight)))
    #expect(result.status == 0, "\(result)")
    #expect(cell?.accuracy?.top.map(\.correct) == [0, 0], "\(result)")
    #expect(cell?.warnings.filter { $0.code == .brokenScores } == [warning], "\(result)")
    #expect(cell?.warnings.contains(.sortedOutput) == false)
    #expect(cell?.accuracy?.otherReadings.isEmpty == true && cell?.accuracy?.confusions.isEmpty == true)
    #expect(result.standardOutput.contains("of 12 images are no ranking and count as wrong"), "\(result)")
  }

  @Test("Of several outputs, --output names the one with the scores")
  func outputs() throws {
    let model = ONNXFile.classifier(weight: .inside(1), secondOutput: true)
    let unnamed = try accuracy(model)
    #expect(unnamed.result.status == 64, "\(unnamed.result)")
    #expect(
      unnamed.result.standardError.contains("has 2 outputs: 'product' [1, 3, 2, 2], 'y' [1, 3, 1, 1]"),
      "\(unnamed.result)")
    let named = try accuracy(model, "--output", "y")
    #expect(named.result.status == 0 && named.cell?.accuracy?.images == 12, "\(named.result)")
    let wrong = try accuracy(model, "--output", "z")
    #expect(wrong.result.status == 64 && wrong.result.standardError.contains("has no output 'z'"), "\(wrong.result)")
  }

  @Test("Samples a second are the same whether the batch comes by --batch or by --shape")
  func samples() throws {
    let path = try sandbox.write(ONNXFile.classifier(weight: .inside(1), hasAnyBatch: true), to: "any.onnx")
    for options in [["--batch", "8"], ["--shape", "x=8,3,2,2"]] {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "bench", path, "-e", "onnxruntime", "--json", sandbox.path("results.json")]
          + Sandbox.quick + options, environment: InstalledEngines.environment
      ).wait()
      let cell = try #require(try sandbox.report().cells.first)
      let (rate, latency) = (try #require(cell.rate, "\(result)"), try #require(cell.latency))
      #expect(abs(rate.inferences * latency.mean / 1000 - 1) < 1e-9)
      #expect(abs(rate.samples / rate.inferences - 8) < 1e-9, "\(options)")
    }
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: sandbox.path("results.json"))))
        as? [String: Any])
    let cell = try #require((json["cells"] as? [[String: Any]])?.first)
    #expect(cell["throughput_per_s"] as? Double == cell["samples_per_s"] as? Double)
    #expect(cell["inferences_per_s"] is Double)
  }
}
