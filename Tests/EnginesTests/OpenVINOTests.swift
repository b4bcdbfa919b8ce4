import AssayCore
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

/// Where OpenVINO's library is, for these tests.
private let library = InstalledEngines.library("openvino")

/// One after the other: OpenVINO keeps the message of the last failure for the whole process.
@Suite(.serialized) enum OpenVINOInTurn {}

extension OpenVINOInTurn {
  @Suite(
    "OpenVINO",
    .enabled(if: library != nil, "OpenVINO is not here; get it with: make engines"))
  final class OpenVINOTests {
    private let engine: OpenVINOEngine
    private let folder: URL

    init() throws {
      engine = try OpenVINOEngine(opening: #require(library))
      folder = FileManager.default.temporaryDirectory.appending(path: "assay-openvino-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A model in OpenVINO's own format, small enough to read here.
    private func write(_ layers: Layer...) throws -> CompileSpec {
      let file = folder.appending(path: "model.xml")
      try Layer.network(layers).write(to: file, atomically: true, encoding: .utf8)
      return CompileSpec(modelPath: file.path, format: .openvinoIR)
    }

    /// What is wrong with a session that must not come to be.
    private func failure(_ spec: CompileSpec) -> AssayError? {
      #expect(throws: AssayError.self) { try engine.makeSession(spec) }
    }

    @Test("The library tells its version and the CPU's name")
    func description() throws {
      #expect(engine.version.wholeMatch(of: /20\d\d\.\d+\.\d+.*/) != nil, "\(engine.version)")
      let cpu = try #require(engine.devices.first { $0.name == "cpu" })
      #expect(cpu.hardware?.isEmpty == false)
    }

    @Test("A library that is not OpenVINO's is unavailable, by name")
    func wrongLibrary() throws {
      let error = #expect(throws: AssayError.self) { try OpenVINOEngine(opening: "libc.so.6") }
      #expect(error?.code == .engineUnavailable)
      #expect(error?.message.contains("libc.so.6") == true)
    }

    @Test(
      "A device that is not there is refused, also behind one that distributes work",
      arguments: ["npu9", "hetero:npu9+cpu", "auto:cpu+npu9"])
    func absentDevice(device: String) throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.device = device
      let error = failure(spec)
      #expect(error?.code == .deviceUnavailable)
      #expect(error?.advice?.contains("cpu") == true)
    }

    @Test(
      "A device that distributes work says which device does it, and in which precision",
      arguments: ["auto", "auto:cpu", "hetero:cpu", "multi:cpu"])
    func distributors(device: String) throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.device = device
      spec.engineOptions.precision = .float32
      let model = try engine.compile(spec)
      #expect(model.device == "cpu")
      #expect(model.execution.precision == "f32")
    }

    @Test("hetero without devices is a mistake that shows how to name them")
    func distributorAlone() throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.device = "hetero"
      #expect(failure(spec)?.code == .usage)
      #expect(failure(spec)?.advice?.contains("hetero:gpu+cpu") == true)
    }

    @Test(
      "An option that OpenVINO refuses, or that nothing takes, is named",
      arguments: ["cpu", "auto", "hetero:cpu"],
      [("FOO", "1"), ("NUM_STREAMS", "many"), ("INFERENCE_NUM_THREADS", "1")])
    func refusedOption(device: String, option: (key: String, value: String)) throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.device = device
      spec.engineOptions.settings = [option.key: option.value, "PERFORMANCE_HINT": "LATENCY"]
      let error = failure(spec)
      #expect(error?.code == .usage)
      #expect(error?.message.contains(option.key) == true, "\(String(describing: error))")
    }

    @Test("int8 is no precision to ask for: the model brings it")
    func int8() throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.engineOptions.precision = .int8
      #expect(failure(spec)?.code == .unsupported)
      #expect(failure(spec)?.advice?.contains("quantised") == true)
    }

    @Test(
      "Every element type keeps its bytes, whatever number the library gives it",
      arguments: zip(
        [
          "f16", "bf16", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "boolean", "f8e4m3",
          "f8e5m2", "u4",
        ],
        [
          DataType.float16, .bfloat16, .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32,
          .uint64, .bool, .float8E4M3FN, .float8E5M2, .uint4,
        ]))
    func elementType(name: String, type: DataType) throws {
      let session = try engine.makeSession(write(.input("2,3", type: name), .result))
      #expect(session.inputs == [TensorSpec(name: "x", type: type, shape: [2, 3])])
      #expect(session.outputs.map(\.type) == [type])
      let input = session.inputBytes(at: 0)
      try #require(input.count == session.inputs[0].byteCount && session.outputBytes(at: 0).count == input.count)
      RandomInputs.fill(input, spec: session.inputs[0], seed: 1, inputIndex: 0)
      try session.infer()
      #expect(Array(session.outputBytes(at: 0)) == Array(input))
    }

    @Test("An element type that Assay has no values for is unsupported, by name", arguments: ["u1", "string"])
    func unsupportedType(name: String) throws {
      let error = failure(try write(.input("2,4", type: name), .result))
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains(name) == true, "\(String(describing: error))")
    }

    @Test("A dynamic first dimension is the batch, and 1 without one", arguments: zip([nil, 4], [1, 4]))
    func batch(asked: Int?, size: Int) throws {
      var spec = try write(.input("?,3"), .operation("ReLU"), .result)
      spec.batch = asked
      let session = try engine.makeSession(spec)
      #expect(session.inputs.map(\.shape) == [[size, 3]])
      #expect(session.outputs.map(\.shape) == [[size, 3]])
    }

    @Test("--shape settles any rank; without it the error names the flag")
    func dynamicRank() throws {
      var spec = try write(.input("..."), .operation("ReLU"), .result)
      let error = failure(spec)
      #expect(error?.code == .usage)
      #expect(error?.advice?.contains("--shape x=") == true)
      spec.shapes = ["x": [2, 5, 7]]
      #expect(try engine.makeSession(spec).outputs.map(\.shape) == [[2, 5, 7]])
    }

    @Test("A scalar is an input and an output, also beside a dynamic input")
    func scalar() throws {
      let scalar = try engine.makeSession(write(.input(""), .operation("ReLU"), .result))
      #expect(scalar.inputs.map(\.shape) == [[]] && scalar.outputs.map(\.shape) == [[]])
      scalar.inputBytes(at: 0).storeBytes(of: 2.5, as: Float.self)
      try scalar.infer()
      #expect(scalar.outputBytes(at: 0).loadUnaligned(as: Float.self) == 2.5)
      let both = try Layer.scalarBesideDynamic(in: folder) { spec in
        let session = try engine.makeSession(spec)
        try session.infer()
        return session.outputs.map(\.shape)
      }
      // The library chooses the order.
      #expect(Set(both) == [[], [1, 3]])
    }

    @Test("A dimension may have the length 0, fixed or given")
    func emptyDimension() throws {
      for (shape, given) in [("2,0,3", [:]), ("2,?,3", ["x": [2, 0, 3]])] {
        var spec = try write(.input(shape), .operation("ReLU"), .result)
        spec.shapes = given
        let session = try engine.makeSession(spec)
        try session.infer()
        #expect(session.inputs.map(\.shape) == [[2, 0, 3]] && session.outputs.map(\.shape) == [[2, 0, 3]])
        #expect(session.inputBytes(at: 0).isEmpty && session.outputBytes(at: 0).isEmpty)
      }
    }

    @Test("A port without a name has its number")
    func unnamed() throws {
      let session = try engine.makeSession(write(.input("1,3", name: nil), .operation("ReLU"), .result))
      #expect(session.inputs.map(\.name) == ["input_0"])
      #expect(session.outputs.map(\.name) == ["output_0"])
    }

    @Test("Memory of inputs and outputs stays where it is")
    func stableMemory() throws {
      let session = try engine.makeSession(write(.input("1,1000"), .operation("ReLU"), .result))
      let before = (session.inputBytes(at: 0).baseAddress, session.outputBytes(at: 0).baseAddress)
      for value: Float in [1, 2, 3] {
        session.inputBytes(at: 0).bindMemory(to: Float.self).update(repeating: value)
        try session.infer()
        #expect(session.outputBytes(at: 0).bindMemory(to: Float.self).allSatisfy { $0 == value })
      }
      #expect((session.inputBytes(at: 0).baseAddress, session.outputBytes(at: 0).baseAddress) == before)
    }

    @Test("An output whose shape depends on the data is followed at every inference")
    func varyingShape() throws {
      let session = try engine.makeSession(
        write(.input("4", type: "boolean"), .operation("LogicalNot"), .operation("NonZero", type: "i64"), .result))
      #expect(session.outputs.map(\.isResolved) == [false])
      // Of zeros, none is zero once negated.
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[1, 4]])
      #expect(Array(session.outputBytes(at: 0).bindMemory(to: Int64.self)) == [0, 1, 2, 3])
      session.inputBytes(at: 0)[2] = 1
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[1, 3]])
      #expect(Array(session.outputBytes(at: 0).bindMemory(to: Int64.self)) == [0, 1, 3])
    }

    @Test("An output may be empty")
    func emptyOutput() throws {
      let session = try engine.makeSession(write(.input("4"), .operation("NonZero", type: "i64"), .result))
      try session.infer()
      #expect(session.outputs.map(\.shape) == [[1, 0]])
      #expect(session.outputBytes(at: 0).isEmpty)
      session.inputBytes(at: 0).storeBytes(of: 1, toByteOffset: 8, as: Float.self)
      try session.infer()
      #expect(Array(session.outputBytes(at: 0).bindMemory(to: Int64.self)) == [2])
    }

    @Test("IR needs its .bin, and says so")
    func missingWeights() throws {
      let spec = try write(.weights("1,3"), .result)
      let error = failure(spec)
      #expect(error?.code == .badModel)
      #expect(error?.advice?.contains("model.bin, which is missing") == true, "\(String(describing: error))")
      try Data(count: 3).write(to: folder.appending(path: "model.bin"))
      #expect(failure(spec)?.advice?.contains("model.bin") == true)
      try Data(count: 12).write(to: folder.appending(path: "model.bin"))
      #expect(try engine.makeSession(spec).outputs.map(\.shape) == [[1, 3]])
    }

    @Test(
      "A file that is no model is a bad model, without OpenVINO's source lines",
      arguments: [ModelFormat.tflite, .onnx, .openvinoIR],
      [Data(), Data("hello".utf8), Data((0..<4096).map { UInt8($0 * $0 % 251) })])
    func garbage(format: ModelFormat, content: Data) throws {
      let suffix = [ModelFormat.tflite: "tflite", .onnx: "onnx"][format] ?? "xml"
      let file = folder.appending(path: "model.\(suffix)")
      try content.write(to: file)
      let error = failure(CompileSpec(modelPath: file.path, format: format))
      #expect(error?.code == .badModel)
      #expect(error?.message.contains("Exception") == false, "\(String(describing: error))")
    }

    @Test("What is not there, or is a folder in place of a file or a file in place of a folder, is a bad model")
    func wrongKind() throws {
      for (path, format) in [
        (folder.appending(path: "none.onnx").path, ModelFormat.onnx), (folder.path, .onnx), (folder.path, .savedModel),
        (#filePath, .savedModel),
      ] {
        let error = failure(CompileSpec(modelPath: path, format: format))
        #expect(error?.code == .badModel)
        #expect(error?.message.contains(path) == true, "\(String(describing: error))")
      }
    }

    @Test("A format of another engine's is unsupported")
    func otherFormat() throws {
      #expect(failure(CompileSpec(modelPath: #filePath, format: .synthetic))?.code == .unsupported)
    }

    @Test("A hundred sessions leave no memory behind")
    func memory() async {
      // In a process of its own, because other tests take memory meanwhile.
      await #expect(processExitsWith: .success) {
        let tests = try OpenVINOTests()
        let spec = try tests.write(.input("1,65536"), .operation("ReLU"), .result)
        func makeSessions(_ count: Int) throws {
          for _ in 0..<count { try tests.engine.makeSession(spec).infer() }
        }
        try makeSessions(10)
        let before = try residentBytes()
        try makeSessions(100)
        // The tensors alone of one session take half a megabyte.
        #expect(try residentBytes() - before < 4 << 20)
      }
    }
  }
}

private func residentBytes() throws -> Int {
  let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
  return try #require(Int(pages)) * sysconf(Int32(_SC_PAGESIZE))
}

/// A layer of a network whose layers stand in a row, in OpenVINO's IR.
private enum Layer {
  case input(String, type: String = "f32", name: String? = "x")
  case operation(String, type: String? = nil)
  /// Zeros, kept in the `.bin` file.
  case weights(String)
  case result

  static func network(_ layers: [Layer]) -> String {
    var type = "f32"
    let elements = layers.enumerated().map { index, layer in
      layer.element(index: index, isLast: index == layers.count - 1, type: &type)
    }
    let edges = layers.indices.dropFirst().map {
      #"<edge from-layer="\#($0 - 1)" from-port="1" to-layer="\#($0)" to-port="0"/>"#
    }
    return #"<net name="model" version="11"><layers>\#(elements.joined())</layers>"#
      + "<edges>\(edges.joined())</edges></net>"
  }

  /// A network of two inputs that do not meet: a scalar and one with a dynamic batch.
  static func scalarBesideDynamic<Result>(in folder: URL, _ body: (CompileSpec) throws -> Result) throws -> Result {
    let ports = [("", "s"), ("?,3", "x")]
    let inputs = ports.enumerated().map { index, port in
      layer(
        index, "Parameter", #"<data shape="\#(port.0)" element_type="f32"/>"#, output: Self.port("f32", port.1))
    }
    let results = (2...3).map { layer($0, "Result", "", input: input) }
    let edges = (0...1).map { #"<edge from-layer="\#($0)" from-port="1" to-layer="\#($0 + 2)" to-port="0"/>"# }
    let file = folder.appending(path: "two.xml")
    try
      #"<net name="model" version="11"><layers>\#((inputs + results).joined())</layers><edges>\#(edges.joined())</edges></net>"#
      .write(to: file, atomically: true, encoding: .utf8)
    return try body(CompileSpec(modelPath: file.path, format: .openvinoIR))
  }

  private func element(index: Int, isLast: Bool, type: inout String) -> String {
    switch self {
    case .input(let shape, let inputType, let name):
      type = inputType
      return Self.layer(
        index, "Parameter", #"<data shape="\#(shape)" element_type="\#(type)"/>"#, output: Self.port(type, name))
    case .weights(let shape):
      let bytes = 4 * shape.split(separator: ",").compactMap { Int($0) }.reduce(1, *)
      return Self.layer(
        index, "Const", #"<data shape="\#(shape)" element_type="f32" offset="0" size="\#(bytes)"/>"#,
        output: Self.port("f32", nil))
    case .operation(let operation, let outputType):
      type = outputType ?? type
      let data = outputType.map { #"<data output_type="\#($0)"/>"# } ?? ""
      return Self.layer(index, operation, data, input: Self.input, output: Self.port(type, nil))
    case .result:
      return Self.layer(index, "Result", "", input: Self.input)
    }
  }

  private static let input = #"<input><port id="0"/></input>"#

  private static func layer(
    _ index: Int, _ kind: String, _ data: String, input: String = "", output: String = ""
  ) -> String {
    let opset = kind == "NonZero" ? "opset3" : "opset1"
    return #"<layer id="\#(index)" name="\#(kind)\#(index)" type="\#(kind)" version="\#(opset)">"#
      + data + input + output + "</layer>"
  }

  private static func port(_ type: String, _ name: String?) -> String {
    let names = name.map { #" names="\#($0)""# } ?? ""
    let precision =
      ["f16": "FP16", "bf16": "BF16", "f32": "FP32", "f64": "FP64", "boolean": "BOOL"][type] ?? type.uppercased()
    return #"<output><port id="1" precision="\#(precision)"\#(names)/></output>"#
  }
}
