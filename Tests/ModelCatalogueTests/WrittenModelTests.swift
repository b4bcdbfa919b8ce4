import AssayCore
import EngineKit
import Foundation
import ModelFiles
import Platform
import TestSupport
import Testing

@testable import Engines
@testable import ModelCatalogue

@Suite("Models of the catalogue are written as ONNX")
struct WrittenModelTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func write(_ name: String, seed: UInt64 = 1) throws -> String {
    let path = sandbox.path("\(name)-\(seed).onnx")
    let result = try sandbox.assay("models", "get", name, "-o", path, "--seed", "\(seed)", seconds: 300)
    #expect(result.status == 0, "\(result)")
    return path
  }

  @Test("The same name and seed give the same bytes on every machine, another seed gives others")
  func deterministic() throws {
    let path = try write("squeezenet_1.1")
    #expect(
      try SHA256.digest(ofFile: path).sha256 == "b7508eabe73bf15d506bab23d2e4e69d04696192b13377fd24dce54c3190adcb",
      "If the layers, the weights or the version have changed on purpose, put the new digest here.")
    let other = try write("squeezenet_1.1", seed: 2)
    #expect(try SHA256.digest(ofFile: other) != SHA256.digest(ofFile: path))
  }

  @Test("The file has as many weights as the catalogue counts, and as many multiply-adds follow from its shapes")
  func recounted() throws {
    let network = Architecture.squeezeNetV11.network
    let bytes = try FileDescriptor.contents(of: write("squeezenet_1.1"))
    try bytes.withUnsafeBytes { bytes in
      let graph = try #require(ProtobufMessage(bytes).messages(7).first)
      let tensors = graph.messages(5)
      #expect(tensors.reduce(0) { $0 + ($1.data(9)?.count ?? 0) } == 4 * network.parameterCount)
      for tensor in tensors { #expect(tensor.integers(1).reduce(4, *) == tensor.data(9)?.count) }
      #expect(graph.messages(1).count == network.nodes.count)
      #expect(graph.messages(12).compactMap { $0.text(1) } == ["scores"])
    }
  }

  /// Those that take a second; `make test-engines` takes all.
  private static let tried = Architecture.all.map(\.name).filter {
    ProcessInfo.processInfo.environment["ASSAY_TEST_LARGE_ENGINES"] != nil
      || ["mobilenet_v1", "mobilenet_v2", "squeezenet_1.1", "efficientnet_b0", "inception_v1"].contains($0)
  }

  @Test(
    "ONNX Runtime and OpenVINO agree on its outputs",
    .enabled(if: InstalledEngines.include("onnxruntime", "openvino")), arguments: tried)
  func engines(name: String) throws {
    let path = try write(name)
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "compare", "\(path)@onnxruntime", "\(path)@openvino", "--outputs", "--inferences",
        "2", "--json", "-",
      ], environment: InstalledEngines.environment
    ).wait(seconds: 300)
    #expect(result.status == 0, "\(result)")
    let report = try JSONDecoder().decode(OutputComparisonReport.self, from: Data(result.standardOutput.utf8))
    #expect(!report.outputs.isEmpty)
    for output in report.outputs {
      // OpenVINO computes in bfloat16 where the processor can. Seeded weights leave the first of many alike numbers to chance.
      #expect(output.notFinite == 0, "\(output)")
      #expect(try #require(output.cosine) > 0.999, "\(output)")
    }
  }

  @Test(
    "Activations keep their scale through all layers, and outputs differ between inputs",
    .enabled(if: InstalledEngines.include("onnxruntime")), arguments: tried)
  func scale(name: String) throws {
    let engine = try ONNXRuntimeEngine(opening: try #require(InstalledEngines.library("onnxruntime")))
    let spec = try CompileSpec(modelPath: write(name), format: .onnx, device: "cpu")
    let outputs = try (0..<4 as Range<UInt64>).map { input in
      let session = try engine.makeSession(spec)
      session.inputBytes(at: 0).withMemoryRebound(to: Float.self) { pixels in
        for index in pixels.indices {
          let bits = SplitMix64.bits(seed: 1, stream: input, index: UInt64(index))
          pixels[index] = Float(bits >> 40) * 0x1p-23 - 1
        }
      }
      try session.infer()
      let last = try #require(session.outputs.indices.last)
      return Array(session.outputBytes(at: last).assumingMemoryBound(to: Float.self)).map(Double.init)
    }
    let all = outputs.joined()
    let mean = all.reduce(0, +) / Double(all.count)
    let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    #expect((0.02...20).contains(deviation), "the outputs have a deviation of \(deviation)")
    let change = zip(outputs[0], outputs[1]).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(outputs[0].count)
    #expect(change > 0.005 * deviation, "another input changes outputs by \(change), of \(deviation)")
  }
}
