import Glibc

/// A call of the system that failed.
///
/// Whoever knows the file or program adds it: `AssayError` carries the sentence, this the number that code decides by.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error number, as in `ENOENT`.
  public let code: Int32

  public init(code: Int32) { self.code = code }

  /// The error of the last call of this thread.
  static var last: SystemError { SystemError(code: errno) }

  /// The C library's words, as in `No such file or directory`.
  public var description: String { String(cString: strerror(code)) }
}
