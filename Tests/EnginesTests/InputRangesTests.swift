import AssayCore
import EngineKit
import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite("The graph of a model sets the values of its integer inputs")
struct InputRangesTests {
  private func ranges(_ model: ONNXModel) throws -> [ClosedRange<Int>?] {
    try model.withFile { ModelGraph.inputUses(ofModel: $0, format: .onnx).map(\.range) }
  }

  private func model(_ nodes: ONNXModel.Node..., inputs: [ONNXModel.Port]) -> ONNXModel {
    ONNXModel(
      inputs: inputs, outputs: [.tensor("y", element: ONNXModel.int64, nil)], nodes: nodes,
      constants: ["table": Array(repeating: 1, count: 7), "rate": [16000], "three": [3]])
  }

  private static let ids = ONNXModel.Port.tensor("ids", element: ONNXModel.int64, [4])

  @Test("A size that cannot be is none", arguments: [Int.min, -1, 0])
  func impossibleSizes(_ size: Int) throws {
    var model = model(.init(type: "OneHot", inputs: ["ids", "depth", "values"], outputs: ["y"]), inputs: [Self.ids])
    model.constants["depth"] = [size]
    #expect(try ranges(model) == [0...0])
  }

  @Test("An index stays inside its table, also through nodes that keep values")
  func table() throws {
    let direct = model(.init(type: "Gather", inputs: ["table", "ids"], outputs: ["y"]), inputs: [Self.ids])
    #expect(try ranges(direct) == [0...6])
    let indirect = model(
      .init(type: "Unsqueeze", inputs: ["ids", "three"], outputs: ["a"]),
      .init(type: "Cast", inputs: ["a"], outputs: ["b"]),
      .init(type: "Gather", inputs: ["table", "b"], outputs: ["y"]), inputs: [Self.ids])
    #expect(try ranges(indirect) == [0...6])
  }

  /// OpenVINO's format, without what Assay does not read.
  private static let ir = """
    <?xml version="1.0"?><net><layers>
    <layer id="0" name="p" type="Parameter"><output><port id="0" names="ids,other"><dim>1</dim></port></output></layer>
    <layer id="1" name="mask" type="Parameter"><output><port id="0"/></output></layer>
    <layer id="2" name="c" type="Convert"><input><port id="0"><dim>1</dim></port></input><output><port id="1"/></output></layer>
    <layer id="3" name="g" type="Gather"><input><port id="0"><dim>2</dim><dim>768</dim></port><port id="1"/></input></layer>
    <layer id="4" name="if" type="If"><body><layers><layer id="1" name="x" type="Parameter"/></layers></body></layer>
    </layers><edges>
    <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/><edge from-layer="2" from-port="1" to-layer="3" to-port="1"/>
    </edges></net>
    """

  private func ranges(ofONNX bytes: [UInt8]) -> [ClosedRange<Int>?]? {
    bytes.withUnsafeBytes { ONNXGraph($0)?.inputs.map(\.range) }
  }

  private func ranges(ofIR text: some StringProtocol) throws -> [InputUse] {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    return ModelGraph.inputUses(ofModel: file.path, format: .openvinoIR)
  }

  @Test("OpenVINO's own format says what an input indexes, by the name of its tensor")
  func openVINO() throws {
    let uses = try ranges(ofIR: Self.ir)
    #expect(uses.map(\.name) == ["ids", "mask"])
    #expect(uses.map(\.range) == [0...1, 0...1])
  }

  @Test("A damaged file of OpenVINO's format is read as far as it goes")
  func damagedIR() throws {
    for length in stride(from: 0, to: Self.ir.count, by: 7) { _ = try ranges(ofIR: Self.ir.prefix(length)) }
    for text in [
      "<", "<<>>", "<layer id=\"9\"", "<layer id='x' type='Parameter'>",
      "<edge from-layer=\"0\" to-layer=\"0\" to-port=\"0\"/>",
    ] {
      #expect(try ranges(ofIR: text).isEmpty)
    }
  }

  @Test("A chain of layers or graphs that no model has is followed some of the way")
  func endlessChains() throws {
    let layers = (1..<30_000).map { number in
      #"<layer id="\(number)" type="Reshape"/><edge from-layer="\(number - 1)" to-layer="\(number)" to-port="0"/>"#
    }
    #expect(try ranges(ofIR: #"<layer id="0" type="Parameter" name="x"/>"# + layers.joined()).map(\.name) == ["x"])
    let nodes = (1..<30_000).map { ONNXModel.Node(type: "Cast", inputs: ["\($0 - 1)"], outputs: ["\($0)"]) }
    let start = ONNXModel.Port.tensor("0", element: ONNXModel.int64, [4])
    #expect(try ranges(ONNXModel(inputs: [start], outputs: [], nodes: nodes)) == [nil])
    #expect(ranges(ofONNX: ONNXModel.nested(graphs: 2000)) == [])
  }

  @Test("Only the rows of a table limit an input; other ranges are a choice")
  func limits() throws {
    let index = model(.init(type: "Gather", inputs: ["table", "ids"], outputs: ["y"]), inputs: [Self.ids])
    #expect(try index.withFile { ModelGraph.inputUses(ofModel: $0, format: .onnx).map(\.limit) } == [0...6])
    let k = ONNXModel.Port.tensor("k", element: ONNXModel.int64, [1])
    let top = model(.init(type: "TopK", inputs: ["table", "k"], outputs: ["v", "y"]), inputs: [k])
    #expect(try top.withFile { ModelGraph.inputUses(ofModel: $0, format: .onnx).map(\.limit) } == [nil])
  }

  @Test("An index into a tensor of unknown size is 0, and the smallest of several tables counts")
  func unknown() throws {
    let unknown = model(
      .init(type: "Gather", inputs: ["x", "ids"], outputs: ["y"]), inputs: [.tensor("x", ["n"]), Self.ids])
    #expect(try ranges(unknown) == [nil, 0...0])
    let two = model(
      .init(type: "Gather", inputs: ["table", "ids"], outputs: ["a"]),
      .init(type: "Gather", inputs: ["three", "ids"], outputs: ["y"]), inputs: [Self.ids])
    #expect(try ranges(two) == [0...0])
  }

  @Test("A single number that is compared takes the compared value; many do not")
  func compared() throws {
    let rate = ONNXModel.Port.tensor("sr", element: ONNXModel.int64, [])
    #expect(
      try ranges(model(.init(type: "Equal", inputs: ["sr", "rate"], outputs: ["y"]), inputs: [rate]))
        == [16000...16000])
    #expect(
      try ranges(model(.init(type: "Equal", inputs: ["ids", "rate"], outputs: ["y"]), inputs: [Self.ids])) == [nil])
  }

  @Test("The k of TopK is 1, a mask 0 or 1")
  func others() throws {
    let k = ONNXModel.Port.tensor("k", element: ONNXModel.int64, [1])
    let mask = ONNXModel.Port.tensor("attention_mask", element: ONNXModel.int64, [4])
    #expect(
      try ranges(
        model(
          .init(type: "TopK", inputs: ["attention_mask", "k"], outputs: ["v", "y"]), inputs: [mask, k])) == [
          0...1, 1...1,
        ])
  }

  @Test("Axes, shapes and sizes of parts are numbers that fit together")
  func elements() throws {
    func elements(
      _ type: String, _ shape: [ONNXModel.Dimension], to output: [ONNXModel.Dimension], count: Int, at position: Int = 1
    ) throws -> [Int]? {
      let numbers = ONNXModel.Port.tensor("n", element: ONNXModel.int64, [.size(count)])
      var inputs = ["x"] + Array(repeating: "", count: position - 1)
      inputs.append("n")
      let model = ONNXModel(
        inputs: [.tensor("x", shape), numbers], outputs: [.tensor("y", output)],
        nodes: [.init(type: type, inputs: inputs, outputs: ["y"])])
      return try model.withFile { try #require(ModelGraph.inputUses(ofModel: $0, format: .onnx).last).elements }
    }
    #expect(try elements("ReduceSum", [2, 3, 4], to: [1, 1, 4], count: 2) == [0, 1])
    #expect(try elements("Unsqueeze", [3], to: [1, 1, 3], count: 2) == [0, 1])
    #expect(try elements("Squeeze", [2, 1, 3, 1], to: [2, 3], count: 2) == [1, 3])
    #expect(try elements("Reshape", [2, 3], to: [3, 2], count: 2) == [3, 2])
    #expect(try elements("Reshape", [2, 3], to: ["a", "b"], count: 2) == [-1, 1])
    #expect(try elements("Tile", [2, 3], to: [4, 9], count: 2) == [2, 3])
    #expect(try elements("Resize", [1, 1, 2, 2], to: [1, 1, 4, 6], count: 4, at: 3) == [1, 1, 4, 6])
    #expect(try elements("Split", [7], to: [3], count: 2) == [3, 4])
    #expect(try elements("Add", [2], to: [2], count: 2) == nil)
    // More axes than the shape has dimensions of 1.
    #expect(try elements("Squeeze", [2, 3], to: [2, 3], count: 1) == nil)
  }

  @Test("An integer divisor is never 0, a scale is 1, and a floating-point mask is like any other number")
  func floats() throws {
    let ids = ONNXModel.Port.tensor("ids", element: ONNXModel.int64, [4])
    let scales = ONNXModel.Port.tensor("scales", [4])
    let mask = ONNXModel.Port.tensor("mask", [4])
    #expect(try ranges(model(.init(type: "Div", inputs: ["x", "ids"], outputs: ["y"]), inputs: [ids])) == [1...99])
    #expect(try ranges(model(.init(type: "Div", inputs: ["x", "mask"], outputs: ["y"]), inputs: [mask])) == [nil])
    #expect(
      try ranges(model(.init(type: "Resize", inputs: ["x", "", "scales"], outputs: ["y"]), inputs: [scales])) == [1...1]
    )
  }

  @Test("A damaged file sets no ranges", arguments: [0, 1, 5, 40, 100])
  func damaged(length: Int) throws {
    let whole = model(.init(type: "Gather", inputs: ["table", "ids"], outputs: ["y"]), inputs: [Self.ids])
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(whole.bytes.prefix(length)).write(to: file)
    for format in [ModelFormat.onnx, .tflite, .openvinoIR] {
      #expect(ModelGraph.inputUses(ofModel: file.path, format: format).allSatisfy { $0.range != 0...6 })
    }
    #expect(ModelGraph.inputUses(ofModel: "/nonexistent", format: .onnx).isEmpty)
  }

  @Test("Random integers keep to their range", arguments: [DataType.int8, .uint8, .int16, .int32, .int64, .uint64])
  func filled(type: DataType) {
    let spec = TensorSpec(name: "x", type: type, shape: [1000])
    var memory = [UInt8](repeating: 0xFF, count: spec.byteCount)
    memory.withUnsafeMutableBytes {
      RandomInputs.fill($0, spec: spec, seed: 1, inputIndex: 0, range: InputRange(low: 5, high: 9))
    }
    let width = type.byteCount
    let values = (0..<1000).map { index in
      (0..<width).reduce(0) { $0 | Int(memory[index * width + $1]) << (8 * $1) }
    }
    #expect(Set(values) == [5, 6, 7, 8, 9])
  }
}
