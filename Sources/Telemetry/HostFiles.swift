import AssayCore
import Glibc

/// The kernel's and the system's files below a root folder: `/`, or a recorded tree in a test.
struct HostFiles: Sendable {
  let root: String

  /// No file that is asked for is longer; one that never ends must not fill the memory.
  private static let maximumLength = 8 << 20

  func path(_ path: String) -> String {
    root.hasSuffix("/") ? root + path : "\(root)/\(path)"
  }

  func exists(_ path: String) -> Bool {
    access(self.path(path), F_OK) == 0
  }

  /// A file's text without surrounding blanks and the NUL that ends device-tree strings; `nil` where it cannot be read or is empty.
  func text(_ path: String) -> String? {
    guard let text = try? contents(of: path), !text.isEmpty else { return nil }
    return text
  }

  func integer(_ path: String) -> Int? {
    text(path).flatMap { Int($0) }
  }

  /// A file's text as `text` gives it, empty or not, or why there is none.
  func contents(of path: String) throws(ReadFailure) -> String {
    let bytes = try bytes(path)
    let isText = { (byte: UInt8) in byte > UInt8(ascii: " ") }
    guard let first = bytes.firstIndex(where: isText), let last = bytes.lastIndex(where: isText) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  /// The one number that a file holds.
  func number(_ path: String) throws(ReadFailure) -> Double {
    let text = try contents(of: path)
    guard let number = Double(text), number.isFinite else {
      throw ReadFailure("\(self.path(path)) holds “\(text.prefix(40).printable)”, not a number")
    }
    return number
  }

  /// Where a symbolic link leads to in the end; `nil` where there is none.
  func target(of path: String) -> String? {
    guard let resolved = realpath(self.path(path), nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The names in a folder, sorted; empty where there is none.
  func names(in path: String) -> [String] {
    guard let folder = opendir(self.path(path)) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      // The name's declared length is that of the whole buffer; a C string ends earlier.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Files of the kernel tell no size beforehand, so they are read to their end.
  private func bytes(_ path: String) throws(ReadFailure) -> [UInt8] {
    let descriptor = open(self.path(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ReadFailure(self.path(path), errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count <= Self.maximumLength {
      let count = read(descriptor, &block, block.count)
      if count == 0 { return bytes }
      guard count > 0 else { throw ReadFailure(self.path(path), errno: errno) }
      bytes += block[..<count]
    }
    throw ReadFailure("\(self.path(path)) does not end")
  }
}

/// Why a file gave nothing.
struct ReadFailure: Error {
  /// A clause that names the file.
  let reason: String
  /// Of the system; 0 where it read the file, but not what was expected of it.
  var code: Int32 = 0

  init(_ reason: String) {
    self.reason = reason
  }

  init(_ path: String, errno code: Int32) {
    reason = "\(path) cannot be read: \(String(cString: strerror(code)))"
    self.code = code
  }
}

extension StringProtocol {
  /// The parts between one ASCII character, without empty ones: `split` by bytes, which costs a tenth of what it does by characters.
  func parts(by separator: Unicode.Scalar) -> [Substring] {
    Substring(self).utf8.split(separator: UInt8(ascii: separator)).map { Substring($0) }
  }

  /// The text without blanks at its ends.
  func trimmed() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

/// CPU numbers in the kernel's list format, as in `0-3,8`.
func cpuList(_ text: String) -> Set<Int> {
  var cpus: Set<Int> = []
  for part in text.split(separator: ",") {
    let ends = part.split(separator: "-").compactMap { Int($0.trimmed()) }
    guard let first = ends.first, let last = ends.last, first <= last else { continue }
    cpus.formUnion(first...last)
  }
  return cpus
}
