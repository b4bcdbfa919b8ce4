import AssayCore
import Testing

@testable import Report

@Suite("A report says what engines made of models")
struct ExecutionTextTests {
  private func cell(_ engine: String, _ execution: Execution, asked: Precision? = nil) -> CellReport {
    let options = CellOptions(threads: 1, engine: EngineOptions(precision: asked))
    var cell = CellReport(
      CellSpec(
        model: ModelReference(path: "net.onnx"), target: Target(engine: engine), options: options,
        measure: .latency(RepetitionRule())))
    cell.execution = execution
    return cell
  }

  private func lines(_ cells: [CellReport]) -> [String] {
    RunReport(host: SampleRuns.host, cells: cells).executions { $0.target.description }
  }

  @Test("Cells with the same sentence share a line")
  func groups() {
    let cells = ["openvino", "tensorrt", "torch"].map { cell($0, Execution(precision: "bf16")) }
    #expect(lines(cells) == ["Computes in bf16: openvino, tensorrt and 1 more."])
    #expect(lines([cell("litert", Execution())]).isEmpty)
  }

  @Test("The time on the device is said to be another than the latency")
  func deviceTime() {
    var cell = cell("tensorrt", Execution())
    cell.deviceMilliseconds = 0.25
    #expect(lines([cell]) == ["Takes 0.2500 ms on the device, without copies, in the warm-up: tensorrt."])
  }

  @Test("Another precision than the one asked for is said")
  func precision() {
    #expect(
      lines([cell("openvino", Execution(precision: "bf16"), asked: .float16)])
        == ["Computes in bf16, not in f16 as asked: openvino."])
    #expect(lines([cell("openvino", Execution(precision: "f32"), asked: .float32)]) == ["Computes in f32: openvino."])
    #expect(
      lines([cell("tensorrt", Execution(precision: "FP32+FP16"), asked: .float16)])
        == ["Computes in FP32+FP16: tensorrt."])
  }

  @Test("Operations are counted by place, and those on the CPU are named")
  func placement() {
    let kinds = ["ADD", "MUL", "SOFTMAX", "RESHAPE", "CAST", "GATHER"]
    let some = Execution(placement: OperationPlacement(onDevice: 2, onCPU: 7, kindsOnCPU: kinds))
    #expect(
      lines([cell("tflite", some)])
        == ["Runs 2 of 9 operations on the device, 7 on the CPU (ADD, MUL, SOFTMAX, RESHAPE, CAST, …): tflite."])
    let all = Execution(placement: OperationPlacement(onDevice: 1, onCPU: 0))
    #expect(lines([cell("tflite", all)]) == ["Runs all 1 operation on the device: tflite."])
  }
}
