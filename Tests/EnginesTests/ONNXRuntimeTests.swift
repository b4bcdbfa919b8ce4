import AssayCore
import EngineKit
import Foundation
import TestSupport
import Testing

@testable import Engines

private let library = InstalledEngines.library("onnxruntime")

/// What is special to ONNX Runtime; what every engine must do is in the conformance suite.
@Suite(
  "ONNX Runtime through its C API",
  .enabled(if: library != nil, "ONNX Runtime is not here; get it with: make engines"))
struct ONNXRuntimeTests {
  let engine: ONNXRuntimeEngine

  init() throws {
    engine = try ONNXRuntimeEngine(opening: try #require(library))
  }

  /// Makes a session of a model, and hands it on.
  func session<Result>(
    _ model: ONNXModel, device: String = "cpu", shapes: [String: [Int]] = [:], batch: Int? = nil,
    texts: [String: [String]] = [:], _ body: (ONNXRuntimeSession) throws -> Result
  ) throws -> Result {
    try model.withFile { path in
      var spec = CompileSpec(modelPath: path, format: .onnx, device: device, shapes: shapes, batch: batch)
      spec.texts = texts
      return try body(engine.makeSession(spec))
    }
  }

  /// The error that making a session ends with.
  func refusal(
    of model: ONNXModel, device: String = "cpu", shapes: [String: [Int]] = [:], batch: Int? = nil
  ) throws -> AssayError {
    try #require(throws: AssayError.self) { try session(model, device: device, shapes: shapes, batch: batch) { _ in } }
  }

  static let relu = ONNXModel(
    inputs: [.tensor("x", ["batch", 3])], outputs: [.tensor("y", ["batch", 3])],
    nodes: [.init(type: "Relu", inputs: ["x"], outputs: ["y"])])

  @Test("The slots of the function table lead to the functions that they should: names, types, shapes and values agree")
  func table() throws {
    var model = Self.relu
    model.inputs.append(.tensor("second", element: ONNXModel.int64, [2, 2]))
    model.outputs.append(.tensor("copy", element: ONNXModel.int64, [2, 2]))
    model.nodes.append(.init(type: "Identity", inputs: ["second"], outputs: ["copy"]))
    try session(model, shapes: ["x": [2, 3]]) { session in
      #expect(
        session.inputs == [
          TensorSpec(name: "x", type: .float32, shape: [2, 3]),
          TensorSpec(name: "second", type: .int64, shape: [2, 2]),
        ])
      #expect(session.outputs.map(\.shape) == [[-1, 3], [2, 2]])
      // Once into outputs that the library makes, then into the same.
      for factor in [1, -2, 1] {
        fill(session.inputBytes(at: 0), with: [-1, 2, -3, 4, -5, 6].map { Float($0 * factor) })
        fill(session.inputBytes(at: 1), with: [7, 8, 9, 10].map { Int64($0 * factor) })
        try session.infer()
        #expect(
          session.outputs == [
            TensorSpec(name: "y", type: .float32, shape: [2, 3]),
            TensorSpec(name: "copy", type: .int64, shape: [2, 2]),
          ])
        let expected: [Float] = factor > 0 ? [0, 2, 0, 4, 0, 6] : [2, 0, 6, 0, 10, 0]
        #expect(Array(session.outputBytes(at: 0).bindMemory(to: Float.self)) == expected)
        #expect(
          Array(session.outputBytes(at: 1).bindMemory(to: Int64.self)) == [7, 8, 9, 10].map { Int64($0 * factor) })
      }
    }
  }

  @Test("An output that is an input of the model holds what the input holds")
  func inputAsOutput() throws {
    var model = Self.relu
    model.outputs.append(.tensor("x", ["batch", 3]))
    try session(model) { session in
      fill(session.inputBytes(at: 0), with: [-1, 2, -3] as [Float])
      try session.infer()
      #expect(Array(session.outputBytes(at: 0).bindMemory(to: Float.self)) == [0, 2, 0])
      #expect(Array(session.outputBytes(at: 1).bindMemory(to: Float.self)) == [-1, 2, -3])
    }
  }

  @Test("Host memory is aligned for the widest vector loads")
  func alignment() throws {
    try session(Self.relu) { session in
      #expect(Int(bitPattern: session.inputBytes(at: 0).baseAddress) % 64 == 0)
      try session.infer()
      #expect(Int(bitPattern: session.outputBytes(at: 0).baseAddress) % 64 == 0)
    }
  }

  @Test("A dynamic dimension that is not a batch is told by the model's name for it, with the flag that sets it")
  func dynamicNames() throws {
    var model = Self.relu
    model.inputs = [.tensor("x", ["batch", "sequence"])]
    model.outputs = [.tensor("y", ["batch", "sequence"])]
    let error = try refusal(of: model)
    #expect(error.code == .usage)
    #expect(error.message.contains("batch, sequence"))
    #expect(error.advice?.contains("--shape x=") == true)
    try session(model, shapes: ["x": [2, 5]]) { session in
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[2, 5]])
    }
  }

  @Test("An unknown rank asks for --shape, and is no scalar")
  func unknownRank() throws {
    var model = Self.relu
    model.inputs = [.tensor("x", nil)]
    model.outputs = [.tensor("y", nil)]
    #expect(try refusal(of: model).message.contains("any number of dimensions"))
    try session(model, shapes: ["x": [2, 1, 3]]) { session in
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[2, 1, 3]])
    }
    model.inputs = [.tensor("x", [])]
    try session(model) { #expect($0.inputs.map(\.shape) == [[]]) }
  }

  @Test("A batch on a fixed first dimension is unsupported; another fixed dimension is a wrong --shape")
  func fixedDimensions() throws {
    var model = Self.relu
    try session(model, batch: 4) { session in
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[4, 3]])
    }
    model.inputs = [.tensor("x", [1, 3])]
    let batch = try refusal(of: model, batch: 4)
    #expect(batch.code == .unsupported)
    #expect(batch.message.contains("first dimension of input 'x'") && batch.message.contains("fixed at 1"))
    let shape = try refusal(of: model, shapes: ["x": [1, 5]])
    #expect(shape.code == .usage)
    #expect(shape.message.contains("dimension 1 of input 'x'") && shape.message.contains("fixes it at 3"))
  }

  @Test("A size that no machine has memory for is an error", arguments: [[1 << 40, 1 << 40], [1 << 20, 1 << 30]])
  func absurdSize(shape: [Int]) throws {
    var model = Self.relu
    model.inputs = [.tensor("x", ["a", "b"])]
    #expect(try refusal(of: model, shapes: ["x": shape]).message.contains("no memory for the tensor 'x'"))
  }

  @Test("An output whose shape depends on the data is followed, also when it changes or is empty")
  func dataDependentOutputs() throws {
    let positions = ONNXModel(
      inputs: [.tensor("x", [4])], outputs: [.tensor("found", element: ONNXModel.int64, [1, "count"])],
      nodes: [.init(type: "NonZero", inputs: ["x"], outputs: ["found"])])
    try session(positions) { session in
      #expect(session.outputs.map(\.shape) == [[1, -1]])
      for found: [Int] in [[], [2], [2], [0, 1, 3], []] {
        var values = [Float](repeating: 0, count: 4)
        for index in found { values[Int(index)] = 1 }
        fill(session.inputBytes(at: 0), with: values)
        try session.infer()
        #expect(session.outputs.map(\.shape) == [[1, found.count]])
        #expect(Array(session.outputBytes(at: 0).bindMemory(to: Int64.self)) == found.map(Int64.init))
      }
    }
  }

  @Test("A dimension may have the length 0, fixed or given, and names of inputs may end in :0")
  func emptyDimension() throws {
    var model = Self.relu
    try session(model, shapes: ["x:0": [0, 3]]) { session in
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[0, 3]] && session.outputBytes(at: 0).isEmpty)
    }
    model.inputs = [.tensor("x", [2, 0])]
    model.outputs = [.tensor("y", [2, 0])]
    try session(model) { session in
      try session.infer()
      #expect(session.inputs.map(\.shape) == [[2, 0]] && session.inputBytes(at: 0).isEmpty)
    }
  }

  @Test("An output whose declared shape is wrong is measured in the shape that it has")
  func wrongDeclaration() throws {
    let positions = ONNXModel(
      inputs: [.tensor("x", [4])], outputs: [.tensor("found", element: ONNXModel.int64, [1, 2])],
      nodes: [.init(type: "NonZero", inputs: ["x"], outputs: ["found"])])
    try session(positions) { session in
      fill(session.inputBytes(at: 0), with: [1, 0, 1, 1] as [Float])
      for _ in 0..<3 {
        try session.infer()
        #expect(session.outputs.map(\.shape) == [[1, 3]])
        #expect(Array(session.outputBytes(at: 0).bindMemory(to: Int64.self)) == [0, 2, 3])
      }
    }
  }

  @Test("A signature is refused by name, because ONNX models have none")
  func signature() throws {
    try Self.relu.withFile { path in
      let spec = CompileSpec(modelPath: path, format: .onnx, signature: "serving")
      let error = #expect(throws: AssayError.self) { try engine.compile(spec) }
      #expect(error?.code == .unsupported && error?.message.contains("serving") == true)
    }
  }

  @Test(
    "Floats of a byte keep their bits",
    arguments: [
      (17, DataType.float8E4M3FN), (18, .float8E4M3FNUZ), (19, .float8E5M2), (20, .float8E5M2FNUZ),
    ])
  func float8(element: Int, type: DataType) throws {
    var model = ONNXModel(
      inputs: [.tensor("x", element: element, [3, 3])], outputs: [.tensor("y", element: element, [3, 3])],
      nodes: [.init(type: "Identity", inputs: ["x"], outputs: ["y"])])
    model.operatorSet = 19
    try session(model) { session in
      #expect(session.inputs == [TensorSpec(name: "x", type: type, shape: [3, 3])])
      session.fillInputs(seed: 1)
      try session.infer()
      #expect(Array(session.outputBytes(at: 0)) == Array(session.inputBytes(at: 0)))
    }
  }

  @Test("Two elements of 4 bits share a byte, the first in its lower half")
  func packed() throws {
    var model = ONNXModel(
      inputs: [.tensor("x", element: 21, [3])], outputs: [.tensor("y", element: 2, [3])],
      nodes: [.init(type: "Cast", inputs: ["x"], outputs: ["y"], attributes: ["to": 2])])
    model.operatorSet = 21
    try session(model) { session in
      #expect(session.inputs == [TensorSpec(name: "x", type: .uint4, shape: [3])])
      try #require(session.inputBytes(at: 0).count == 2)
      fill(session.inputBytes(at: 0), with: [0x21, 0x0F] as [UInt8])
      try session.infer()
      #expect(Array(session.outputBytes(at: 0)) == [1, 2, 15])
    }
  }

  @Test("Outputs of strings and sequences are computed, though not read")
  func unreadOutputs() throws {
    var model = Self.relu
    model.inputs.append(.tensor("words", element: ONNXModel.string, [2, "n"]))
    model.outputs.insert(.tensor("same", element: ONNXModel.string, [2, "n"]), at: 0)
    model.outputs.append(.sequence("parts"))
    model.nodes.append(.init(type: "Identity", inputs: ["words"], outputs: ["same"]))
    model.nodes.append(.init(type: "SplitToSequence", inputs: ["y"], outputs: ["parts"]))
    try session(model, shapes: ["words": [2, 3]], texts: ["words": ["word"]]) { session in
      #expect(session.inputs.map(\.name) == ["x"] && session.outputs.map(\.name) == ["y"])
      for sign in [1, -1] as [Float] {
        fill(session.inputBytes(at: 0), with: [-1, 2, -3].map { $0 * sign })
        try session.infer()
        #expect(Array(session.outputBytes(at: 0).bindMemory(to: Float.self)) == (sign > 0 ? [0, 2, 0] : [1, 0, 3]))
      }
    }
    #expect(try refusal(of: model).advice?.contains("--shape words=") == true)
  }

  @Test("An input that is a sequence is unsupported by its name")
  func otherInputs() throws {
    let sequence = ONNXModel(
      inputs: [.sequence("parts")], outputs: [.tensor("count", element: ONNXModel.int64, [])],
      nodes: [.init(type: "SequenceLength", inputs: ["parts"], outputs: ["count"])])
    #expect(try refusal(of: sequence).code == .unsupported)
    #expect(try refusal(of: sequence).message.contains("is a sequence"))
  }

  @Test("An unknown operator set is a bad model, a missing operator unsupported, both in the library's words")
  func unknownOperators() throws {
    var model = Self.relu
    model.operatorSet = 999
    #expect(try refusal(of: model).code == .badModel)
    #expect(try refusal(of: model).message.contains("999"))
    model = Self.relu
    model.nodes = [.init(type: "Nonesuch", inputs: ["x"], outputs: ["y"])]
    #expect(try refusal(of: model).code == .unsupported)
    #expect(try refusal(of: model).message.contains("Nonesuch"))
  }

  @Test("A device that the library was not built for is unavailable, with those that there are")
  func missingDevice() throws {
    for device in ["dnnl", "cuda:x", "cuda:-1", "cpu:0", "openvino:hetero", ""] {
      let error = try refusal(of: Self.relu, device: device)
      #expect(error.code == .deviceUnavailable, "\(device)")
      #expect(error.advice?.contains("cpu") == true, "\(device)")
    }
  }

  @Test(
    "A device that only another build has names that build",
    arguments: [
      ("tensorrt", "onnxruntime-gpu"), ("cuda:1", "onnxruntime-gpu"), ("openvino:gpu", "onnxruntime-openvino"),
    ]
  )
  func otherBuild(device: String, package: String) throws {
    let error = try refusal(of: Self.relu, device: device)
    #expect(error.advice?.contains(package) == true, "\(error)")
  }

  @Test(
    "An option that nothing takes is a mistake that names it",
    arguments: ["foo", "session.foo", "session.disable_cpu_ep_fallback", "session.intra_op_num_threads"])
  func unknownOption(key: String) throws {
    try Self.relu.withFile { path in
      let spec = CompileSpec(
        modelPath: path, format: .onnx, engineOptions: EngineOptions(settings: [key: "1"]))
      let error = try #require(throws: AssayError.self) { try engine.makeSession(spec) }
      #expect(error.code == .usage)
      #expect(error.message.contains(key), "\(error)")
    }
  }

  @Test("The CPU takes options of the session, and no precision but the model's")
  func cpuOptions() throws {
    try Self.relu.withFile { path in
      var spec = CompileSpec(modelPath: path, format: .onnx)
      spec.engineOptions.settings = ["session.intra_op.allow_spinning": "0"]
      try engine.makeSession(spec).infer()
      spec.engineOptions = EngineOptions(precision: .float16)
      #expect(throws: AssayError.self) { try engine.makeSession(spec) }
    }
  }

  @Test(
    "A library without CUDA says so when it is asked for it all the same",
    .enabled(if: (try? library.map { try !ONNXRuntimeEngine(opening: $0).hasCUDA }) == true, "the library has CUDA"))
  func missingCUDA() throws {
    #expect(try refusal(of: Self.relu, device: "cuda").code == .deviceUnavailable)
    try Self.relu.withFile { path in
      let spec = CompileSpec(modelPath: path, format: .onnx, device: "cuda:0")
      let cuda = try #require(ORTDevice("cuda:0"))
      let error = try #require(throws: AssayError.self) { try engine.environment.compile(spec, for: cuda) }
      #expect(error.code == .deviceUnavailable)
      #expect(error.message.contains("CUDA execution provider is not enabled in this build"))
    }
  }
}

/// Stores elements in the memory of an input.
private func fill<Element: BitwiseCopyable>(_ bytes: UnsafeMutableRawBufferPointer, with elements: [Element]) {
  elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
}

extension ONNXRuntimeEngine {
  fileprivate var hasCUDA: Bool { devices.contains { $0.name == "cuda" } }
}
