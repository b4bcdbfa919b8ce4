import AssayCore
import Foundation
import TensorFiles

/// Feeds damaged files to the readers of tensors.
///
/// A reader may refuse a file with an error of bad data that names it, or return tensors whose bytes fit their shapes. Anything else is a finding.
public struct TensorFuzzer {
  public private(set) var accepted = 0
  public private(set) var refused = 0
  private let files: [(name: String, bytes: [UInt8])]
  private var mutator: FileMutator
  private var generator: SplitMix64

  public struct Finding: Error { let what: String }

  /// - Parameter folder: files to damage.
  public init(folder: String, seed: UInt64) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    files = try names.filter { name in [".npy", ".npz", ".pb"].contains { name.hasSuffix($0) } }.map {
      ($0, [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))))
    }
    mutator = FileMutator(seed: seed)
    generator = SplitMix64(seed: seed)
  }

  /// - Throws: at the first finding.
  public mutating func run(count: Int) throws {
    for _ in 0..<count {
      let file = files[Int.random(in: 0..<files.count, using: &generator)]
      let other = files[Int.random(in: 0..<files.count, using: &generator)]
      try check(mutator.mutate(file.bytes, with: other.bytes), named: file.name)
    }
  }

  private mutating func check(_ bytes: [UInt8], named name: String) throws {
    do throws(AssayError) {
      guard case .tensors(let tensors) = try TensorFile(bytes, named: name) else { return }
      for tensor in tensors where tensor.elementCount * tensor.type.byteCount != tensor.bytes.count {
        throw AssayError(.crashed, "\(tensor.shape) has \(tensor.bytes.count) bytes")
      }
      accepted += 1
    } catch {
      guard error.code == .badData, error.message.hasPrefix(name), error.message.utf8.count < 2000 else {
        throw Finding(what: "\(name), input \(accepted + refused): \(error)")
      }
      refused += 1
    }
  }
}
