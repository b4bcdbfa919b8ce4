public import AssayCore

/// Seeded inputs: the same bytes for the same seed on every machine and every engine, and in Python.
///
/// Element `i` (from 0, in row-major order) of input `k` takes the 64 random bits
///
///     u = mix((seed XOR mix(k)) + (i + 1) × 0x9E3779B97F4A7C15)    modulo 2⁶⁴
///
/// of `SplitMix64.bits`, where input `k` is stream `k`. Every element stands for itself, so numpy makes them all at once:
///
///     def mix(z):
///         z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
///         z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
///         return z ^ (z >> np.uint64(31))
///     i = np.arange(1, count + 1, dtype=np.uint64)
///     u = mix((np.uint64(seed) ^ mix(np.uint64(k))) + i * np.uint64(0x9E3779B97F4A7C15))
///
/// What an element is made of `u`:
///
/// | type | value |
/// | --- | --- |
/// | float16, float32, float64 | uniform in [0, 1): the top 11, 24 or 53 bits over 2¹¹, 2²⁴ or 2⁵³, which is exact; with a range `low + (high - low) × ` that, in double precision |
/// | bfloat16 | as float32, cut to its upper half; without a range the top 8 bits over 2⁸ |
/// | int8, uint8, int16, uint16 | uniform over all values: the top 8 or 16 bits; with a range as below |
/// | int32, uint32, int64, uint64 | `low + u mod (high - low + 1)`; without a range 0 to 99 |
/// | bool | the top bit; with a range as integers |
/// | 8-bit floats | from 0 to below 1: the bit pattern `u mod p`, where `p` is the pattern of 1 |
/// | less than a byte | bytes of packed elements: the top 8 bits, so every value is equally likely |
public enum RandomInputs {
  /// Fills the memory of one input.
  ///
  /// - Parameters:
  ///   - bytes: at least `spec.byteCount` bytes, of any alignment.
  ///   - inputIndex: the position of the input in the session's list, so that two inputs of a model differ.
  ///   - range: the values; where nil, the type's own.
  public static func fill(
    _ bytes: UnsafeMutableRawBufferPointer, spec: TensorSpec, seed: UInt64, inputIndex: Int,
    range: InputRange? = nil
  ) {
    let stream = Stream(seed: seed, number: UInt64(inputIndex))
    let count = spec.elementCount
    let low = UInt64(bitPattern: Self.whole(range?.low ?? 0))
    let width = range.map { UInt64(bitPattern: Self.whole($0.high)) &- low } ?? 99
    func integer(_ bits: UInt64) -> UInt64 { width == .max ? bits : low &+ bits % (width + 1) }
    if let range, fill(bytes, spec, stream, range) { return }
    switch spec.type {
    case .bool where range != nil:
      stream.store(in: bytes, count: count) { integer($0) == 0 ? UInt8(0) : 1 }
    case .int8 where range != nil, .uint8 where range != nil:
      stream.store(in: bytes, count: count) { UInt8(truncatingIfNeeded: integer($0)) }
    case .int16 where range != nil, .uint16 where range != nil:
      stream.store(in: bytes, count: count) { UInt16(truncatingIfNeeded: integer($0)) }
    case .float16: stream.store(in: bytes, count: count) { Float16($0 >> 53) * 0x1p-11 }
    // The upper half of a float32.
    case .bfloat16: stream.store(in: bytes, count: count) { UInt16((Float($0 >> 56) * 0x1p-8).bitPattern >> 16) }
    case .float32: stream.store(in: bytes, count: count) { Float($0 >> 40) * 0x1p-24 }
    case .float64: stream.store(in: bytes, count: count) { Double($0 >> 11) * 0x1p-53 }
    case .int8, .uint8: stream.store(in: bytes, count: count) { UInt8($0 >> 56) }
    case .int16, .uint16: stream.store(in: bytes, count: count) { UInt16($0 >> 48) }
    case .int32, .uint32: stream.store(in: bytes, count: count) { UInt32(truncatingIfNeeded: integer($0)) }
    case .int64, .uint64: stream.store(in: bytes, count: count, integer)
    case .bool: stream.store(in: bytes, count: count) { UInt8($0 >> 63) }
    case .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0:
      let one = patternOfOne(spec.type)
      stream.store(in: bytes, count: count) { UInt8($0 % one) }
    case .float4E2M1, .int4, .uint4, .int2, .uint2:
      stream.store(in: bytes, count: spec.byteCount) { UInt8($0 >> 56) }
    }
  }

  /// The bits of 1 in a float of 8 bits: positive numbers have the order of their bits.
  private static func patternOfOne(_ type: DataType) -> UInt64 {
    switch type {
    case .float8E4M3FN: 0x38
    case .float8E5M2: 0x3C
    case .float8E8M0: 0x7F
    default: 0x40
    }
  }

  /// Fills an input of floats with numbers of a range.
  ///
  /// - Returns: `false` for other types.
  private static func fill(
    _ bytes: UnsafeMutableRawBufferPointer, _ spec: TensorSpec, _ stream: Stream, _ range: InputRange
  ) -> Bool {
    func real(_ bits: UInt64) -> Double { range.low + (range.high - range.low) * (Double(bits >> 11) * 0x1p-53) }
    let count = spec.elementCount
    switch spec.type {
    case .float16: stream.store(in: bytes, count: count) { Float16(real($0)) }
    case .bfloat16: stream.store(in: bytes, count: count) { UInt16(Float(real($0)).bitPattern >> 16) }
    case .float32: stream.store(in: bytes, count: count) { Float(real($0)) }
    case .float64: stream.store(in: bytes, count: count, real)
    default: return false
    }
    return true
  }

  private static func whole(_ value: Double) -> Int64 {
    Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
  }

  /// The random bits of one input.
  private struct Stream {
    let seed: UInt64
    let number: UInt64

    func store<Element: BitwiseCopyable>(
      in bytes: UnsafeMutableRawBufferPointer, count: Int, _ element: (UInt64) -> Element
    ) {
      for index in 0..<count {
        let bits = SplitMix64.bits(seed: seed, stream: number, index: UInt64(index))
        bytes.storeBytes(of: element(bits), toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
  }
}
