import AssayCore
import EngineKit
import Testing

/// What numpy computes with the formula of `RandomInputs`, for seed 42.
@Suite("Seeded inputs are those that numpy makes")
struct RandomInputsTests {
  @Test("Input 0 is SplitMix64 started at the seed")
  func firstInput() {
    #expect(filled(.float64, [UInt64].self) == [0x3FE7_BAE6_44C5_FD6D, 0x3FC4_77F1_99D9_3378, 0x3FD1_D499_D5C4_C3E6])
    #expect(filled(.float32, [UInt32].self) == [0x3F3D_D732, 0x3E23_BF8C, 0x3E8E_A4CE])
    #expect(filled(.float16, [UInt16].self) == [0x39EE, 0x311C, 0x3474])
    #expect(filled(.int8, [Int8].self) == [-67, 40, 71])
    #expect(filled(.uint8, [UInt8].self) == [189, 40, 71])
    #expect(filled(.int16, [Int16].self) == [-16937, 10479, 18258])
    #expect(filled(.uint16, [UInt16].self) == [48599, 10479, 18258])
    #expect(filled(.int32, [Int32].self) == [13, 91, 58])
    #expect(filled(.uint32, [UInt32].self) == [13, 91, 58])
    #expect(filled(.int64, [Int64].self) == [13, 91, 58])
    #expect(filled(.uint64, [UInt64].self) == [13, 91, 58])
    #expect(filled(.bool, [UInt8].self) == [1, 0, 0])
  }

  @Test("Another input of the same model has a stream of its own")
  func secondInput() {
    #expect(filled(.float32, inputIndex: 1, [UInt32].self) == [0x3F63_6A9A, 0x3ED7_69B2, 0x3F5B_F439])
    #expect(filled(.int8, inputIndex: 1, [Int8].self) == [-29, 107, -37])
    #expect(filled(.int64, inputIndex: 1, [Int64].self) == [67, 29, 6])
    #expect(filled(.bool, inputIndex: 1, [UInt8].self) == [1, 0, 1])
  }

  @Test("Another seed gives other values")
  func otherSeed() {
    #expect(filled(.float32, seed: 43, [UInt32].self) != filled(.float32, seed: 42, [UInt32].self))
  }

  @Test("Nothing is written behind the tensor, whatever its type", arguments: DataType.allCases)
  func bounds(type: DataType) {
    let spec = TensorSpec(name: "x", type: type, shape: [2, 3])
    var memory = [UInt8](repeating: 0xA5, count: spec.byteCount + 16)
    memory.withUnsafeMutableBytes { RandomInputs.fill($0, spec: spec, seed: 1, inputIndex: 0) }
    #expect(memory.dropFirst(spec.byteCount).allSatisfy { $0 == 0xA5 })
    #expect(memory.prefix(spec.byteCount).contains { $0 != 0xA5 })
  }

  @Test("A scalar takes one element")
  func scalar() {
    let spec = TensorSpec(name: "x", type: .int32, shape: [])
    var value: Int32 = -1
    withUnsafeMutableBytes(of: &value) { RandomInputs.fill($0, spec: spec, seed: 42, inputIndex: 0) }
    #expect(value == 13)
  }

  /// Three elements of a type, read as the numbers that the test compares.
  private func filled<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ type: DataType, seed: UInt64 = 42, inputIndex: Int = 0, _: [Element].Type
  ) -> [Element] {
    var values = [Element](repeating: 0, count: 3)
    values.withUnsafeMutableBytes {
      RandomInputs.fill($0, spec: TensorSpec(name: "x", type: type, shape: [3]), seed: seed, inputIndex: inputIndex)
    }
    return values
  }
}
