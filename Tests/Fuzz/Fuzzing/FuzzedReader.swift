import AssayCore

/// A reader of bytes from outside, and what to damage for it.
public struct FuzzedReader {
  /// Valid inputs.
  public let samples: [[UInt8]]
  /// Whether the reader accepts an input. Throws a `Finding` where it neither reads nor refuses it properly.
  let read: ([UInt8]) throws -> Bool

  init(_ samples: [[UInt8]], read: @escaping ([UInt8]) throws -> Bool) {
    precondition(!samples.isEmpty, "A reader needs valid inputs.")
    self.samples = samples
    self.read = read
  }

  /// The input of a number, which the seed determines.
  public func input(_ number: Int, seed: UInt64) -> [UInt8] {
    var mutator = FileMutator(seed: SplitMix64.bits(seed: seed, stream: 1, index: UInt64(number)))
    let (sample, other) = (samples[mutator.below(samples.count)], samples[mutator.below(samples.count)])
    return mutator.mutate(sample, with: other)
  }

  /// - Returns: whether the reader accepts the input.
  /// - Throws: a `Finding`.
  public func tries(_ input: [UInt8]) throws -> Bool { try read(input) }
}

/// What a reader must not do with any input.
public struct Finding: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Whether a body reads its input. It may refuse it with an error of one of these kinds.
///
/// - Parameter name: of the file or folder, which the message must have.
/// - Throws: a `Finding` for every other error.
func accepts(
  _ codes: AssayError.Code..., naming name: String? = nil, body: () throws(AssayError) -> Void
) throws(Finding) -> Bool {
  do throws(AssayError) {
    try body()
    return true
  } catch {
    guard codes.contains(error.code), name.map(error.message.contains) ?? true else {
      throw Finding("\(error.code): \(error.description)")
    }
    return false
  }
}
