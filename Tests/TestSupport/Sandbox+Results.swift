public import AssayCore
import Foundation

extension Sandbox {
  /// What `results list` lists, the newest first.
  public func savedRuns(_ options: String...) throws -> [RunSummary] {
    let list = try start([Self.program("assay"), "results", "list", "--json"] + options).wait()
    return try JSONDecoder().decode(RunsDocument<RunSummary>.self, from: Data(list.standardOutput.utf8)).runs
  }
}
