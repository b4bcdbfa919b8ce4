public import AssayCore
import Foundation

extension Sandbox {
  /// Compares operands and reads the result.
  public func compare(
    _ operands: [String], _ options: [String] = [], seconds: Double = 60
  ) throws -> (result: ProgramResult, report: ComparisonReport) {
    let result = try startCompare(operands, options).wait(seconds: seconds)
    return (result, try comparison())
  }

  public func startCompare(_ operands: [String], _ options: [String] = []) throws -> RunningProgram {
    try start([Self.program("assay"), "compare"] + operands + ["--json", path("comparison.json")] + options)
  }

  /// The result of the last comparison in this sandbox.
  public func comparison() throws -> ComparisonReport {
    try JSONDecoder().decode(
      ComparisonReport.self, from: Data(contentsOf: URL(filePath: path("comparison.json"))))
  }
}
