public import AssayCore
import Foundation

extension Sandbox {
  /// Options of a short run: few inferences, no warm-up.
  public static let quick = ["--runs", "20", "--warm-up", "0"]

  /// Measures a model with the synthetic engine and reads the results.
  public func bench(
    _ models: [String], _ options: [String] = quick, environment: [String: String] = [:], seconds: Double = 60
  ) throws -> (result: ProgramResult, report: RunReport) {
    let result = try startBench(models, options, environment: environment).wait(seconds: seconds)
    return (result, try report())
  }

  public func startBench(
    _ models: [String], _ options: [String] = quick, environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try start(
      [Self.program("assay"), "bench"] + models + ["--json", path("results.json")] + options, environment: environment)
  }

  /// The results of the last run in this sandbox.
  public func report() throws -> RunReport {
    try JSONDecoder().decode(RunReport.self, from: Data(contentsOf: URL(filePath: path("results.json"))))
  }
}
