import AssayCore
import EngineKit
import Foundation
import Measurement
import Testing
import TestSupport

@Suite("Inputs get what is given, else random values in the range that is known")
struct InputValuesTests {
  private let sandbox: Sandbox
  private static let ids = TensorSpec(name: "ids", type: .int32, shape: [1, 4])
  private static let image = TensorSpec(name: "image:0", type: .float32, shape: [2])
  private static let flag = TensorSpec(name: "flag", type: .bool, shape: [])

  init() throws { sandbox = try Sandbox() }

  private func fixture(_ name: String) -> InputValue {
    .file(InputFile(path: PackageFiles.path("Tests/Fixtures/Inputs/\(name)")))
  }

  private func values(
    _ inputs: [TensorSpec], _ given: [String: [InputValue]] = [:], ranges: [String: InputRange] = [:]
  ) throws(AssayError) -> InputValues {
    try InputValues(
      inputs, given: try GivenTensors(GivenInputs(values: given, ranges: ranges)), model: "net.onnx")
  }

  private func elements(_ session: MemorySession, of index: Int = 0) -> [Int32] {
    Array(UnsafeRawBufferPointer(session.inputBytes(at: index)).bindMemory(to: Int32.self))
  }

  @Test("Several values of an input take turns, each input at its own pace")
  func turns() throws {
    let other = TensorSpec(name: "b", type: .int32, shape: [1])
    let values = try values(
      [Self.ids, other],
      ["ids": [.numbers("1,2,3,4"), .numbers("5")], "b": [.numbers("7"), .numbers("8"), .numbers("9")]])
    #expect(values.takesTurns)
    let session = MemorySession([Self.ids, other])
    values.fill(session, seed: 1)
    #expect(elements(session) == [1, 2, 3, 4] && elements(session, of: 1) == [7])
    let seen = (0..<4).map { turn in
      values.fill(session, turn: turn)
      return [elements(session)[0], elements(session, of: 1)[0]]
    }
    #expect(seen == [[1, 7], [5, 8], [1, 9], [5, 7]])
    #expect(values.choices[0] == InputChoice(name: "ids", source: .given, values: ["1,2,3,4", "5"]))
  }

  @Test("Whole numbers of a wider type become those of the input")
  func converted() throws {
    let spec = TensorSpec(name: "x", type: .int32, shape: [2, 3])
    let session = MemorySession([spec])
    try values([spec], ["": [fixture("typed_int64.pb")]]).fill(session, seed: 1)
    #expect(elements(session) == [0, 1, 2, 3, 4, 5])
    let bytes = try sandbox.write(Data(repeating: 0, count: 24), to: "zeros.raw")
    try values([spec], ["x": [.file(InputFile(path: bytes))]]).fill(session, seed: 1)
    #expect(elements(session) == [0, 0, 0, 0, 0, 0])
  }

  @Test("An archive gives every input that it names")
  func archive() throws {
    let inputs = [DataType.int32, .bool].map { TensorSpec(name: $0.rawValue, type: $0, shape: [2, 3]) }
    let error = #expect(throws: AssayError.self) { try values(inputs, ["": [fixture("stored.npz")]]) }
    #expect(error?.message.contains("'float16', which is no input of net.onnx") == true)
    let chosen = try values(inputs, ["int32": [fixture("stored.npz")]])
    #expect(chosen.choices.map(\.source) == [.given, .random])
    #expect(chosen.imageInput == 1)
  }

  @Test("Names with and without :0 mean the same input")
  func names() throws {
    #expect(try values([Self.image], ["image": [.numbers("1,2")]]).choices[0].source == .given)
    #expect(try values([Self.ids], ["ids:0": [.numbers("1")]]).choices[0].source == .given)
  }

  @Test("What does not fit is one clear usage error that names the input and both sides")
  func misfits() throws {
    let shape = #expect(throws: AssayError.self) { try values([Self.ids], ["ids": [fixture("raw_data.pb")]]) }
    #expect(shape?.code == .usage)
    #expect(shape?.message.contains("has the shape [2, 3]; input 'ids' of net.onnx takes [1, 4]") == true)
    let spec = TensorSpec(name: "x", type: .uint8, shape: [2, 3])
    let type = #expect(throws: AssayError.self) { try values([spec], ["x": [fixture("typed_int8.pb")]]) }
    #expect(type?.message.contains("has int8 elements") == true && type?.message.contains("-1 at 0") == true)
    #expect(type?.advice?.contains("astype('uint8')") == true)
    let count = #expect(throws: AssayError.self) { try values([Self.ids], ["ids": [.numbers("1,2")]]) }
    #expect(count?.message == "--input gives 2 numbers; input 'ids' of net.onnx takes 4, or one for all.")
    let number = #expect(throws: AssayError.self) { try values([Self.ids], ["ids": [.numbers("0.5")]]) }
    #expect(number?.message == "The number 0.5 is no int32, which input 'ids' of net.onnx takes.")
    let name = #expect(throws: AssayError.self) { try values([Self.ids, Self.flag], ["nosuch": [.numbers("1")]]) }
    #expect(name?.advice == "Its inputs: ids, flag")
    let unnamed = #expect(throws: AssayError.self) { try values([Self.ids, Self.flag], ["": [.numbers("1")]]) }
    #expect(unnamed?.message.contains("has 2 inputs") == true)
    let raw = try sandbox.write(Data([1, 2, 3]), to: "short.raw")
    let bytes = #expect(throws: AssayError.self) { try values([Self.ids], ["ids": [.file(InputFile(path: raw))]]) }
    #expect(bytes?.message.contains("has 3 bytes; input 'ids' of net.onnx takes 16") == true)
  }

  @Test("A range of one input outranks that of all, and floats have ranges too")
  func ranges() throws {
    let values = try values(
      [Self.ids, Self.image, Self.flag],
      ranges: ["": InputRange(low: 3, high: 5), "image": InputRange(low: -2, high: -1)])
    #expect(values.choices.map(\.source) == [.range, .range, .random])
    #expect(values.choices.map(\.low) == [3, -2, 0] && values.choices.map(\.high) == [5, -1, 1])
    let session = MemorySession([Self.ids, Self.image, Self.flag])
    values.fill(session, seed: 1)
    #expect(elements(session).allSatisfy { (3...5).contains($0) })
    let floats = UnsafeRawBufferPointer(session.inputBytes(at: 1)).bindMemory(to: Float.self)
    #expect(floats.allSatisfy { (-2...(-1)).contains($0) })
  }

  @Test("A range that the type does not have is a usage error", arguments: [(0.0, 300.0), (0.5, 2), (-1, 2)])
  func impossible(low: Double, high: Double) {
    let spec = TensorSpec(name: "x", type: .uint8, shape: [1])
    let error = #expect(throws: AssayError.self) { try values([spec], ranges: ["x": InputRange(low: low, high: high)]) }
    #expect(error?.code == .usage && error?.message.contains("uint8") == true)
  }

  @Test("Files beside the model that cannot be read are a warning, and random values take their place")
  func unreadableTestData() throws {
    var given = GivenInputs()
    given.testData = [InputFile(path: "/nonexistent/input_0.pb")]
    let values = try InputValues([Self.ids], given: GivenTensors(given), model: "net.onnx")
    #expect(values.choices.map(\.source) == [.random])
    guard case .testDataUnused(let message)? = values.warnings.first else {
      Issue.record("no warning: \(values.warnings)")
      return
    }
    #expect(message.contains("input_0.pb"))
  }

  @Test("A file beside the model for an input that the engine has dropped is left out")
  func droppedInput() throws {
    // A TensorProto of shape [0], type float and the name "unused".
    let unused = Data([0x08, 0, 0x10, 1, 0x42, 6]) + Data("unused".utf8)
    var given = GivenInputs()
    given.testData = [
      InputFile(path: try sandbox.write(unused, to: "input_0.pb")),
      InputFile(path: PackageFiles.path("Tests/Fixtures/Inputs/typed_int64.pb")),
    ]
    let spec = TensorSpec(name: "x", type: .int64, shape: [2, 3])
    let values = try InputValues([spec], given: GivenTensors(given), model: "net.onnx")
    #expect(values.warnings.isEmpty && values.choices.map(\.source) == [.testData])
  }

  @Test("A failed inference names the flags, and the input that may be its cause")
  func advice() throws {
    let values = try values([Self.image, Self.ids])
    let failure = AssayError(.inferenceFailed, "index out of bounds")
    let advice = values.explain(failure, inputs: [Self.image, Self.ids]).advice
    #expect(advice?.contains("--input-range ids=0..N") == true && advice?.contains("--input ids=FILE.npy") == true)
    let other = AssayError(.badModel, "It is damaged.")
    #expect(values.explain(other, inputs: [Self.image, Self.ids]) == other)
  }

  @Test("Images are prepared for the input")
  func images() throws {
    let spec = TensorSpec(name: "x", type: .float32, shape: [1, 8, 8, 3])
    let image = PackageFiles.path("Tests/Fixtures/Images/decoded")
    let names = try FileManager.default.contentsOfDirectory(atPath: image).filter { $0.hasSuffix(".png") }.sorted()
    let session = MemorySession([spec])
    try values([spec], ["x": [.file(InputFile(path: "\(image)/\(try #require(names.first))"))]]).fill(session, seed: 1)
    let pixels = UnsafeRawBufferPointer(session.inputBytes(at: 0)).bindMemory(to: Float.self)
    #expect(pixels.allSatisfy { (-1...1).contains($0) } && Set(pixels).count > 1)
  }
}

/// Memory for inputs, and nothing that runs.
private final class MemorySession: InferenceSession {
  let inputs: [TensorSpec]
  let outputs: [TensorSpec] = []
  private let memory: [UnsafeMutableRawBufferPointer]

  init(_ inputs: [TensorSpec]) {
    self.inputs = inputs
    memory = inputs.map { .allocate(byteCount: $0.byteCount, alignment: 64) }
  }

  deinit { memory.forEach { $0.deallocate() } }

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { memory[index] }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
  func infer() throws(AssayError) {}
}
