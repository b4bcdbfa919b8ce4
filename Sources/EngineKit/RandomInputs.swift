public import AssayCore

/// Seeded random inputs.
public enum RandomInputs {
  public static func fill(_ bytes: UnsafeMutableRawBufferPointer, spec: TensorSpec, seed: UInt64, inputIndex: Int) {
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: splitMix64(seed &+ UInt64(index))) & 0x3f }
  }
  public static func splitMix64(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
