import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Two files of one name are two models")
struct ModelIdentityTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    for folder in ["v1", "v2"] {
      try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
    }
  }

  /// A model of that speed, and what measures both models.
  private func models(_ microseconds: [Double]) throws -> [String] {
    try zip(["v1", "v2"], microseconds).map { try sandbox.model("\($0)/net", microseconds: $1) }
  }

  private static let enough = ["--runs", "1000", "--warm-up", "0"]

  @Test("Tables, lists, filters, records and exports tell them apart")
  func shown() throws {
    let models = try models([100, 200])
    let (result, _) = try sandbox.bench(models, Sandbox.quick + ["--record", sandbox.path("r.csv")])
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("v1/net  synthetic"), "\(result)")
    #expect(result.standardOutput.contains("v2/net  synthetic"), "\(result)")
    let files = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder).filter { $0.hasSuffix(".csv") }
    #expect(files.sorted() == ["r-1-v1-net.synthetic-synthetic.csv", "r-2-v2-net.synthetic-synthetic.csv"])
    let list = try sandbox.assay("results", "list")
    #expect(list.standardOutput.contains("v1/net.synthetic") && list.standardOutput.contains("v2/net.synthetic"))
    let runs = try sandbox.savedRuns("--model", "v2/net.*")
    #expect(runs.map(\.id) == [2] && runs.map(\.path) == [models[1]])
    let export = try sandbox.assay("results", "export", "1", "2", "--format", "bencher")
    #expect(
      export.standardOutput.contains("v1/net.synthetic on") && export.standardOutput.contains("v2/net.synthetic on"))
  }

  @Test("A baseline of both pairs each with its own, and a slowdown is not hidden by the other model")
  func baseline() throws {
    _ = try sandbox.bench(models([400, 100]), Self.enough + ["--baseline", "main"])
    // The second became slower, and is still faster than the first.
    let (result, _) = try sandbox.bench(
      models([400, 250]), Self.enough + ["--against", "main", "--fail-above", "50%"])
    #expect(result.status == 3, "\(result)")
    #expect(result.standardOutput.contains("× slower than run 2"), "\(result)")
    #expect(result.standardOutput.contains("The models differ"), "\(result)")
    #expect(!result.standardOutput.contains("× faster"), "\(result)")
  }

  @Test("A model of another folder with the same name has no counterpart")
  func stranger() throws {
    _ = try sandbox.bench([models([100, 100])[0]], Self.enough + ["--baseline", "main"])
    let result = try sandbox.startBench(
      [sandbox.model("v2/net", microseconds: 101)], Self.enough + ["--against", "main", "--fail-above", "5%"]
    ).wait()
    #expect(result.status == 64, "\(result)")
    #expect(result.standardError.contains("'main' has no run of v2/net.synthetic"), "\(result)")
  }

  @Test(
    "A stress test over other external weights is not resumed", .enabled(if: InstalledEngines.include("onnxruntime")))
  func resume() throws {
    let model = try sandbox.write(ONNXFile.classifier(weight: .external(location: "net.data")), to: "v1/net.onnx")
    try sandbox.write(Data([0, 0, 0x80, 0x3f]), to: "v1/net.data")
    let begun = try sandbox.assay(
      "stress", model, "-e", "onnxruntime", "--inferences", "50", environment: InstalledEngines.environment)
    #expect(begun.status == 0, "\(begun)")
    try sandbox.write(Data([0, 0, 0, 0x40]), to: "v1/net.data")
    let resumed = try sandbox.assay(
      "stress", "--resume", "last", "--inferences", "90", environment: InstalledEngines.environment)
    #expect(resumed.status == 65, "\(resumed)")
    #expect(resumed.standardError.contains("is not the file that run 1 measured"), "\(resumed)")
  }
}
