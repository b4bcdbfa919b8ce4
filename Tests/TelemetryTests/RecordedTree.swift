import Foundation
import Glibc
import Testing

/// A machine's files, kept as one text: each headed by `==> path <==`, as `tail -n +1 FILES` prints them, with `\0` for NUL.
/// It is unpacked into a temporary folder for as long as a test runs.
struct RecordedTree: ~Copyable {
  let root: String

  init(_ machine: String) throws {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(machine).tree")
    try self.init(text: String(contentsOf: fixture, encoding: .utf8))
  }

  init(text: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-tree-\(UUID().uuidString)")
    root = folder.path(percentEncoded: false)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for entry in text.components(separatedBy: "==> ").dropFirst() {
      let parts = entry.components(separatedBy: " <==\n")
      let file = folder.appending(path: parts[0])
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try parts[1].replacingOccurrences(of: "\\0", with: "\0").write(to: file, atomically: false, encoding: .utf8)
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: root)
  }
}

extension RecordedTree {
  /// Puts a file in the place of what was there, at once, as the kernel changes a value. The test fails where that is not possible.
  func write(_ text: String, to path: String) {
    do {
      try text.write(toFile: "\(root)/\(path)", atomically: true, encoding: .utf8)
    } catch {
      Issue.record(error)
    }
  }

  func remove(_ path: String) {
    #expect(unlink("\(root)/\(path)") == 0)
  }

  /// A file that nobody answers at: to open it waits for ever, as the read of a lost chip does.
  func makeHanging(_ path: String) {
    unlink("\(root)/\(path)")
    #expect(mkfifo("\(root)/\(path)", 0o600) == 0)
  }
}
