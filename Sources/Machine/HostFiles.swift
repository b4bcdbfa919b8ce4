import AssayCore
import Glibc
package import Platform

/// The kernel's and the system's files below a root folder: `/`, or a recorded tree in a test.
package struct HostFiles: Sendable {
  package let root: String

  package init(root: String) { self.root = root }

  package func path(_ path: String) -> String {
    root.hasSuffix("/") ? root + path : "\(root)/\(path)"
  }

  package func exists(_ path: String) -> Bool {
    access(self.path(path), F_OK) == 0
  }

  /// A file's text without surrounding blanks and without the NUL that ends device-tree strings; `nil` for an unreadable or empty file.
  package func text(_ path: String) -> String? {
    guard let text = try? contents(of: path), !text.isEmpty else { return nil }
    return text
  }

  package func integer(_ path: String) -> Int? {
    text(path).flatMap { Int($0) }
  }

  /// A file's text as `text` gives it, empty or not.
  package func contents(of path: String) throws(ReadFailure) -> String {
    let bytes = try bytes(path)
    let isText = { (byte: UInt8) in byte > UInt8(ascii: " ") }
    guard let first = bytes.firstIndex(where: isText), let last = bytes.lastIndex(where: isText) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  /// The one number that a file holds.
  package func number(_ path: String) throws(ReadFailure) -> Double {
    let text = try contents(of: path)
    guard let number = Double(text), number.isFinite else {
      throw ReadFailure("\(self.path(path)) holds “\(text.prefix(40).printable)”, not a number")
    }
    return number
  }

  /// The target of a chain of symbolic links; `nil` where there is none.
  package func target(of path: String) -> String? {
    guard let resolved = realpath(self.path(path), nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The names in a folder, sorted; empty where there is no folder.
  package func names(in path: String) -> [String] {
    guard let folder = opendir(self.path(path)) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      // The declared length is that of the whole buffer; the C string ends earlier.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private func bytes(_ path: String) throws(ReadFailure) -> [UInt8] {
    do throws(SystemError) {
      return try FileDescriptor.contents(of: self.path(path))
    } catch {
      throw error.code == EFBIG ? ReadFailure("\(self.path(path)) does not end") : ReadFailure(self.path(path), error)
    }
  }
}

/// Why a file gave no value.
package struct ReadFailure: Error {
  /// A clause that names the file.
  package let reason: String
  /// The system's error number; 0 where the file was read and its content makes no sense.
  package var code: Int32 = 0

  package init(_ reason: String) {
    self.reason = reason
  }

  package init(_ path: String, _ error: SystemError) {
    reason = "\(path) cannot be read: \(error)"
    code = error.code
  }
}

extension StringProtocol {
  /// The parts between one ASCII character, without empty ones: splitting bytes costs a tenth of splitting characters.
  package func parts(by separator: Unicode.Scalar) -> [Substring] {
    Substring(self).utf8.split(separator: UInt8(ascii: separator)).map { Substring($0) }
  }

  /// The text without blanks at its ends.
  package func trimmed() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

/// CPU numbers in the kernel's list format, as in `0-3,8`. Leaves out numbers beyond every machine's.
package func cpuList(_ text: String) -> Set<Int> {
  var cpus: Set<Int> = []
  for part in text.split(separator: ",") {
    let ends = part.split(separator: "-").compactMap { Int($0.trimmed()) }
    guard let first = ends.first, let last = ends.last, 0 <= first, first <= last, last < 1 << 16 else { continue }
    cpus.formUnion(first...last)
  }
  return cpus
}
