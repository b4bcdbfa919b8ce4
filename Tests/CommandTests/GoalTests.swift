import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Goals decide the exit status and are kept with a run")
struct GoalTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A model whose inferences take exactly one millisecond, by the clock of the synthetic engine.
  private func exact(_ name: String = "exact", latency: String = "") throws -> String {
    try sandbox.write(
      Data(#"{"clock": "simulated", "latency": {"base_us": 1000\#(latency)}}"#.utf8), to: "\(name).synthetic")
  }

  @Test(
    "bench exits with 0 if a cell meets every goal, and with 3 if none does or that is unknown",
    arguments: [
      (["--max-latency", "2ms"], 0, "met"), (["--max-latency", "p90=500us"], 3, "p90 missed"),
      (["--max-latency", "p99=2ms"], 3, "p99 unknown"),
      (["--max-latency", "mean=2ms", "--min-throughput", "900/s"], 0, "met"),
      (["--max-latency", "2ms", "--min-throughput", "2000"], 3, "throughput missed"),
    ])
  func bench(options: [String], status: Int32, column: String) throws {
    let (result, report) = try sandbox.bench([exact()], ["--runs", "100", "--warm-up", "0"] + options)
    #expect(result.status == status, "\(result)")
    #expect(result.standardOutput.contains("  \(column)"), "\(result)")
    #expect(report.missesGoals == (status == 3) && report.goals?.count == options.count / 2)
  }

  @Test("One cell that meets the goal is enough, and a failed cell outranks it")
  func several() throws {
    let slow = try exact("slow", latency: #", "step": {"after_s": 0, "factor": 9}"#)
    let (result, report) = try sandbox.bench([exact(), slow], Sandbox.quick + ["--max-latency", "2ms"])
    #expect(result.status == 0 && report.cells.map(\.meetsGoals) == [true, false], "\(result)")
    #expect(result.standardOutput.contains("Best that meets the goal: exact on synthetic (fastest)."), "\(result)")
    let failed = try sandbox.bench(
      [slow, sandbox.model("bad", event: ("fail", 5))], Sandbox.quick + ["--max-latency", "2ms"])
    #expect(failed.result.status == 1, "\(failed.result)")
  }

  @Test("Without a table the missed goal goes to standard error")
  func quiet() throws {
    let result = try sandbox.assay("bench", exact(), "--runs", "20", "--warm-up", "0", "-q", "--max-latency", "100us")
    #expect(result.status == 3 && result.standardOutput.isEmpty, "\(result)")
    #expect(
      result.standardError.contains("It does not meet the goal: median is 1 ms, the limit 0.1 ms."), "\(result)")
  }

  @Test("A saved run shows its goals, and a repetition is judged by them again")
  func saved() throws {
    _ = try sandbox.bench([exact()], Sandbox.quick + ["--max-latency", "500us"])
    let show = try sandbox.assay("results", "show", "last")
    #expect(show.standardOutput.contains("median ≤ 0.5 ms"), "\(show)")
    #expect(try sandbox.assay("results", "repeat", "last").status == 3)
  }

  @Test("stress --held is met by a level run, missed by one that shifts, and unknown for a short one")
  func held() throws {
    func stress(_ model: String, _ options: [String]) throws -> ProgramResult {
      try sandbox.start([Sandbox.program("assay"), "stress", model, "--held"] + options).wait()
    }
    let steady = try exact("steady", latency: #", "jitter": 0.01"#)
    let level = try stress(steady, ["--duration", "10min"])
    #expect(level.status == 0 && level.standardOutput.hasPrefix("Held: median within"), "\(level)")
    let shifting = try exact("shifting", latency: #", "jitter": 0.01, "step": {"after_s": 300, "factor": 1.3}"#)
    let broken = try stress(shifting, ["--duration", "10min"])
    #expect(broken.status == 3 && broken.standardOutput.contains("The median rose by 30 %"), "\(broken)")
    #expect(broken.standardOutput.hasPrefix("Not held") && broken.standardOutput.contains("not held"), "\(broken)")
    let short = try stress(steady, ["--inferences", "20"])
    #expect(short.status == 3 && short.standardOutput.contains("too short to tell"), "\(short)")
  }

  @Test(
    "accuracy is judged by top-1, latency and images a second",
    .enabled(if: InstalledEngines.include("litert")),
    arguments: [
      (["--min-top1", "60%", "--max-latency", "p90=10s", "--min-throughput", "1/s"], 0, "met"),
      (["--min-top1", "100%"], 3, "top-1 missed"),
    ])
  func accuracy(options: [String], status: Int32, column: String) throws {
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "accuracy", PackageFiles.path("Samples/models/digits_float32.tflite"), "-e", "litert",
        "--images", PackageFiles.path("Samples/digits"), "--warm-up", "0",
      ] + options, environment: InstalledEngines.environment
    ).wait()
    #expect(result.status == status && result.standardOutput.contains("  \(column)"), "\(result)")
  }

  @Test("Each number of --threads is a cell of every model, and only bench takes several")
  func threads() throws {
    let models = try [exact("a"), exact("b")]
    let (result, report) = try sandbox.bench(models, Sandbox.quick + ["--threads", "1,2,4"])
    #expect(report.cells.map(\.options.threads) == [1, 2, 4, 1, 2, 4], "\(result)")
    #expect(result.standardOutput.contains("THREADS") && result.standardOutput.contains("Fastest: a on synthetic with"))
    #expect(Set(report.cells.map(\.cellID)).count == 3, "equal content is one model")
  }
}
