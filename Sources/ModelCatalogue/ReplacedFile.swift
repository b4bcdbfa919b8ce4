import AssayCore
import Glibc
import Platform

/// A file that is written aside, and takes its name once all of it is there. An interrupted or failed writing leaves what was there before.
final class ReplacedFile {
  private static let pieceLength = 1 << 18

  private let path: String
  private let draft: String
  private let file: FileDescriptor
  private var piece: [UInt8] = []

  /// - Throws: `.inputOutput`
  init(_ path: String) throws(AssayError) {
    self.path = path
    draft = "\(path).\(getpid()).partial"
    do {
      file = try FileDescriptor(opening: draft, O_WRONLY | O_CREAT | O_TRUNC)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error).")
    }
    piece.reserveCapacity(2 * Self.pieceLength)
  }

  deinit { unlink(draft) }

  func write(_ bytes: [UInt8]) throws(AssayError) {
    piece += bytes
    if piece.count >= Self.pieceLength { try flush() }
  }

  /// Numbers as they lie in memory: little-endian on every machine that Assay runs on.
  func write<Number>(numbers: [Number]) throws(AssayError) {
    numbers.withUnsafeBytes { piece += $0 }
    if piece.count >= Self.pieceLength { try flush() }
  }

  func finish() throws(AssayError) {
    try flush()
    do {
      try file.synchronize()
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error).")
    }
    guard rename(draft, path) == 0 else {
      throw AssayError(.inputOutput, "Cannot write \(path): \(SystemError(code: errno)).")
    }
  }

  private func flush() throws(AssayError) {
    do {
      try file.write(piece)
    } catch {
      throw AssayError(.inputOutput, "Cannot write \(path): \(error).")
    }
    piece.removeAll(keepingCapacity: true)
  }
}
