import AssayCore
import Testing

@testable import Assay

@Suite("A cell is paired with the saved run of the same model under the same options")
struct BaselineTests {
  private static func run(
    _ id: Int64, path: String = "/a/net.onnx", sha256: String? = "aa", target: Target = Target(engine: "onnxruntime"),
    _ change: (inout CellSpec) -> Void = { _ in }
  ) -> StoredRun {
    var spec = CellSpec(
      model: ModelReference(path: path, sha256: sha256), target: target, options: CellOptions(threads: 2),
      measure: .latency(.exactly(100)))
    change(&spec)
    var report = CellReport(spec)
    report.runID = id
    return StoredRun(
      id: id, created: "", tags: [], assay: "", host: host, report: report, environment: [:], log: nil)
  }

  private static let host = HostDescription(
    cpu: "CPU", architecture: "x86_64", cores: 2, physicalCores: 2, allowedCores: 2, allowedPhysicalCores: 2)

  private func pair(_ cell: StoredRun, _ runs: StoredRun...) -> Int64? {
    Baseline.counterpart(of: cell.report, among: runs)?.id
  }

  @Test("Two files of one name in two folders are two models")
  func folders() {
    let slow = Self.run(1, path: "/slow/net.onnx", sha256: "ss")
    let fast = Self.run(2, path: "/fast/net.onnx", sha256: "ff")
    #expect(pair(Self.run(9, path: "/slow/net.onnx", sha256: "ss"), slow, fast) == 1)
    #expect(pair(Self.run(9, path: "/fast/net.onnx", sha256: "ff"), slow, fast) == 2)
    #expect(pair(Self.run(9, path: "/third/net.onnx", sha256: "tt"), slow, fast) == nil)
  }

  @Test("A model that moved is found by its content, one that changed by its path")
  func versions() {
    #expect(pair(Self.run(9, path: "/b/other.onnx"), Self.run(1)) == 1)
    #expect(pair(Self.run(9, sha256: "bb"), Self.run(1)) == 1)
    #expect(pair(Self.run(9, path: "/a/../a/net.onnx", sha256: "bb"), Self.run(1)) == 1)
    // The content counts more than the path.
    #expect(pair(Self.run(9), Self.run(1, path: "/b/net.onnx"), Self.run(2, sha256: "bb")) == 1)
    #expect(pair(Self.run(9, sha256: nil), Self.run(1, path: "/b/net.onnx", sha256: nil)) == nil)
  }

  @Test("Shape, batch, signature, fallback, target and kind are part of what is paired")
  func options() {
    let changes: [(inout CellSpec) -> Void] = [
      { $0.options.shapes = ["x": [4, 3]] }, { $0.options.batch = 4 }, { $0.model.signature = "second" },
      { $0.options.allowFallback = true }, { $0.target = Target(engine: "openvino") },
      { $0.target = Target(engine: "onnxruntime", device: "cuda") },
      { $0.measure = .accuracy(AccuracyMeasure(images: ImageSet(folder: "/i"))) },
    ]
    for (index, change) in changes.enumerated() {
      // The device that ran the model decides, which a report starts with.
      #expect(pair(Self.run(9, change), Self.run(1)) == nil, "change \(index)")
      #expect(pair(Self.run(9, change), Self.run(1), Self.run(2, change)) == 2, "change \(index)")
    }
  }

  @Test("Threads and seed are noted, not paired, but the most alike counts, and then the last")
  func threads() {
    let other = Self.run(1) { $0.options.threads = 8 }
    #expect(pair(Self.run(9), other) == 1)
    #expect(pair(Self.run(9), Self.run(2), other) == 2)
    #expect(pair(Self.run(9), Self.run(3) { $0.options.seed = 7 }, other) == 3)
    #expect(pair(Self.run(9), Self.run(4), Self.run(5)) == 5)
    #expect(pair(Self.run(9), Self.run(6) { $0.measure = .latency(.exactly(7)) }) == 6)
  }
}
