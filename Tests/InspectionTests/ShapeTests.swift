import AssayCore
import Inspection
import TestSupport
import Testing

@Suite("Shapes that an ONNX file leaves out follow from its operations")
struct ShapeTests {
  private func shapes(
    _ nodes: [ONNXModel.Node], input: [ONNXModel.Dimension]?, constants: [String: [Int]] = [:],
    weights: [String: [Int]] = [:]
  ) throws -> [[Int]?] {
    let model = ONNXModel(
      inputs: [.tensor("x", input)], outputs: [.tensor("y", nil)], nodes: nodes, constants: constants, weights: weights)
    return try model.withFile {
      try ModelInspection.report(of: $0, format: .onnx, bytes: 1).layers.map { $0.outputs.first?.shape }
    }
  }

  @Test("Convolutions and pools, with strides, dilations, padding and a rounding up")
  func windows() throws {
    let found = try shapes(
      [
        .init(
          type: "Conv", inputs: ["x", "w"], outputs: ["a"], attributes: ["strides": [2, 2], "pads": [3, 3, 3, 3]]),
        .init(type: "Relu", inputs: ["a"], outputs: ["b"]),
        .init(
          type: "MaxPool", inputs: ["b"], outputs: ["c"],
          attributes: ["kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1]),
        .init(type: "Conv", inputs: ["c", "v"], outputs: ["d"], attributes: ["dilations": [2, 2]]),
        .init(type: "ConvTranspose", inputs: ["d", "u"], outputs: ["e"], attributes: ["strides": [2, 2]]),
        .init(type: "GlobalAveragePool", inputs: ["e"], outputs: ["y"]),
      ], input: [1, 3, 224, 224], weights: ["w": [64, 3, 7, 7], "v": [8, 64, 3, 3], "u": [8, 4, 2, 2]])
    #expect(
      found == [
        [1, 64, 112, 112], [1, 64, 112, 112], [1, 64, 56, 56], [1, 8, 52, 52], [1, 4, 104, 104], [1, 4, 1, 1],
      ])
  }

  @Test("A shape that the graph computes is known")
  func computedShapes() throws {
    let found = try shapes(
      [
        .init(type: "Shape", inputs: ["x"], outputs: ["s"]),
        .init(type: "Gather", inputs: ["s", "zero"], outputs: ["n"], attributes: ["axis": 0]),
        .init(type: "Concat", inputs: ["n", "rest"], outputs: ["t"], attributes: ["axis": 0]),
        .init(type: "Reshape", inputs: ["x", "t"], outputs: ["r"]),
        .init(type: "MatMul", inputs: ["r", "w"], outputs: ["y"]),
      ], input: ["N", 4, 6], constants: ["zero": [0], "rest": [-1]], weights: ["w": [24, 5]])
    #expect(found == [[3], [1], [2], [1, 24], [1, 5]])
  }

  @Test("Operations that move values")
  func moving() throws {
    let found = try shapes(
      [
        .init(type: "Transpose", inputs: ["x"], outputs: ["a"], attributes: ["perm": [0, 2, 1]]),
        .init(type: "Slice", inputs: ["a", "one", "five", "one"], outputs: ["b"]),
        .init(type: "Unsqueeze", inputs: ["b", "zero"], outputs: ["c"]),
        .init(type: "Split", inputs: ["c"], outputs: ["d", "e"], attributes: ["axis": 3]),
        .init(type: "Concat", inputs: ["d", "d", "e"], outputs: ["f"], attributes: ["axis": -1]),
        .init(type: "ReduceMean", inputs: ["f"], outputs: ["g"], attributes: ["axes": [2, 3], "keepdims": 0]),
        .init(type: "Flatten", inputs: ["f"], outputs: ["y"], attributes: ["axis": 2]),
      ], input: [2, 4, 6], constants: ["zero": [0], "one": [1], "five": [5]])
    #expect(
      found == [[2, 6, 4], [2, 4, 4], [1, 2, 4, 4], [1, 2, 4, 2], [1, 2, 4, 6], [1, 2], [2, 24]])
  }

  @Test("What depends on values that only an inference knows is unknown")
  func unknownValues() throws {
    let found = try shapes(
      [
        .init(type: "Slice", inputs: ["x", "zero", "one", "later"], outputs: ["a"]),
        .init(type: "Split", inputs: ["x", "later"], outputs: ["b", "y"], attributes: ["axis": 1]),
      ], input: [2, 4, 6], constants: ["zero": [0], "one": [1]])
    #expect(found == [nil, [2, -1, 6]])
  }

  @Test("Without a shape, a layer is counted as unknown, and the sum says at least")
  func unknown() throws {
    let model = ONNXModel(
      inputs: [.tensor("x", [1, 3, "height", "width"])], outputs: [.tensor("y", nil)],
      nodes: [.init(type: "Conv", inputs: ["x", "w"], outputs: ["y"])], weights: ["w": [8, 3, 3, 3]])
    let totals = try model.withFile { try ModelInspection.report(of: $0, format: .onnx, bytes: 1).totals }
    #expect(totals.unknownShapes == 1 && totals.macs == 0 && totals.macsAreAtLeast && !totals.assumesBatchOfOne)
  }

  @Test("Sizes beyond any tensor are unknown, not a crash", arguments: [Int.max, Int.min, 1 << 41])
  func vast(_ size: Int) throws {
    let found = try shapes(
      [
        .init(
          type: "Conv", inputs: ["x", "w"], outputs: ["a"],
          attributes: [
            "strides": [1, 1], "pads": .integers([size, size, size, size]), "dilations": .integers([size, size]),
          ]),
        .init(type: "Reshape", inputs: ["a", "t"], outputs: ["b"]),
        .init(type: "Pad", inputs: ["x", "t"], outputs: ["c"]),
        .init(type: "Slice", inputs: ["x", "t", "t", "t"], outputs: ["y"]),
      ], input: [1, 3, .size(size), 9], constants: ["t": [size, size, -1, size]], weights: ["w": [8, 3, 3, 3]])
    #expect(found.count == 4)
  }
}
