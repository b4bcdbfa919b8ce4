import Glibc

/// A call of the system that failed.
///
/// Callers that know the file or program turn it into an `AssayError`. Code decides by its number, never by its text.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error number, as in `ENOENT`.
  public let code: Int32

  public init(code: Int32) { self.code = code }

  /// The error of this thread's last call.
  static var last: SystemError { SystemError(code: errno) }

  /// The C library's words, as in `No such file or directory`.
  public var description: String { String(cString: strerror(code)) }
}
