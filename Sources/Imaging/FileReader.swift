import AssayCore
import Glibc

/// Reads whole image files. Refuses pipes and devices instead of waiting for them.
enum FileReader {
  /// Replaces `bytes` with the contents of the file at `path`, reusing the memory.
  ///
  /// - Throws: `.badData`, naming the file and the reason.
  static func read(_ path: String, into bytes: inout [UInt8]) throws(AssayError) {
    // Without O_NONBLOCK, opening a pipe that has no writer blocks forever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    let size = try fileSize(descriptor, path)
    resize(&bytes, to: size)
    let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(AssayError) in
      try fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor, path)
    }
    guard count == size else { throw AssayError(.badData, "\(path) was truncated while it was read.") }
  }

  private static func fileSize(_ descriptor: Int32, _ path: String) throws(AssayError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw AssayError(.badData, "\(path) is a folder, not an image file.")
    default: throw AssayError(.badData, "\(path) is not a regular file.")
    }
    guard status.st_size > 0 else { throw AssayError(.badData, "\(path) is empty.") }
    guard status.st_size <= ImageDecoder.maximumFileBytes else {
      throw AssayError(
        .badData, "\(path) has \(status.st_size) bytes; the limit for an image is \(ImageDecoder.maximumFileBytes).")
    }
    return Int(status.st_size)
  }

  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
  ) throws(AssayError) -> Int {
    var count = 0
    while count < buffer.count {
      let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      if got == 0 { break }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw failure(path) }
      count += got
    }
    return count
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(.badData, "\(path) cannot be read: \(String(cString: strerror(errno))).")
  }
}

/// Changes the length, reusing the memory. The contents are unspecified.
func resize(_ bytes: inout [UInt8], to count: Int) {
  if bytes.count > count {
    bytes.removeLast(bytes.count - count)
  } else {
    bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
  }
}
