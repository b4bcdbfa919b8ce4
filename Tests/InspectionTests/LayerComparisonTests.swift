import AssayCore
import Inspection
import TestSupport
import Testing

@Suite("Times of layers of two engines, side by side")
struct LayerComparisonTests {
  /// Conv, Relu, Conv, Relu, Softmax.
  private static let model = ONNXModel(
    inputs: [.tensor("x", [1, 8, 4, 4])], outputs: [.tensor("y", nil)],
    nodes: [
      .init(type: "Conv", inputs: ["x", "v"], outputs: ["a"]), .init(type: "Relu", inputs: ["a"], outputs: ["b"]),
      .init(type: "Conv", inputs: ["b", "w"], outputs: ["c"]), .init(type: "Relu", inputs: ["c"], outputs: ["d"]),
      .init(type: "Softmax", inputs: ["d"], outputs: ["y"]),
    ], weights: ["v": [8, 8, 1, 1], "w": [8, 8, 1, 1]])

  /// - Parameter layers: the names of the layers of the file that each does, and its time.
  private func engine(_ layers: [(names: [String], time: Double?)], of report: InspectionReport) -> EngineInspection {
    let graph = EngineGraph(
      evidence: .runtimeModel,
      layers: layers.map { EngineLayer(name: $0.names.first ?? "", operation: "", sourceNames: $0.names) })
    let match = LayerMatch(report, graph)
    return EngineInspection(
      target: Target(engine: "synthetic"), version: "1", device: "cpu", execution: nil, warnings: [],
      evidence: .runtimeModel,
      layers: layers.indices.map {
        EngineLayerReport(
          graph.layers[$0], sources: match.sources[$0], medianMilliseconds: layers[$0].time, share: nil)
      }, fates: match.fates, profile: nil)
  }

  private func compare(
    _ first: [(names: [String], time: Double?)], _ second: [(names: [String], time: Double?)]
  ) throws -> LayerComparison {
    let report = try Self.model.withFile { try ModelInspection.report(of: $0, format: .onnx, bytes: 1) }
    return LayerComparison(of: report.layers, engine(first, of: report), engine(second, of: report))
  }

  @Test("A row has what both engines do without the rest")
  func rows() throws {
    let found = try compare(
      [(["a", "b"], 1), (["c"], 2), (["d"], 4), (["y"], 8)],
      [(["a"], 16), (["b", "c"], 32), (["d"], 64), (["y"], 128)])
    #expect(found.rows.map(\.layers) == [[0, 1, 2], [3], [4]])
    #expect(found.rows.map(\.first) == [3, 4, 8] && found.rows.map(\.second) == [48, 64, 128])
    #expect(found.insertedFirst == nil && found.insertedSecond == nil)
  }

  @Test("Layers that stand for none of the file are summed apart")
  func inserted() throws {
    let all = ["a", "b", "c", "d", "y"]
    let found = try compare([([], 1), (all, 2), ([], 4)], [(all, 8)])
    #expect(found.rows.map(\.layers) == [[0, 1, 2, 3, 4]])
    #expect(found.insertedFirst == 5 && found.insertedSecond == nil)
  }

  @Test("A layer without a time took no 0 ms")
  func unknown() throws {
    let found = try compare([(["a", "b"], 1), (["c", "d"], nil), (["y"], 2)], [(["a", "b"], 3), (["c", "d"], 4)])
    #expect(found.rows.map(\.layers) == [[0, 1], [2, 3], [4]])
    #expect(found.rows.map(\.first) == [1, nil, 2] && found.rows.map(\.second) == [3, 4, nil])
  }
}
