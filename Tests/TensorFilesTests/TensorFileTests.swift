import AssayCore
import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("Tensors are read from the files that other programs write")
struct TensorFileTests {
  private func tensors(_ name: String) throws -> [Tensor] {
    guard case .tensors(let tensors) = try TensorFile(reading: PackageFiles.path("Tests/Fixtures/Inputs/\(name)"))
    else {
      throw AssayError(.badData, "\(name) holds no tensors.")
    }
    return tensors
  }

  private func values(_ tensor: Tensor) -> [Double] {
    (0..<tensor.elementCount).compactMap { tensor.element($0)?.double }
  }

  @Test("An archive of NumPy has every type, deflated or not", arguments: ["stored.npz", "deflated.npz"])
  func archives(name: String) throws {
    let tensors = try tensors(name)
    #expect(tensors.count == 12)
    for tensor in tensors {
      #expect(tensor.name == tensor.type.rawValue)
      #expect(tensor.shape == [2, 3])
      #expect(values(tensor) == (tensor.type == .bool ? [0, 1, 0, 1, 0, 1] : [0, 1, 2, 3, 4, 5]), "\(tensor.type)")
    }
  }

  @Test("Arrays in Fortran's order, of the other byte order, and of later versions are read alike")
  func arrays() throws {
    let fortran = try tensors("fortran.npy")[0]
    #expect(fortran.shape == [2, 3, 4])
    #expect(values(fortran) == (0..<24).map(Double.init))
    for name in ["big_endian.npy", "version2.npy", "version3.npy"] {
      let tensor = try tensors(name)[0]
      #expect(tensor.type == .float32 && tensor.shape == [2, 3])
      #expect(values(tensor) == [0, 1, 2, 3, 4, 5])
    }
    let scalar = try tensors("scalar.npy")[0]
    #expect(scalar.shape == [] && scalar.type == .int64 && values(scalar) == [16000])
    let empty = try tensors("empty.npy")[0]
    #expect(empty.shape == [2, 0, 3] && empty.bytes.isEmpty)
  }

  @Test(
    "A tensor of ONNX has its elements as raw bytes or in the field of its type",
    arguments: [
      "raw_data", "typed_float32", "typed_float64", "typed_int64", "typed_uint64", "typed_float16", "typed_bfloat16",
    ])
  func protos(name: String) throws {
    let tensor = try tensors("\(name).pb")[0]
    #expect(tensor.name == "x" && tensor.shape == [2, 3])
    #expect(values(tensor) == [0, 1, 2, 3, 4, 5])
  }

  @Test("Negative numbers of a short type lie in 64 bits of a proto")
  func negative() throws {
    #expect(values(try tensors("typed_int8.pb")[0]) == [-1, -2, -3, 4, 5, 6])
  }

  @Test("Strings are read from ONNX's files, and refused by their type in NumPy's")
  func strings() throws {
    let error = #expect(throws: AssayError.self) { try tensors("strings.npy") }
    #expect(error?.code == .badData && error?.message.contains("<U1") == true)
    guard case .texts(let tensor) = try TensorFile(reading: PackageFiles.path("Tests/Fixtures/Inputs/strings.pb"))
    else {
      Issue.record("no strings")
      return
    }
    #expect(tensor == TextTensor(name: "words", shape: [3], texts: ["no", "maybe", "yes"]))
  }

  @Test(
    "A file that is missing, a folder or a pipe is refused without waiting", arguments: ["nosuch.npy", ".", "pipe.npy"])
  func unreadable(name: String) throws {
    let sandbox = try Sandbox()
    mkfifo(sandbox.path("pipe.npy"), 0o600)
    #expect(throws: AssayError.self) { try TensorFile(reading: sandbox.path(name)) }
  }

  @Test("What is written as an archive is read as it was")
  func written() throws {
    let tensors = [
      Tensor(name: "a/b:0", type: .float32, shape: [2], bytes: [0, 0, 128, 63, 0, 0, 0, 64]),
      Tensor(name: "scalar", type: .int64, shape: [], bytes: [7, 0, 0, 0, 0, 0, 0, 0]),
      Tensor(name: "empty", type: .bool, shape: [0, 3], bytes: []),
    ]
    guard case .tensors(let read) = try TensorFile(NPZ.archive(tensors), named: "out.npz") else {
      Issue.record("no tensors")
      return
    }
    #expect(read == tensors)
    let halves = Tensor(name: "h", type: .bfloat16, shape: [1], bytes: [0xC0, 0x3F])
    guard case .tensors(let wide) = try TensorFile(NPZ.archive([halves]), named: "out.npz") else { return }
    #expect(wide[0].type == .float32 && wide[0].element(0) == .real(1.5))
  }

  @Test(
    "Every truncated file is refused or read in bounds",
    arguments: ["deflated.npz", "stored.npz", "fortran.npy", "typed_int8.pb"])
  func truncated(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: PackageFiles.path("Tests/Fixtures/Inputs/\(name)"))))
    for length in 0..<bytes.count { _ = try? TensorFile(Array(bytes.prefix(length)), named: name) }
  }

  @Test("A header that promises more than there is allocates nothing")
  func promises() throws {
    for shape in ["(9223372036854775807,)", "(4294967296, 4294967296)", "(1000000000000,)"] {
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n"
      let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      #expect(throws: AssayError.self) { try TensorFile(bytes, named: "huge.npy") }
    }
  }
}

@Suite("Elements become those of another type only if the value stays the same")
struct ConversionTests {
  private func tensor(_ type: DataType, _ text: String) throws -> Tensor {
    let count = NumberList.parse(text)?.count ?? 0
    let bytes = try #require(NumberList.bytes(text, as: type, count: count) { Issue.record("\($0)") })
    return Tensor(type: type, shape: [count], bytes: bytes)
  }

  @Test("Whole numbers go into every type that has them")
  func exact() throws {
    let numbers = try tensor(.int64, "0,1,100")
    for type in DataType.allCases where type != .bool && !type.isNarrow {
      let bytes = try #require(numbers.bytes(as: type) { Issue.record("\(type) lacks the value at \($0)") })
      let converted = Tensor(type: type, shape: [3], bytes: bytes)
      #expect((0..<3).map { converted.element($0)?.double } == [0, 1, 100])
    }
  }

  @Test(
    "A value that the type lacks is named by its place",
    arguments: [
      (DataType.int64, "1,2147483648", DataType.int32), (.int32, "0,-1", .uint8), (.float64, "1,0.1", .float32),
      (.float32, "1,0.5", .int32), (.int32, "1,2", .bool), (.float32, "1,1e30", .float16),
      (.int64, "1,16777217", .float32),
    ])
  func inexact(from: DataType, text: String, to: DataType) throws {
    var place: Int?
    #expect(try tensor(from, text).bytes(as: to) { place = $0 } == nil)
    #expect(place == 1)
  }

  @Test("Numbers that are not finite stay so")
  func notFinite() throws {
    let bytes = try #require(try tensor(.float64, "nan,inf,-inf").bytes(as: .float16) { _ in })
    let halves = Tensor(type: .float16, shape: [3], bytes: bytes)
    #expect(halves.element(0)?.double.isNaN == true)
    #expect(halves.element(1)?.double == .infinity && halves.element(2)?.double == -.infinity)
  }

  @Test("A list of numbers is rounded to the type, and one number is that of every element")
  func lists() throws {
    let tenth = try tensor(.float32, "0.1")
    #expect(tenth.element(0) == .real(Double(Float(0.1))))
    let bytes = try #require(NumberList.bytes("16000", as: .int64, count: 3) { _ in })
    #expect(
      (0..<3).map { Tensor(type: .int64, shape: [3], bytes: bytes).element($0) }
        == Array(repeating: .integer(16000), count: 3))
    var wrong = ""
    #expect(NumberList.bytes("1, 300", as: .uint8, count: 2) { wrong = $0 } == nil)
    #expect(wrong == "300")
    #expect(NumberList.bytes("1,2", as: .uint8, count: 3) { wrong = $0 } == nil)
    for text in ["", "1,", "a", "1;2", "0x10"] where NumberList.parse(text) != nil && text != "0x10" {
      Issue.record("'\(text)' is no list of numbers")
    }
    #expect(NumberList.parse("9223372036854775807")?.first == .integer(9_223_372_036_854_775_807))
  }
}
