import AssayCore
import Foundation
import Inspection
import ModelFiles
import TestSupport
import Testing

@Suite("Single operations cut out of a model are models")
struct OperationCutTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// What is in each model with one operation; `nil` for an operation that cannot be cut out.
  private func cut(_ path: String, _ format: ModelFormat) throws -> [(layer: InspectedLayer, alone: InspectionReport?)]
  {
    let report = try ModelInspection.report(of: path, format: format, bytes: 1)
    var models: [(layer: InspectedLayer, bytes: [UInt8]?)] = []
    try OperationCut.each(report.layers.filter { $0.graph == nil }, of: path, format: format) {
      models.append(($0, $1))
    }
    return try models.map { layer, bytes in
      let alone = try bytes.map {
        let file = try sandbox.write(Data($0), to: "operation")
        return try ModelInspection.report(of: file, format: format, bytes: $0.count)
      }
      return (layer, alone)
    }
  }

  @Test(
    "With its attributes, the types and shapes of its tensors, and without those of others",
    arguments: [
      ("Tests/Fixtures/Models/conv.onnx", ModelFormat.onnx), ("Tests/Fixtures/Models/conv.tflite", .tflite),
      ("Samples/models/digits_int8.onnx", .onnx), ("Samples/models/digits_int8.tflite", .tflite),
    ])
  func operations(model: String, format: ModelFormat) throws {
    let found = try cut(PackageFiles.path(model), format)
    #expect(!found.isEmpty)
    for (layer, alone) in found {
      let report = try #require(alone, "\(layer.operation)")
      let only = try #require(report.layers.first)
      #expect(report.layers.count == 1 && only.operation == layer.operation && only.attributes == layer.attributes)
      #expect(only.inputs.map(\.type) == layer.inputs.map(\.type))
      #expect(only.inputs.map(\.shape) == layer.inputs.map(\.shape))
      let taken = Set(layer.inputs.filter { !$0.isConstant && $0.id != nil }.map(\.name))
      #expect(Set(report.inputs.map(\.name)) == taken, "\(layer.operation)")
      #expect(report.outputs.map(\.name) == layer.outputs.filter { $0.id != nil }.map(\.name))
    }
  }

  @Test("Constants that stand as operations do not shift the others, and what holds graphs is left out")
  func special() throws {
    let model = ONNXModel(
      inputs: [.tensor("x", [1, 3])], outputs: [.tensor("y", nil)],
      nodes: [
        .init(type: "Constant", inputs: [], outputs: ["c"], attributes: ["value_ints": [3, 1]]),
        .init(type: "Relu", inputs: ["x"], outputs: ["a"]), .init(type: "Reshape", inputs: ["a", "c"], outputs: ["y"]),
      ])
    let found = try model.withFile { try cut($0, .onnx) }
    #expect(found.map(\.layer.operation) == ["Relu", "Reshape"])
    #expect(found.map { $0.alone?.layers.map(\.operation) } == [["Relu"], ["Reshape"]])
    let nested = try sandbox.write(Data(ONNXModel.nested(graphs: 2)), to: "nested.onnx")
    #expect(try cut(nested, .onnx).allSatisfy { $0.alone == nil })
  }

  @Test("Of a signature, its subgraph is the graph that runs")
  func signatures() throws {
    let path = PackageFiles.path("Tests/Fixtures/Inputs/signatures.tflite")
    let cases: [(signature: String?, operation: String)] = [(nil, "ADD"), ("first", "ADD"), ("second", "NEG")]
    for (signature, operation) in cases {
      let report = try ModelInspection.report(of: path, format: .tflite, bytes: 1, signature: signature)
      let main = report.layers.filter { $0.graph == nil }
      #expect(main.map(\.operation) == [operation] && main.map(\.index) == [0] && report.layers.count == 2)
      try OperationCut.each(main, of: path, format: .tflite, signature: signature) { _, bytes in
        do {
          let file = try sandbox.write(Data(bytes ?? []), to: "operation")
          let alone = try ModelInspection.report(of: file, format: .tflite, bytes: 1)
          #expect(alone.layers.first?.operation == operation && alone.inputs.map(\.name) == ["x"])
        } catch {
          Issue.record(error)
        }
      }
    }
    #expect(throws: AssayError.self) {
      try ModelInspection.report(of: path, format: .tflite, bytes: 1, signature: "nosuch")
    }
  }

  @Test("Of a damaged file, something or nothing is cut out")
  func damaged() throws {
    let bytes = try Data(contentsOf: URL(filePath: PackageFiles.path("Samples/models/digits_int8.tflite")))
    let layers = try ModelInspection.report(
      of: PackageFiles.path("Samples/models/digits_int8.tflite"), format: .tflite, bytes: 1
    ).layers
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var damaged = bytes
      damaged[place] ^= 0xFF
      let path = try sandbox.write(damaged, to: "damaged.tflite")
      try OperationCut.each(layers, of: path, format: .tflite) { _, _ in }
    }
  }
}
