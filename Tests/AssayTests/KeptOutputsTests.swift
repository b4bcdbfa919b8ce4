import AssayCore
import Conversion
import Foundation
import TensorFiles
import Testing

@testable import Assay

@Suite("What a converter has kept of a source that no engine reads")
struct KeptOutputsTests {
  private func read(_ tensors: [Tensor]) throws -> OutputCapture.Result {
    let path = FileManager.default.temporaryDirectory.appending(path: "assay-kept-\(UUID().uuidString).npz").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(try NPZ.archive(tensors)).write(to: URL(filePath: path))
    let context = RunContext(try .local())
    let source = try ConversionSource("torch:net:make", TorchOptions(shapes: [[1, 2]]), in: context)
    let cell = CellSpec(
      model: ModelReference(path: "net.onnx"), target: Target(engine: "onnxruntime"), options: CellOptions(threads: 1),
      measure: .latency(RepetitionRule()))
    return try KeptOutputs.read(path, of: source, like: cell)
  }

  private func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor(name: name, type: .float32, shape: shape, bytes: [UInt8](repeating: 0, count: 4 * shape.reduce(1, *)))
  }

  @Test("Inferences, inputs and outputs are in their order")
  func order() throws {
    let kept = try read([
      tensor("1/output/0", [3]), tensor("0/input/1", [2]), tensor("0/input/0", [1]), tensor("1/input/0", [1]),
      tensor("0/output/0", [3]), tensor("1/input/1", [2]),
    ])
    #expect(kept.inferences.count == 2)
    #expect(kept.report.inputs?.map(\.shape) == [[1], [2]] && kept.report.outputs?.map(\.name) == ["output 0"])
    #expect(kept.report.spec.target.engine == "torch")
  }

  @Test("Arrays that are missing, foreign or of other shapes are damage")
  func damage() throws {
    let damaged = [
      [tensor("0/input/0", [1])], [tensor("input", [1]), tensor("0/output/0", [1])],
      [tensor("0/input/0", [1]), tensor("0/output/0", [1]), tensor("1/input/0", [2]), tensor("1/output/0", [1])],
    ]
    for tensors in damaged {
      let error = try #require(throws: AssayError.self) { _ = try read(tensors) }
      #expect(error.code == .badData, "\(error)")
    }
  }
}
