import Assay
import AssayCore
import Foundation
import RecordLog
import ResultStore
import TestSupport
import Testing

@Suite("A store of the first schema keeps its runs")
struct OldStoreTests {
  private let sandbox: Sandbox
  private let store: ResultStore

  init() throws {
    sandbox = try Sandbox()
    let folder = sandbox.path("store")
    try FileManager.default.copyItem(atPath: PackageFiles.path("Tests/Fixtures/Stores/schema-1"), toPath: folder)
    store = try ResultStore(path: "\(folder)/results.sqlite", for: .existing)
  }

  @Test("Every run has its spec, status, tags, environment and record log")
  func specs() throws {
    let runs = try (1...6).map { try store.run(Int64($0)) }
    #expect(runs.map(\.kind) == [.bench, .accuracy, .stress, .bench, .bench, .stress])
    #expect(runs.map(\.report.status) == [.ok, .ok, .ok, .failed, .ok, .interrupted])
    #expect(runs.map(\.tags) == [["main"], [], [], [], [], []])
    #expect(runs.allSatisfy { $0.host.cpu == "AMD EPYC" })
    #expect(runs.allSatisfy { $0.environment.isEmpty }, "no engine heeds the one variable that they have")
    #expect(
      runs.map(\.spec.model.path)
        == ["model", "image", "model", "crash", "model", "model"].map { "/tmp/assay-schema-1/\($0).synthetic" })
    for run in runs {
      #expect(run.spec.model.format == .synthetic && run.spec.target == Target(engine: "synthetic"))
      #expect(run.spec.options.threads == 1 && run.spec.options.seed == 1)
      #expect(run.report.cellID == run.spec.identity && run.report.cellID != nil)
      #expect(run.id == 4 ? run.log == nil : store.logState(of: run) == .intact)
    }
    #expect(runs.map(\.spec.options.batch) == [nil, nil, nil, nil, 2, nil])
    // The same cell, measured otherwise or with another batch, is another cell.
    #expect(Set(runs.map(\.report.cellID)).count == 6)
  }

  @Test("The measure of every run is what its plan was")
  func measures() throws {
    #expect(try store.run(1).spec.measure == .latency(.exactly(60)))
    guard case .accuracy(let accuracy) = try store.run(2).spec.measure else {
      Issue.record("run 2 is no longer one of accuracy")
      return
    }
    #expect(
      accuracy.images
        == ImageSet(
          DatasetSource(folder: "/tmp/assay-schema-1/digits"), sampling: Sampling(.count(20), seed: 1)))
    #expect(accuracy.ranks == [1, 5] && accuracy.timing == .isolated && !accuracy.isStrict)
    #expect(accuracy.warmUp == RepetitionRule() && accuracy.labelOffset == nil)
    #expect(try store.run(3).spec.measure == .stress(StressMeasure(rule: .exactly(300))))
    let interrupted = try #require(try store.run(6).spec.measure.stress)
    #expect(interrupted.rule.minimumSeconds == 60 && interrupted.rule.maximumSeconds == 60)
    #expect(interrupted.telemetryInterval == 1 && interrupted.sensorRoot == "/")
  }

  @Test("What was reported is there, with the sentences that were stored")
  func reports() throws {
    let bench = try store.run(1).report
    #expect(bench.latency?.count == 60 && bench.latency?.p50 == 1.9976345 && bench.warmUpCount == 238)
    guard case .recorded(let text) = try #require(bench.warnings.first) else {
      Issue.record("\(bench.warnings)")
      return
    }
    #expect(text.hasPrefix("latencies vary by 4.8 %"))
    let accuracy = try #require(try store.run(2).report.accuracy)
    #expect(accuracy.images == 20 && accuracy.top(1)?.correct == 2)
    #expect(
      accuracy.dataset.labels
        == .recorded(
          "300 images in 10 class folders named by index; used: 20 of 300 images, stratified by class, seed 1"))
    let finding = try #require(try store.run(3).report.steadiness?.findings.first)
    guard case .recorded(let sentence) = finding.fact else {
      Issue.record("\(finding)")
      return
    }
    #expect(sentence.hasPrefix("Spread: 99 % of inferences within 1.99 ± 0.29 ms") && finding.strength == .weak)
    #expect(try store.run(4).report.error?.code == .crashed)
  }

  @Test("The run of its claim is saved as interrupted, once")
  func claim() throws {
    var adopted: [Int64] = []
    try AbandonedRuns.adopt(into: store) { adopted.append($0) }
    try AbandonedRuns.adopt(into: store) { adopted.append($0) }
    #expect(adopted == [7])
    let run = try store.run(7)
    let other = try store.run(6)
    #expect(run.report.status == .interrupted && run.kind == .stress && run.spec == other.spec)
    let count = try #require(run.report.latency?.count)
    #expect(count > 100 && store.logState(of: run) == .intact)
    #expect(run.report.telemetry?.hasPrefix(store.logFolder) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path("store/running")).isEmpty)
  }

  // MARK: Measuring again

  private func context() throws -> RunContext {
    var context = RunContext(try .local())
    context.store = store
    return context
  }

  /// The model that the runs measured, at a path of this test.
  private func model(_ content: String = #"{"latency": {"base_us": 2000, "jitter": 0.05}}"#) throws -> String {
    try sandbox.write(Data("\(content)\n".utf8), to: "model.synthetic")
  }

  @Test("A run is repeated as the same cell")
  func repeating() throws {
    let before = try store.run(1)
    var bench = try Bench(repeating: before, in: try context())
    bench.cells[0].model.path = try model()
    let cell = try #require(try bench.run().cells.first)
    #expect(cell.status == .ok && cell.runID == 7, "\(String(describing: cell.error))")
    #expect(cell.latency?.count == 60 && cell.cellID == before.report.cellID)
  }

  @Test("A stress test is resumed into its record log")
  func resuming() throws {
    let before = try store.run(6)
    let count = try #require(before.report.latency?.count)
    var bench = try Bench(resuming: before, rule: .exactly(count + 20), in: context())
    bench.cells[0].model.path = try model()
    let cell = try #require(try bench.run().cells.first)
    #expect(cell.status == .ok && cell.runID == 6, "\(String(describing: cell.error))")
    var starts: [UInt64] = []
    try RecordLogReader(opening: #require(store.run(6).report.recordLog)).read { starts += $0.map(\.start) }
    #expect(starts.count == count + 20 && starts == starts.sorted())
    #expect(try store.list(RunFilter()).count == 6)
  }

  @Test("It is not resumed with another model")
  func otherModel() throws {
    let before = try store.run(6)
    var bench = try Bench(resuming: before, in: context())
    bench.cells[0].model.path = try model(#"{"latency": {"base_us": 1000}}"#)
    let cell = try #require(try bench.run().cells.first)
    #expect(cell.status == .failed && cell.error?.code == .badData)
    #expect(try store.run(6) == before)
  }
}
