import Foundation
import Testing

/// Compares a text with the file of that name in `Snapshots`. With RECORD_SNAPSHOTS in the environment, writes the file
/// instead; review and commit it.
func expectSnapshot(_ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: "\(name).txt")
  guard ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == nil else {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return
  }
  guard let data = try? Data(contentsOf: file) else {
    Issue.record("There is no snapshot \(name); record it with RECORD_SNAPSHOTS=1.", sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  let difference = lines(of: text).difference(from: lines(of: expected))
  #expect(difference.isEmpty, "\(describe(difference))", sourceLocation: sourceLocation)
}

private func lines(of text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

/// Removed and inserted lines, as `diff` shows them.
private func describe(_ difference: CollectionDifference<Substring>) -> String {
  difference.map { change in
    switch change {
    case .remove(let offset, let line, _): "-\(offset + 1) \(line)"
    case .insert(let offset, let line, _): "+\(offset + 1) \(line)"
    }
  }.joined(separator: "\n")
}
