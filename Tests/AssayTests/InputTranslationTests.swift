import AssayCore
import TensorFiles
import Testing

@testable import Assay

@Suite("The inputs of one cell become those of another")
struct InputTranslationTests {
  private func cell(_ type: DataType, _ shape: [Int], _ quantization: Quantization? = nil) -> CellReport {
    var cell = CellReport(
      CellSpec(
        model: ModelReference(path: "net.onnx"), target: Target(engine: "synthetic"), options: CellOptions(threads: 1),
        measure: .latency(RepetitionRule())))
    cell.inputs = [TensorSpec(name: "x", type: type, shape: shape, quantization: quantization)]
    return cell
  }

  @Test("Channels move between the first and the last place, there and back")
  func layouts() throws {
    let (first, last) = ([2, 3, 4, 5], [2, 4, 5, 3])
    let elements = Array(0..<120)
    let moved = try #require(TensorLayout(from: first, to: last)).permuted(elements)
    let place = { (image: Int, channel: Int, row: Int, column: Int) in ((image * 4 + row) * 5 + column) * 3 + channel }
    let source = { (image: Int, channel: Int, row: Int, column: Int) in ((image * 3 + channel) * 4 + row) * 5 + column }
    #expect(moved[place(1, 2, 0, 1)] == source(1, 2, 0, 1))
    #expect(moved[place(0, 1, 3, 4)] == source(0, 1, 3, 4))
    #expect(try #require(TensorLayout(from: last, to: first)).permuted(moved) == elements)
    #expect(TensorLayout(from: [2, 3], to: [3, 2]) == nil && TensorLayout(from: [1, 6], to: [6]) != nil)
  }

  @Test("Real numbers become quantised ones, cut at the ends of the type")
  func quantised() throws {
    let translation = try InputTranslation(
      from: cell(.float32, [1, 3]), to: cell(.int8, [1, 3], Quantization(scale: 0.5, zeroPoint: 1)))
    let values: [Float] = [1, -3.3, 1000]
    let reals = Tensor(name: "x", type: .float32, shape: [1, 3], bytes: values.withUnsafeBytes { Array($0) })
    #expect(try translation.tensors([reals])[0].bytes.map(Int8.init(bitPattern:)) == [3, -6, 127])
  }

  @Test("Elements of less than a byte stay as they are, and images of them do not change their layout")
  func packed() throws {
    let tensor = Tensor(name: "x", type: .int4, shape: [1, 2, 2, 3], bytes: [1, 2, 3, 4, 5, 6])
    let same = try InputTranslation(from: cell(.int4, [1, 2, 2, 3]), to: cell(.int4, [1, 2, 2, 3]))
    #expect(try same.tensors([tensor])[0].bytes == tensor.bytes)
    let moved = try InputTranslation(from: cell(.int4, [1, 2, 2, 3]), to: cell(.int4, [1, 3, 2, 2]))
    let error = #expect(throws: AssayError.self) { try moved.tensors([tensor]) }
    #expect(error?.code == .unsupported)
  }
}
