import AssayCore
import EngineInstaller
import Testing

@testable import Conversion

@Suite("The table of conversions and the paths over it")
struct TableTests {
  private let table = ConversionTable.known

  private func names(_ source: ConversionForm, _ result: ConversionForm, avoiding: Set<ConversionStep> = [])
    -> [[String]]
  {
    table.paths(from: source, to: result, avoiding: avoiding).map { $0.map(\.name) }
  }

  @Test("The quickest path comes first, and quantising comes last")
  func quickest() {
    #expect(names(.init(.onnx), .init(.openvino)).first == ["openvino_ir"])
    #expect(names(.init(.onnx), .init(.tflite, .int8)).first == ["onnx_to_tflite", "tflite_int8"])
    #expect(names(.init(.tflite), .init(.openvino, .fp16)).first == ["openvino_ir", "openvino_float16"])
  }

  @Test("Without a step that fails there is the next path, and at last none")
  func next() {
    let direct = table.paths(from: .init(.onnx), to: .init(.openvino))[0][0]
    #expect(names(.init(.onnx), .init(.openvino), avoiding: [direct]).first == ["onnx_to_tflite", "openvino_ir"])
    let others = table.steps.filter { $0.source == .init(.onnx) }
    #expect(names(.init(.onnx), .init(.openvino), avoiding: Set(others)) == [])
  }

  @Test("Sources that no engine reads become what engines read")
  func sources() {
    let quantised = names(.init(.torchModule), .init(.openvino, .int8)).first
    #expect(quantised == ["torch_onnx", "openvino_ir", "openvino_int8"])
    #expect(names(.init(.torchModule), .init(.pt2)).first == ["torch_pt2"])
    #expect(names(.init(.onnx), .init(.pt2)).first == ["torch_pt2"])
    #expect(
      names(.init(.exportedProgram), .init(.tflite)).prefix(2) == [["torch_tflite"], ["torch_onnx", "onnx_to_tflite"]])
    #expect(names(.init(.torchModule), .init(.savedModel)).first == ["torch_onnx", "onnx_to_saved_model"])
    #expect(names(.init(.keras), .init(.tflite)).first == ["keras_saved_model", "saved_model_tflite"])
    #expect(names(.init(.savedModel), .init(.onnx)).first == ["tensorflow_onnx"])
    #expect(names(.init(.onnx), .init(.edgetpu, .int8)).first == ["onnx_to_tflite", "tflite_int8", "tflite_edgetpu"])
    #expect(table.results(from: .init(.onnx), precision: .source) == [.tflite, .openvino, .savedModel, .pt2, .edgetpu])
  }

  @Test("Nothing leads from a form to itself or to a kind that no step makes")
  func none() {
    #expect(names(.init(.onnx), .init(.onnx)) == [])
    #expect(names(.init(.openvino), .init(.tflite)) == [])
    #expect(table.results(from: .init(.openvino), precision: .int8) == [.openvino])
  }

  @Test("Every step has a script and a locked environment, and what lowers to int8 has recipes")
  func complete() throws {
    let locks = try LockedEnvironment.all()
    for step in table.steps {
      #expect(StepScripts.program(step.name) != nil, "\(step.name)")
      let lock = try #require(locks.first { $0.name == step.environment }, "\(step.name)")
      #expect(lock.downloadBytes > 1_000_000 && lock.installedBytes > lock.downloadBytes)
      #expect(!lock.versions(in: "/").isEmpty)
      let lowers = step.result.precision == .int8 && step.source.precision != .int8
      #expect(step.needsCalibration == lowers, "\(step.name)")
    }
    #expect(Set(table.steps).count == table.steps.count)
  }
}
