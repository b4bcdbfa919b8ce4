import AssayCore
import Foundation
import Inspection
import TestSupport
import Testing

@Suite("Damaged models are refused, with what is wrong with them")
struct DamagedModelTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func refusal(of bytes: some Sequence<UInt8>, as name: String) throws -> String {
    let path = try sandbox.write(Data(bytes), to: name)
    let format = try #require(ModelFormat(pathExtension: URL(filePath: name).pathExtension))
    let error = #expect(throws: AssayError.self) { try ModelInspection.report(of: path, format: format, bytes: 1) }
    #expect(error?.code == .badModel)
    return error?.message ?? ""
  }

  @Test("A file that is cut off", arguments: ["conv.onnx", "conv.xml", "conv.tflite"])
  func truncated(_ name: String) throws {
    let bytes = try Data(contentsOf: URL(filePath: PackageFiles.path("Tests/Fixtures/Models/\(name)")))
    #expect(try refusal(of: bytes.prefix(bytes.count / 2), as: name).contains("cannot be read"))
  }

  @Test("A file of something else", arguments: ["a.onnx", "a.xml", "a.tflite"])
  func noise(_ name: String) throws {
    #expect(try refusal(of: Array("[1, 2, 3] no model".utf8), as: name).contains("cannot be read"))
  }

  @Test("Graphs inside each other without end")
  func nested() throws {
    #expect(try refusal(of: ONNXModel.nested(graphs: 70), as: "nested.onnx").contains("inside each other"))
  }

  @Test("A layer of OpenVINO's that nothing leads to")
  func edges() throws {
    let text = """
      <net><layers><layer id="0" name="r" type="ReLU"><input><port id="0"/></input><output><port id="1"/></output></layer></layers></net>
      """
    #expect(try refusal(of: Array(text.utf8), as: "edges.xml").contains("nothing leads to input 0 of layer r"))
  }

  @Test("Functions of a SavedModel that each call the next one twice")
  func calls() throws {
    func entry(_ key: String, _ value: [UInt8]) -> [UInt8] { Self.text(1, key) + Self.field(2, value) }
    func call(_ name: String, after input: String?, _ function: String) -> [UInt8] {
      let inputs = input.map { Self.text(3, $0) } ?? []
      let attribute = Self.field(5, entry("f", Self.field(10, Self.text(1, function))))
      return Self.text(1, name) + Self.text(2, "PartitionedCall") + inputs + attribute
    }
    // So many that the test need not make many calls.
    let unused = (0..<2000).flatMap { Self.field(3, Self.text(1, "n\($0)")) }
    var functions = (0..<30).map { number -> [UInt8] in
      let (first, second) = (call("a", after: nil, "f\(number + 1)"), call("b", after: "a:output:0", "f\(number + 1)"))
      let signature = Self.text(1, "f\(number)") + Self.field(3, Self.text(1, "o"))
      let returned = Self.field(4, Self.text(1, "o") + Self.text(2, "b:output:0"))
      return Self.field(1, signature) + Self.field(3, first) + Self.field(3, second) + returned + unused
    }
    functions.append(Self.field(1, Self.text(1, "f30")))
    let graph = Self.field(1, call("main", after: nil, "f0")) + Self.field(2, functions.flatMap { Self.field(1, $0) })
    let signature = entry("serving_default", Self.field(2, entry("y", Self.text(1, "main:0"))))
    try FileManager.default.createDirectory(atPath: sandbox.path("calls"), withIntermediateDirectories: true)
    let file = Self.field(2, Self.field(2, graph) + Self.field(5, signature))
    _ = try sandbox.write(Data(file), to: "calls/saved_model.pb")
    let error = #expect(throws: AssayError.self) {
      try ModelInspection.report(of: sandbox.path("calls"), format: .savedModel, bytes: 1)
    }
    #expect(error?.message.contains("its calls have more than") == true, "\(error?.message ?? "")")
  }

  // Fields of protocol buffers: a key, a length, and as many bytes.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var (rest, head) = (bytes.count, [number << 3 | 2])
    while rest > 0x7f {
      head.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    head.append(UInt8(rest))
    return head + bytes
  }

  private static func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  @Test("Sizes that fit into no number are left out of sums, and a window of such a size has no shape")
  func sizes() throws {
    let names = (0..<40).map { "s\($0)" }
    var nodes = names.map { ONNXModel.Node(type: "Relu", inputs: ["x"], outputs: [$0]) }
    nodes.append(ONNXModel.Node(type: "Concat", inputs: names, outputs: ["y"], attributes: ["axis": 0]))
    let large = ONNXModel(
      inputs: [.tensor("x", [.size(1 << 30), .size(1 << 27)])], outputs: [.tensor("y", nil)], nodes: nodes)
    let window = ONNXModel(
      inputs: [.tensor("x", [1, 8, 4, 4])], outputs: [.tensor("y", nil)],
      nodes: [
        .init(
          type: "MaxPool", inputs: ["x"], outputs: ["y"],
          attributes: ["kernel_shape": [1 << 23 + 1, 1], "dilations": [-1 << 40, 1]])
      ])
    let reports = try [large, window].map { model in
      try model.withFile { try ModelInspection.report(of: $0, format: .onnx, bytes: 1) }
    }
    #expect(reports[0].totals.activationBytes != nil)
    #expect(reports[1].layers.first?.outputs.first?.shape == [1, 8, -1, 4])
  }

  @Test("A format whose graph Assay does not read")
  func format() throws {
    let path = try sandbox.write(Data([1]), to: "a.pt2")
    let error = #expect(throws: AssayError.self) { try ModelInspection.report(of: path, format: .pt2, bytes: 1) }
    #expect(error?.code == .unsupported)
  }
}
