public import AssayCore
public import Foundation
import Glibc

/// A file for text, or standard output for the path `-`.
public final class TextSink {
  private let path: String
  private var descriptor: Int32
  /// The reader of standard output has closed it, as `head` does. That is not an error.
  private var readerIsGone = false

  /// Creates or truncates a file; `-` means standard output.
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

  /// Writes bytes unchanged.
  public func write(_ bytes: some ContiguousBytes) throws(AssayError) {
    guard bytes.withUnsafeBytes({ writeAll($0) }) else { throw Self.failure(path) }
  }

  /// - Returns: false for an error.
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

  /// Closes the file. Some file systems report a full disk only here.
  public func close() throws(AssayError) {
    guard descriptor > STDERR_FILENO else { return }
    let status = Glibc.close(descriptor)
    descriptor = -1
    guard status == 0 else { throw Self.failure(path) }
  }

  /// Removes the file, for which there is nothing. A device stays.
  public func discard() {
    var status = stat()
    if descriptor > STDERR_FILENO, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { unlink(path) }
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(
      .inputOutput, "Cannot write \(path == "-" ? "standard output" : path): \(String(cString: strerror(errno))).")
  }
}
