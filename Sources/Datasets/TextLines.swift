import AssayCore
import Glibc

/// The lines of a text file, one by one: UTF-8, with or without a mark at its start, ended by LF or CR LF.
///
/// Empty lines are allowed only at the end, because line numbers have a meaning in most of these files.
struct TextLines: ~Copyable {
  /// Bytes of the longest line; a longer one is not text.
  static let longestLine = 65_536

  let path: String
  /// Of the last line read, from 1.
  private(set) var number = 0
  private let file: UnsafeMutablePointer<FILE>
  private var line: [UInt8] = []

  /// - Throws: `.badData` if there is no such file or it cannot be read.
  init(opening path: String) throws(AssayError) {
    self.path = path
    // Without O_NONBLOCK, opening a pipe without a writer would block for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw AssayError(.badData, "\(path) is not a regular file, but one with lines of text was expected.")
    }
    guard let file = fdopen(descriptor, "r") else {
      close(descriptor)
      throw Self.unreadable(path)
    }
    self.file = file
  }

  deinit { fclose(file) }

  /// File and line, the beginning of every error.
  var place: String { "\(path):\(number)" }

  /// The next line without its end, `nil` after the last.
  ///
  /// - Throws: `.badData`, with the line, if it is too long, not UTF-8, not text, or empty before the end.
  mutating func next() throws(AssayError) -> String? {
    guard let line = try read() else { return nil }
    guard line.isEmpty else { return line }
    let place = place
    while let later = try read() {
      guard later.isEmpty else {
        throw AssayError(
          .badData, "\(place) is empty, though lines follow.", advice: "Remove it: lines are counted.")
      }
    }
    return nil
  }

  private mutating func read() throws(AssayError) -> String? {
    line.removeAll(keepingCapacity: true)
    number += 1
    var byte = getc_unlocked(file)
    guard byte != EOF else { return try checkEnd() }
    while byte != EOF && byte != Int32(UInt8(ascii: "\n")) {
      guard line.count < Self.longestLine else {
        throw AssayError(
          .badData, "\(place) is longer than \(Self.longestLine) bytes.", advice: "Check that it is a text file.")
      }
      line.append(UInt8(truncatingIfNeeded: byte))
      byte = getc_unlocked(file)
    }
    _ = try checkEnd()
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    guard let text = String(validating: line, as: UTF8.self) else {
      throw AssayError(.badData, "\(place) is not UTF-8.", advice: "Save the file as UTF-8.")
    }
    guard !line.contains(where: { ($0 < 0x20 && $0 != UInt8(ascii: "\t")) || $0 == 0x7F }) else {
      throw AssayError(.badData, "\(place) has control characters in it.", advice: "Check that it is a text file.")
    }
    return text
  }

  private func checkEnd() throws(AssayError) -> String? {
    guard ferror(file) == 0 else { throw Self.unreadable(path) }
    return nil
  }

  private static func unreadable(_ path: String) -> AssayError {
    AssayError(.badData, "\(path) \(Folder.reason()).")
  }
}

extension StringProtocol {
  /// Without the spaces and tabs around it.
  var trimmed: SubSequence {
    var rest = self[...]
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }

  /// Short enough for an error.
  var quoted: String { count > 80 ? "'\(prefix(80))…'" : "'\(self)'" }

  /// The part of a path after the last slash.
  var lastComponent: String { String(self[(lastIndex(of: "/").map { index(after: $0) } ?? startIndex)...]) }
}
