import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("Saved runs and record logs are compared")
struct CompareTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A record log of a seeded run with about `microseconds` per inference.
  @discardableResult
  private func log(_ name: String, microseconds: Double, count: Int = 2000, seed: UInt64) throws -> String {
    let path = sandbox.path("\(name).records")
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    var start: UInt64 = 0
    var random = SplitMix64(seed: seed)
    for _ in 0..<count {
      if !log.hasRoom { try log.makeRoom() }
      let duration = UInt64(microseconds * Double.random(in: 950...1050, using: &random))
      log.append(start: start, duration: duration)
      start += duration
    }
    try log.finish()
    return path
  }

  private func logs() throws {
    try log("before", microseconds: 1000, seed: 1)
    try log("after", microseconds: 1120, seed: 2)
    try log("again", microseconds: 1000, seed: 3)
    try log("short", microseconds: 900, count: 6, seed: 4)
  }

  @Test(
    "The table, Markdown and CSV equal their snapshots",
    arguments: [("terminal", ""), ("markdown", "--markdown -"), ("csv", "--csv -")])
  func forms(name: String, option: String) throws {
    try logs()
    let result = try sandbox.shell(
      "\"$ASSAY\" compare before.records after.records again.records short.records \(option)")
    #expect(result.status == 0 && result.standardError.isEmpty, "\(result)")
    try expectSnapshot(result.standardOutput, named: "comparison-\(name)")
  }

  @Test("JSON has the same results, and a slowdown above the limit gives status 3")
  func json() throws {
    try logs()
    let operands = ["before", "after"].map { sandbox.path("\($0).records") }
    let (result, report) = try sandbox.compare(operands, ["--fail-above", "10%"])
    #expect(result.status == 3, "\(result)")
    let comparison = try #require(report.comparisons.first)
    #expect(comparison.verdict == .slower && abs(comparison.ratio - 1.12) < 0.01)
    #expect(report.interleaving == nil)
    #expect(report.cells.map(\.name) == operands && report.cells.map(\.count) == [2000, 2000])
    #expect(try sandbox.compare(operands, ["--fail-above", "15%"]).result.status == 0)
    #expect(try sandbox.compare(operands.reversed(), ["--fail-above", "1%"]).result.status == 0)
  }

  @Test("A log without records is refused")
  func emptyLog() throws {
    try logs()
    let empty = try log("empty", microseconds: 1, count: 0, seed: 1)
    let result = try sandbox.assay("compare", sandbox.path("before.records"), empty)
    #expect(result.status == 65, "\(result)")
    #expect(result.standardError.contains("The record log \(empty) holds no inference."))
  }

  @Test("Saved runs are named by id, tag or last, and their differences are noted")
  func stored() throws {
    let models = try [sandbox.model("fast", microseconds: 300), sandbox.model("slow", microseconds: 600)]
    let (run, _) = try sandbox.bench(models, ["--runs", "500", "--warm-up", "0"])
    #expect(run.status == 0, "\(run)")
    _ = try sandbox.assay("results", "tag", "1", "before")
    let (result, report) = try sandbox.compare(["before", "last", "1"])
    #expect(result.status == 0, "\(result)")
    #expect(report.comparisons.map(\.verdict) == [.slower, .sameWithinNoise], "\(result)")
    #expect(report.cells.map(\.report?.runID) == [1, 2, 1])
    #expect(report.notes.contains(.modelsDiffer))
    #expect(result.unwrappedOutput.contains("run 2 (slow.synthetic@synthetic) is 2"), "\(result)")
    #expect(result.unwrappedOutput.contains("× slower than run 1 (fast.synthetic@synthetic)"), "\(result)")
  }

  @Test("Changed records of a saved run are noted, missing ones are an error")
  func storedLog() throws {
    let model = try sandbox.model()
    _ = try sandbox.bench([model, model], ["--runs", "500", "--warm-up", "0"])
    let path = try #require(sandbox.report().cells[1].recordLog)
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 5000)
    try file.write(contentsOf: Data([7]))
    try file.close()
    let (changed, report) = try sandbox.compare(["1", "2"])
    #expect(changed.status == 0, "\(changed)")
    #expect(report.notes.contains(.recordsAltered(run: 2, path: path)))
    try FileManager.default.removeItem(atPath: path)
    let gone = try sandbox.assay("compare", "1", "2")
    #expect(gone.status == 74, "\(gone)")
    #expect(gone.standardError.contains("The record log of run 2 is missing: \(path)"))
  }

  @Test("An unknown run is a usage error")
  func unknown() throws {
    _ = try sandbox.bench([sandbox.model()])
    for (operand, message) in [
      ("17", "There is no run 17"), ("nosuch", "No run has the tag 'nosuch'"), ("last~3", "There is no run last~3"),
    ] {
      let result = try sandbox.assay("compare", "last", operand)
      #expect(result.status == 64, "\(result)")
      #expect(result.standardError.contains(message), "\(result)")
    }
  }
}
