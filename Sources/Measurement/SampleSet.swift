public import AssayCore
public import EngineKit

/// Samples that are prepared beforehand, any of which becomes the inputs of a session at the cost of a copy.
public struct SampleSet: Sendable {
  public let count: Int
  private let prepared: PreparedInputs
  private let parts: [Part]

  /// An input that samples set, and where its bytes are in a sample.
  private struct Part {
    let input: Int
    let range: Range<Int>
  }

  /// Images, which are one input of several, if the others are given.
  public init(_ prepared: PreparedInputs, count: Int, input: Int, byteCount: Int) {
    self.count = count
    self.prepared = prepared
    parts = [Part(input: input, range: 0..<byteCount)]
  }

  /// Samples of all inputs: given values in turn, and others that are random, the first as with that seed alone.
  ///
  /// - Parameter wanted: how many; `nil` for as many as there is memory for, at most 1024.
  /// - Throws: `.usage` for more than there is memory for.
  public init(_ values: InputValues, of inputs: [TensorSpec], count wanted: Int?, seed: UInt64) throws(AssayError) {
    var parts: [Part] = []
    for (index, input) in inputs.enumerated() {
      let start = ((parts.last?.range.upperBound ?? 0) + 63) / 64 * 64
      parts.append(Part(input: index, range: start..<start + input.byteCount))
    }
    let bytes = max(parts.last?.range.upperBound ?? 0, 1)
    count = wanted ?? min(max(PreparedInputs.runBytes / bytes, 1), 1024)
    guard count <= PreparedInputs.mostBytes / bytes else {
      throw AssayError(
        .usage, "\(count) samples of \(bytes) bytes need more memory than this machine has to spare.",
        advice: "Give fewer: --samples \(max(PreparedInputs.mostBytes / bytes, 1))")
    }
    prepared = PreparedInputs(capacity: count, byteCount: bytes)
    self.parts = parts
    for sample in 0..<count {
      for (part, input) in zip(parts, inputs) {
        let memory = UnsafeMutableRawBufferPointer(rebasing: prepared[sample][part.range])
        values.fill(memory, as: input, at: part.input, sample: sample, seed: seed)
      }
    }
  }

  /// Makes a sample the inputs of a session.
  @inline(__always)
  public func fill(_ session: some InferenceSession, with sample: Int) {
    let bytes = prepared[sample]
    for part in parts {
      session.inputBytes(at: part.input).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[part.range]))
    }
  }
}
