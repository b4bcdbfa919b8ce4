import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("Records that vanish during a run fail the cell")
struct LostRecordsTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  enum Loss: String, CaseIterable, Sendable {
    case removed, moved, emptied, shortened, folderRemoved

    /// How the message puts it.
    var word: String { [.emptied, .shortened].contains(self) ? "truncated" : "removed" }

    var command: String {
      switch self {
      case .removed: "rm data/assay/records/*.records"
      case .moved: "mv data/assay/records/*.records ."
      case .emptied: "truncate -s 0 data/assay/records/*.records"
      case .shortened: "truncate -s 5000 data/assay/records/*.records"
      case .folderRemoved: "rm -r data/assay/records"
      }
    }
  }

  @Test("bench: whatever happens to the log, the cell says so", arguments: Loss.allCases)
  func bench(_ loss: Loss) throws {
    let assay = try sandbox.startBench([sandbox.model(microseconds: 200)], ["--min-time", "2"])
    _ = try assay.wait(for: "records", measuredLog)
    let shell = try sandbox.shell(loss.command)
    #expect(shell.status == 0, "\(shell)")
    let result = try assay.wait()
    try expectLoss(sandbox.report().cells, loss.word, result)
  }

  @Test("stress, accuracy and compare say so, too", arguments: ["stress", "accuracy", "compare"])
  func others(_ command: String) throws {
    let model = try sandbox.write(
      Data(
        #"{"inputs": [{"name": "x", "type": "float32", "shape": [1, 28, 28, 1]}], "latency": {"base_us": 9000}}"#.utf8),
      to: "m.synthetic")
    let json = ["--json", sandbox.path(command == "compare" ? "comparison.json" : "results.json")]
    let arguments =
      switch command {
      case "stress": [model, "--duration", "3s"]
      case "accuracy": [model, "--images", PackageFiles.path("Samples/digits")]
      default: ["\(model)@synthetic", "\(model)@synthetic,threads=1", "--max-time", "3"]
      }
    let assay = try sandbox.start([Sandbox.program("assay"), command] + arguments + json)
    _ = try assay.wait(for: "records", measuredLog)
    let shell = try sandbox.shell(Loss.removed.command)
    #expect(shell.status == 0, "\(shell)")
    let result = try assay.wait()
    let cells = command == "compare" ? try sandbox.comparison().cells.compactMap(\.report) : try sandbox.report().cells
    try expectLoss(cells.filter { $0.error?.code != .interrupted }, "removed", result)
  }

  @Test("Predictions that vanish fail their cell")
  func predictions() throws {
    let model = try sandbox.write(
      Data(
        #"{"inputs": [{"name": "x", "type": "float32", "shape": [1, 28, 28, 1]}], "latency": {"base_us": 9000}}"#.utf8),
      to: "m.synthetic")
    let assay = try sandbox.start([
      Sandbox.program("assay"), "accuracy", model, "--images", PackageFiles.path("Samples/digits"), "--json",
      sandbox.path("results.json"),
    ])
    _ = try assay.wait(for: "records", measuredLog)
    let shell = try sandbox.shell("rm data/assay/records/*.predictions.csv")
    #expect(shell.status == 0, "\(shell)")
    let result = try assay.wait()
    #expect(result.status == 74, "\(result)")
    #expect(
      try sandbox.report().cells.first?.error?.message.contains("were removed during the run") == true, "\(result)")
  }

  private func expectLoss(_ cells: [CellReport], _ word: String, _ result: ProgramResult) throws {
    #expect(result.status == 74, "\(result)")
    #expect(!cells.isEmpty)
    for cell in cells {
      #expect(cell.status == .failed, "\(result)")
      let error = try #require(cell.error)
      #expect(error.code == .inputOutput && error.message.contains("was \(word) during the run"), "\(error)")
    }
  }

  private func measuredLog() -> String? {
    sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 20 } ?? false }
  }
}
