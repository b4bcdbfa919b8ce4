import AssayCore
import Testing

@testable import Report

@Suite("Runs are called by what they differ in")
struct RunLabelTests {
  private static func run(
    _ model: String, _ engine: String, version: String = "2.3.0", threads: Int = 2, id: Int64? = nil
  ) -> ReportedRun {
    var cell = SampleRuns.cell("/models/\(model)", on: Target(engine: engine))
    cell.engine.version = version
    cell.spec.options.threads = threads
    cell.runID = id
    return ReportedRun(title: "\(model) on \(engine)", report: cell)
  }

  @Test("One model on several engines: the engines")
  func engines() {
    let labels = RunLabels([Self.run("net.tflite", "litert"), Self.run("net.tflite", "openvino")]).labels
    #expect(labels == ["litert", "openvino"])
  }

  @Test("Several models lose what all begin and end with, and numbers keep the word before them")
  func models() {
    #expect(
      RunLabels.shortened(["mobilenet_v1_0.25_128_quant.tflite", "mobilenet_v2_1.0_224_quant.tflite"])
        == ["v1_0.25_128", "v2_1.0_224"])
    #expect(RunLabels.shortened(["net_v1_0.25.tflite", "net_v1_0.75.tflite"]) == ["v1_0.25", "v1_0.75"])
    #expect(RunLabels.shortened(["net_1.onnx", "net_2.onnx"]) == ["net_1", "net_2"])
    #expect(RunLabels.shortened(["net.onnx", "net_quant.onnx"]) == ["net", "net_quant"])
    #expect(RunLabels.shortened(["digits_int8.tflite", "digits_float32.onnx"]) == ["int8.tflite", "float32.onnx"])
    #expect(RunLabels.shortened(["a", "a"]) == ["a", "a"])
    let labels = RunLabels([
      Self.run("net_a.tflite", "litert"), Self.run("net_a.tflite", "openvino"), Self.run("net_b.tflite", "litert"),
    ]).labels
    #expect(labels == ["a · litert", "a · openvino", "b · litert"])
  }

  @Test("The same model on the same engine: version, threads, then the id of the run")
  func same() {
    #expect(
      RunLabels([Self.run("n", "e", version: "1.0-77"), Self.run("n", "e", version: "1.1+b")]).labels
        == ["1.0", "1.1"])
    #expect(RunLabels([Self.run("n", "e", threads: 1), Self.run("n", "e")]).labels == ["1 thread", "2 threads"])
    #expect(RunLabels([Self.run("n", "e", id: 7), Self.run("n", "e", id: 8)]).labels == ["run 7", "run 8"])
    #expect(RunLabels([Self.run("n", "e"), Self.run("n", "e")]).labels == ["n", "n (2)"])
  }
}
