import AssayCore
import Glibc

/// Maps the file of a model for the time that a body needs it.
///
/// - Throws: `.badModel` for what is no readable file with content.
func withModelBytes<Result>(
  of path: String, _ body: (UnsafeRawBufferPointer) throws(AssayError) -> Result
) throws(AssayError) -> Result {
  func unreadable() -> AssayError {
    AssayError(.badModel, "\(path) cannot be read: \(String(cString: strerror(errno))).")
  }
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw unreadable() }
  defer { close(file) }
  var information = stat()
  guard fstat(file, &information) == 0 else { throw unreadable() }
  guard information.st_mode & S_IFMT == S_IFREG else { throw AssayError(.badModel, "\(path) is not a file.") }
  let size = Int(information.st_size)
  guard size > 0 else { throw AssayError(.badModel, "\(path) is empty.") }
  guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), bytes != MAP_FAILED else { throw unreadable() }
  defer { munmap(bytes, size) }
  return try body(UnsafeRawBufferPointer(start: bytes, count: size))
}
