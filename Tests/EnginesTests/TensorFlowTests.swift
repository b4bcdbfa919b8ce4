import AssayCore
import EngineKit
import Foundation
import TestSupport
import Testing

@testable import Engines

private let library = InstalledEngines.include("tensorflow") ? InstalledEngines.library("tensorflow") : nil

/// What is special to TensorFlow; what every engine must do is in the conformance suite.
@Suite(
  "TensorFlow through its C API", .serialized,
  .enabled(if: library != nil, "TensorFlow is not here; get it with: assay engines install tensorflow"))
struct TensorFlowTests {
  let engine: TensorFlowEngine

  init() throws {
    engine = try TensorFlowEngine(opening: try #require(library))
  }

  private func spec(_ model: String, signature: String? = nil) -> CompileSpec {
    CompileSpec(
      modelPath: PackageFiles.path("Tests/Fixtures/Models/\(model)_saved_model"), format: .savedModel,
      signature: signature)
  }

  @Test("--signature chooses the function that runs")
  func signature() throws {
    let session = try engine.makeSession(spec("dynamic_batch", signature: "double"))
    session.inputBytes(at: 0).copyBytes(from: [1, 2, 3, 4].map(Float.init).withUnsafeBytes(Array.init))
    try session.infer()
    let outputs = Array(session.outputBytes(at: 0).assumingMemoryBound(to: Float.self))
    #expect(session.outputs.map(\.shape) == [[1, 4]])
    #expect(outputs == [2, 4, 6, 8])
  }

  @Test("A signature that is not there is a usage error that lists the others, the default one first")
  func unknownSignature() throws {
    let error = #expect(throws: AssayError.self) { _ = try engine.compile(spec("dynamic_batch", signature: "train")) }
    #expect(error?.code == .usage)
    #expect(error?.message.hasSuffix("dynamic_batch_saved_model has no signature 'train'.") == true)
    #expect(error?.advice == "Its signatures: serving_default, double")
  }

  @Test("Inputs of strings take them from --input; an output of strings is computed and not shown")
  func strings() throws {
    var spec = spec("strings")
    let refusal = #expect(throws: AssayError.self) { _ = try engine.compile(spec) }
    #expect(refusal?.code == .unsupported)
    spec.texts = ["texts": ["one", "a string that is too long to lie inside of the tensor itself"]]
    let model = try engine.compile(spec)
    #expect(model.textInputs == ["texts"])
    #expect(model.outputs == [TensorSpec(name: "lengths", type: .int32, shape: [2])])
    let session = try model.makeSession()
    for _ in 0..<2 { try session.infer() }
    #expect(Array(session.outputBytes(at: 0).assumingMemoryBound(to: Int32.self)) == [3, 60])
  }

  @Test("A folder without a graph to serve is told apart from one that is no SavedModel")
  func noServing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-tf-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let spec = CompileSpec(modelPath: folder.path, format: .savedModel)
    let missing = #expect(throws: AssayError.self) { _ = try engine.compile(spec) }
    #expect(missing?.code == .badModel)
    // A SavedModel with one graph that has no tags.
    try Data([0x08, 1, 0x12, 0]).write(to: folder.appending(path: "saved_model.pb"))
    let untagged = #expect(throws: AssayError.self) { _ = try engine.compile(spec) }
    #expect(untagged?.code == .badModel)
    #expect(untagged?.advice == "Save it for serving, as tf.saved_model.save does: with the tag 'serve'.")
  }

  @Test("The options of a session hide all GPUs from the CPU, and all but one from that one")
  func options() {
    // ConfigProto: intra_op_parallelism_threads 3, inter_op_parallelism_threads -1, then device_count or gpu_options.
    let threads: [UInt8] = [0x10, 3, 0x28] + Array(repeating: 0xFF, count: 9) + [1]
    #expect(TensorFlowConfig(threads: 3, device: nil).bytes == threads)
    #expect(TensorFlowConfig(threads: 3, device: .cpu).bytes == threads + [0x0A, 7, 0x0A, 3] + "GPU".utf8 + [0x10, 0])
    #expect(TensorFlowConfig(threads: 3, device: .gpu(12)).bytes == threads + [0x32, 4, 0x2A, 2] + "12".utf8)
  }
}
