import AssayCore
import Foundation
import Inspection
import TestSupport
import Testing

@Suite("What became of the layers of a file in the graph of an engine")
struct LayerMatchTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Conv, Relu, Dropout, Conv, Relu, Concat.
  private static let model = ONNXModel(
    inputs: [.tensor("x", [1, 8, 4, 4])], outputs: [.tensor("y", nil)],
    nodes: [
      .init(type: "Conv", inputs: ["x", "v"], outputs: ["a"]), .init(type: "Relu", inputs: ["a"], outputs: ["b"]),
      .init(type: "Dropout", inputs: ["b"], outputs: ["c"]), .init(type: "Conv", inputs: ["c", "w"], outputs: ["d"]),
      .init(type: "Relu", inputs: ["d"], outputs: ["e"]),
      .init(type: "Concat", inputs: ["c", "e"], outputs: ["y"], attributes: ["axis": 1]),
    ], weights: ["v": [8, 8, 1, 1], "w": [8, 8, 1, 1]])

  private func match(_ layers: [EngineLayer]) throws -> LayerMatch {
    let report = try Self.model.withFile { try ModelInspection.report(of: $0, format: .onnx, bytes: 1) }
    return LayerMatch(report, EngineGraph(evidence: .runtimeModel, layers: layers))
  }

  @Test("By the names that an engine lists, also with words behind them")
  func names() throws {
    let found = try match([
      EngineLayer(name: "reorder", operation: "Reorder", sourceNames: []),
      EngineLayer(name: "a", operation: "Convolution", sourceNames: ["a/WithoutBiases", "a", "b"]),
      EngineLayer(name: "d", operation: "Convolution", sourceNames: ["d", "e"]),
      EngineLayer(name: "y", operation: "Concatenation", sourceNames: ["y"]),
    ])
    #expect(found.sources == [[], [0, 1], [3, 4], [5]])
    #expect(found.fates.map(\.kind) == [.fused, .fused, .removed, .fused, .fused, .kept])
    #expect(found.fates.map(\.into) == [1, 1, nil, 2, 2, 3])
  }

  @Test("A removed layer that gave its name to the one before")
  func borrowedNames() throws {
    let found = try match([EngineLayer(name: "c", operation: "Convolution", sourceNames: ["a", "c"])])
    #expect(found.sources == [[0, 1, 2]])
  }

  @Test("By the tensors that are left, with what stands between them")
  func tensors() throws {
    let found = try match([
      EngineLayer(name: "fused a", operation: "FusedConv", inputs: ["x", "v"], outputs: ["b"]),
      EngineLayer(name: "fused d", operation: "FusedConv", inputs: ["b", "w"], outputs: ["e"]),
      EngineLayer(name: "y", operation: "Concat", inputs: ["b", "e"], outputs: ["y"]),
    ])
    #expect(found.fates.map(\.kind) == [.fused, .fused, .fused, .fused, .fused, .kept])
    #expect(found.sources == [[0, 1], [2, 3, 4], [5]])
  }

  @Test("Layers inside others are not removed")
  func nested() throws {
    let path = try sandbox.write(Data(ONNXModel.nested(graphs: 2)), to: "nested.onnx")
    let report = try ModelInspection.report(of: path, format: .onnx, bytes: 1)
    let graph = EngineGraph(evidence: .profiler, layers: [EngineLayer(name: "if", operation: "If")])
    #expect(LayerMatch(report, graph).fates.map(\.kind) == [.kept, .nested])
  }

  @Test("Outputs that are left out connect nothing")
  func omittedOutputs() throws {
    let model = ONNXModel(
      inputs: [.tensor("x", [4, 1, 8])], outputs: [.tensor("y", nil)],
      nodes: [
        .init(type: "GRU", inputs: ["x", "w", "r"], outputs: ["", "h"], attributes: ["hidden_size": 8]),
        .init(type: "GRU", inputs: ["x", "w", "r"], outputs: ["", "i"], attributes: ["hidden_size": 8]),
        .init(type: "Add", inputs: ["h", "i"], outputs: ["y"]),
      ], weights: ["w": [1, 24, 8], "r": [1, 24, 8]])
    let report = try model.withFile { try ModelInspection.report(of: $0, format: .onnx, bytes: 1) }
    let layers = [
      EngineLayer(name: "a", operation: "GRU", outputs: ["", "h"]),
      EngineLayer(name: "b", operation: "GRU", outputs: ["", "i"]),
      EngineLayer(name: "y", operation: "Add", outputs: ["y"]),
    ]
    #expect(LayerMatch(report, EngineGraph(evidence: .optimizedModel, layers: layers)).sources == [[0], [1], [2]])
  }

  @Test("By the names of layers whose tensors have another layout")
  func layouts() throws {
    let found = try match([
      EngineLayer(name: "b_nchwc", operation: "Conv", inputs: ["x", "v"], outputs: ["unnamed 1"]),
      EngineLayer(name: "e_nchwc", operation: "Conv", inputs: ["unnamed 1", "w"], outputs: ["unnamed 2"]),
      EngineLayer(name: "y", operation: "Concat", inputs: ["unnamed 1", "unnamed 2"], outputs: ["unnamed 3"]),
      EngineLayer(name: "reorder", operation: "ReorderOutput", inputs: ["unnamed 3"], outputs: ["last"]),
    ])
    #expect(found.sources == [[0, 1], [2, 3, 4], [5], []])
  }

  @Test("By their order between the operations whose numbers an engine tells")
  func order() throws {
    let found = try match([
      EngineLayer(name: "Convolution (NHWC, F32)", operation: "Convolution (NHWC, F32)"),
      EngineLayer(name: "DROPOUT", operation: "DROPOUT", sourceIndex: 2),
      EngineLayer(name: "Convolution (NHWC, F32)", operation: "Convolution (NHWC, F32)"),
      EngineLayer(name: "Concatenate", operation: "Concatenate"),
    ])
    #expect(found.sources == [[0, 1], [2], [3, 4], [5]])
  }

  @Test("Everything that an engine takes at once is one layer")
  func whole() throws {
    let found = try match([EngineLayer(name: "Delegate", operation: "Delegate")])
    #expect(found.sources == [[0, 1, 2, 3, 4, 5]] && found.fates.allSatisfy { $0.kind == .fused && $0.into == 0 })
  }

  @Test("Numbers of operations that the file does not have are ignored")
  func impossibleNumbers() throws {
    let found = try match([
      EngineLayer(name: "a", operation: "CONV_2D", sourceIndex: 99),
      EngineLayer(name: "b", operation: "CONV_2D", sourceIndex: -1),
    ])
    #expect(found.sources.joined().allSatisfy { (0..<6).contains($0) })
  }
}
