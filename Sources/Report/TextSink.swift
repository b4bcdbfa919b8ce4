public import AssayCore
public import Foundation
import Glibc

/// Where text goes: a file, or standard output for the path `-`.
public final class TextSink {
  private let path: String
  private var descriptor: Int32
  /// Whoever read standard output has gone, as `head` does: the rest is not wanted, which is no error.
  private var readerIsGone = false

  /// Opens a file for writing anew; `-` stands for standard output.
  ///
  /// - Throws: `.inputOutput`
  public init(path: String) throws(AssayError) {
    self.path = path
    descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit { if descriptor > STDERR_FILENO { Glibc.close(descriptor) } }

  public func write(_ text: String) throws(AssayError) {
    var text = text
    guard text.withUTF8({ writeAll(UnsafeRawBufferPointer($0)) }) else { throw Self.failure(path) }
  }

  /// Writes bytes as they are.
  public func write(_ bytes: some ContiguousBytes) throws(AssayError) {
    guard bytes.withUnsafeBytes({ writeAll($0) }) else { throw Self.failure(path) }
  }

  /// - Returns: whether all was written, or nobody wants it.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty, !readerIsGone {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EPIPE && descriptor == STDOUT_FILENO {
        readerIsGone = true
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Closes the file. Some file systems tell only now that the disk was full.
  public func close() throws(AssayError) {
    guard descriptor > STDERR_FILENO else { return }
    let status = Glibc.close(descriptor)
    descriptor = -1
    guard status == 0 else { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(
      .inputOutput, "Cannot write \(path == "-" ? "standard output" : path): \(String(cString: strerror(errno))).")
  }
}
