import AssayCore
import Foundation
import Platform

/// What a converter prints, in a file of bounded size: its first bytes, then its last lines.
struct StepLog {
  private let file: FileDescriptor
  private let limit: Int
  private(set) var tail = OutputTail(lineLimit: 12)
  private var written = 0

  init(_ path: String, limit: Int) throws(SystemError) {
    file = try FileDescriptor(opening: path, FileDescriptor.appending)
    self.limit = limit
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
    bytes.withUnsafeBytes { tail.append($0) }
    let head = bytes.prefix(max(limit - written, 0))
    if !head.isEmpty { try file.write(head) }
    written += head.count
  }

  /// Adds the last lines, if some are missing.
  func end() throws(SystemError) {
    guard tail.totalCount > written else { return }
    try file.write(Array("\n… \(tail.totalCount - written) bytes left out …\n\(tail.text ?? "")\n".utf8))
  }
}
