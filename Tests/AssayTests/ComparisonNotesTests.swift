import AssayCore
import Testing

@testable import Assay

@Suite("A comparison notes what its cells differ in besides their latencies")
struct ComparisonNotesTests {
  private static let host = HostDescription(
    cpu: "CPU", architecture: "x86_64", cores: 4, physicalCores: 4, allowedCores: 4, allowedPhysicalCores: 4,
    kernel: "6.1")

  private func cell(
    threads: Int = 2, batch: Int? = nil, seed: UInt64 = 1, sha256: String? = "aa", engine: String = "litert",
    version: String? = "1", input: String = "x", shape: [Int] = [1, 3], host: HostDescription? = host
  ) -> ComparisonSide {
    var report = CellReport(
      CellSpec(
        model: ModelReference(path: "m", sha256: sha256), target: Target(engine: engine),
        options: CellOptions(threads: threads, batch: batch, seed: seed), measure: .latency(RepetitionRule())))
    report.engine.version = version
    report.inputs = [TensorSpec(name: input, type: .float32, shape: shape)]
    return ComparisonSide(name: "c", medianMilliseconds: 1, count: 9, host: host, report: report)
  }

  private func notes(_ other: ComparisonSide) -> [ComparisonNote] { ComparisonNotes.make([cell(), other]) }

  @Test("Cells that differ in the engine alone have no note")
  func same() {
    #expect(notes(cell()).isEmpty)
    #expect(notes(cell(engine: "onnxruntime", version: "2", input: "renamed")).isEmpty)
    #expect(notes(cell(sha256: nil, version: nil, host: nil)).isEmpty)
  }

  @Test("Each difference is one note")
  func each() {
    #expect(notes(cell(threads: 4)) == [.threadsDiffer])
    #expect(notes(cell(batch: 4)) == [.batchSizesDiffer])
    #expect(notes(cell(sha256: "bb")) == [.modelsDiffer])
    #expect(notes(cell(seed: 2)) == [.inputsDiffer])
    #expect(notes(cell(shape: [2, 3])) == [.inputsDiffer])
    #expect(notes(cell(version: "2")) == [.engineVersionsDiffer])
    var other = Self.host
    other.kernel = "6.2"
    #expect(notes(cell(host: other)) == [.machinesDiffer])
    let records = ComparisonSide(name: "a.records", medianMilliseconds: 1, count: 9, host: nil, report: nil)
    #expect(notes(records) == [.onlyLatenciesKnown(cells: [2])])
  }
}
