import AssayCore
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

/// What is special to TensorFlow Lite; what every engine must do is in the conformance suite.
@Suite("TensorFlow Lite", .enabled(if: InstalledEngines.include("tflite")))
struct TFLiteTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func engine() throws -> TFLiteEngine {
    try TFLiteEngine(opening: #require(InstalledEngines.library("tflite")))
  }

  private func fixture(_ name: String) -> CompileSpec {
    CompileSpec(modelPath: PackageFiles.path("Tests/Fixtures/\(name).tflite"), format: .tflite)
  }

  private func session(_ spec: CompileSpec) throws -> TFLiteSession {
    let session = try engine().makeSession(spec)
    session.fillInputs(seed: 7)
    try session.infer()
    return session
  }

  private func outputs(_ spec: CompileSpec) throws -> [[UInt8]] {
    let session = try session(spec)
    return session.outputs.indices.map { Array(session.outputBytes(at: $0)) }
  }

  private func error(_ spec: CompileSpec) throws -> AssayError {
    let engine = try engine()
    return try #require(throws: AssayError.self) { _ = try engine.makeSession(spec) }
  }

  @Test("The version is the library's own")
  func description() throws {
    let engine = try engine()
    #expect(engine.version == "2.17.1")
    #expect(engine.libraryPath?.hasSuffix("libtensorflowlite_c.so") == true)
  }

  @Test("A shape beyond 32 bits is refused, even of a tensor without elements")
  func largeShape() throws {
    for shape in [[1 << 40, 1, 1, 1], [0, 1 << 40, 1, 1]] {
      var spec = fixture("Models/conv")
      spec.shapes = ["": shape]
      let refusal = try error(spec)
      #expect([.unsupported, .usage].contains(refusal.code), "\(refusal)")
    }
  }

  @Test("XNNPACK is an option, which changes no result of a small model")
  func xnnPack() throws {
    var spec = fixture("Models/conv")
    let scores = try session(spec)
    for (value, isSame) in [("1", true), ("0", false)] {
      spec.engineOptions.settings = ["xnnpack": value]
      let other = try session(spec)
      let pairs = zip(
        scores.outputBytes(at: 0).bindMemory(to: Float.self), other.outputBytes(at: 0).bindMemory(to: Float.self))
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 })
      // Other kernels add in another order.
      #expect(scores.outputBytes(at: 0).elementsEqual(other.outputBytes(at: 0)) == isSame)
    }
  }

  @Test("Unknown options and values are usage errors", arguments: [["xnpack": "0"], ["xnnpack": "off"]])
  func options(settings: [String: String]) throws {
    var spec = fixture("Models/conv")
    spec.engineOptions.settings = settings
    let error = try error(spec)
    #expect(error.code == .usage && error.advice != nil, "\(error)")
    #expect(error.message.contains(settings.keys.first ?? "?"))
  }

  @Test("Signatures run by name, the first by default, with their own names of inputs and outputs")
  func signatures() throws {
    var spec = fixture("Inputs/signatures")
    let first = try outputs(spec)
    for (index, name) in try signatureNames(spec).enumerated() {
      spec.signature = name
      #expect(try (outputs(spec) == first) == (index == 0), "\(name)")
    }
    spec.signature = "nosuch"
    let error = try error(spec)
    #expect(error.code == .usage && error.advice?.hasPrefix("Its signatures: ") == true, "\(error)")
  }

  private func signatureNames(_ spec: CompileSpec) throws -> [String] {
    var spec = spec
    spec.signature = "nosuch"
    return try #require(error(spec).advice).dropFirst("Its signatures: ".count).split(separator: ", ").map(String.init)
  }

  @Test("A state between inferences works, which LiteRT's compiled models refuse")
  func variables() throws {
    let path = try #require(PackageFiles.shared("models/keras_lstm_mnist_ptq.tflite"))
    _ = try session(CompileSpec(modelPath: path, format: .tflite))
  }

  // MARK: Delegates

  private func delegated(_ options: [String: String] = [:], settings: [String: String] = [:]) throws -> CompileSpec {
    var spec = fixture("Models/mixed")
    spec.engineOptions = EngineOptions(
      delegates: [DelegateReference(path: try sandbox.library(fixture: "delegate"), options: options)],
      settings: settings)
    return spec
  }

  @Test(
    "A delegate takes the operations that it wants, computes them right, and the rest is counted for the CPU",
    arguments: [[:], ["static": "1"]], ["0", "1"])
  func delegate(options: [String: String], xnnPack: String) throws {
    let spec = try delegated(options, settings: ["xnnpack": xnnPack])
    let model = try engine().compile(spec)
    #expect(model.execution.placement == OperationPlacement(onDevice: 1, onCPU: 1, kindsOnCPU: ["GATHER"]))
    #expect(model.fallbacks.isEmpty)
    #expect(try outputs(spec) == outputs(fixture("Models/mixed")))
  }

  @Test("Several delegates are asked in their order")
  func severalDelegates() throws {
    var spec = try delegated()
    spec.engineOptions.delegates.append(spec.engineOptions.delegates[0])
    let model = try engine().compile(spec)
    // The first has taken the only ADD.
    #expect(model.execution.placement?.onDevice == 1)
    #expect(model.fallbacks.count == 1 && model.fallbacks[0].contains("takes none of the 1 operations"))
    #expect(try outputs(spec) == outputs(fixture("Models/mixed")))
  }

  @Test("Without delegates there is no placement, and with one that takes nothing there is a fallback")
  func noOperations() throws {
    #expect(try engine().compile(fixture("Models/mixed")).execution.isEmpty)
    let model = try engine().compile(delegated(["kind": "99"]))
    #expect(
      model.execution.placement == OperationPlacement(onDevice: 0, onCPU: 2, kindsOnCPU: ["GATHER", "ADD"]))
    #expect(model.fallbacks.first?.contains("takes none of the 2 operations") == true, "\(model.fallbacks)")
  }

  @Test(
    "A delegate that refuses or fails is an error with its own words",
    arguments: [
      (["refuse": "no hardware here"], AssayError.Code.deviceUnavailable, "no hardware here"),
      (["nosuch": "1"], .deviceUnavailable, "unknown option"),
      (["fail": "prepare"], .unsupported, "too large for the accelerator"),
    ])
  func refusal(options: [String: String], code: AssayError.Code, words: String) throws {
    let error = try error(delegated(options))
    #expect(error.code == code)
    #expect(error.message.contains(words) && error.message.contains("delegate.so"), "\(error)")
  }

  @Test("What a delegate reports at an inference is in the error")
  func failedInference() throws {
    let session = try engine().makeSession(delegated(["fail": "invoke"]))
    session.fillInputs(seed: 1)
    let error = #expect(throws: AssayError.self) { try session.infer() }
    #expect(error?.code == .inferenceFailed)
    #expect(error?.message.contains("the accelerator has lost power") == true, "\(error?.message ?? "")")
  }

  @Test("A file that is no delegate is named", arguments: [#filePath, "libm.so.6", "nowhere.so"])
  func noDelegate(path: String) throws {
    var spec = fixture("Models/mixed")
    spec.engineOptions.delegates = [DelegateReference(path: path)]
    let error = try error(spec)
    #expect(error.code == .engineUnavailable)
    #expect(error.message.contains(path) && error.advice?.contains("tflite_plugin_create_delegate") == true, "\(error)")
  }
}
