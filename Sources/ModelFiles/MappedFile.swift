import Glibc

/// Maps files into memory, so that a reader touches only the pages that it needs.
enum MappedFile {
  /// - Returns: `nil` for what is not a file with content.
  static func withBytes<Result>(of path: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG, information.st_size > 0,
      let memory = mmap(nil, Int(information.st_size), PROT_READ, MAP_PRIVATE, file, 0), memory != MAP_FAILED
    else { return nil }
    defer { munmap(memory, Int(information.st_size)) }
    return body(UnsafeRawBufferPointer(start: memory, count: Int(information.st_size)))
  }
}
