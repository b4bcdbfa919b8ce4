import AssayCore
import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("A file is hashed once while it stays the same")
final class FileDigestsTests {
  private let sandbox: Sandbox
  /// How often a piece of a file was read.
  private var pieces = 0

  init() throws { sandbox = try Sandbox() }

  /// - Parameter age: seconds that have passed since the files were written.
  private func digests(age: Double = 1000, cache: String? = nil) -> FileDigests {
    FileDigests(cache: cache.map(sandbox.path)) { [unowned self] in
      pieces += 1
      return false
    } now: {
      WallClock.seconds() + age
    }
  }

  /// A file that is large enough for the cache, without taking room.
  private func sparse(_ name: String) throws -> String {
    let path = try sandbox.write(Data(), to: name)
    #expect(truncate(path, off_t(FileDigestCache.smallestFile)) == 0)
    return path
  }

  @Test("The second time, a file is not read, even under another name")
  func once() throws {
    let path = try sandbox.write(Data("weights".utf8), to: "weights")
    let digests = digests()
    let first = try digests.digest(ofFile: path)
    #expect(first == SHA256.FileDigest(bytes: 7, sha256: SHA256.hexDigest(of: "weights")))
    #expect(pieces > 0)
    pieces = 0
    try FileManager.default.createSymbolicLink(atPath: sandbox.path("link"), withDestinationPath: path)
    #expect(try digests.digest(ofFile: path) == first)
    #expect(try digests.digest(ofFile: sandbox.path("link")) == first)
    #expect(pieces == 0)
  }

  @Test("New content of the same length is noticed, even with the old time of modification")
  func sameTime() throws {
    let path = try sandbox.write(Data("weights".utf8), to: "weights")
    let digests = digests()
    let before = try digests.digest(ofFile: path)
    let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    usleep(20_000)
    let file = try FileDescriptor(opening: path, O_WRONLY)
    try file.write("WEIGHTS".utf8)
    try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: path)
    let after = try digests.digest(ofFile: path)
    #expect(after.sha256 == SHA256.hexDigest(of: "WEIGHTS") && after.bytes == before.bytes)
  }

  @Test("A file that changed a moment ago is read again: it may change once more at the same time")
  func young() throws {
    let path = try sandbox.write(Data("weights".utf8), to: "weights")
    let digests = digests(age: 0)
    _ = try digests.digest(ofFile: path)
    pieces = 0
    _ = try digests.digest(ofFile: path)
    #expect(pieces > 0)
  }

  @Test("A large file is read once across runs, and nobody else can read the cache")
  func acrossRuns() throws {
    let path = try sparse("large")
    let first = try digests(cache: "cache").digest(ofFile: path)
    pieces = 0
    #expect(try digests(cache: "cache").digest(ofFile: path) == first)
    #expect(pieces == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path("cache")) == ["digests"])
    let mode = try FileManager.default.attributesOfItem(atPath: sandbox.path("cache/digests"))[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test("Across runs, a file counts only after a minute without changes, and small ones never")
  func notAcrossRuns() throws {
    let path = try sparse("large")
    _ = try digests(age: 30, cache: "cache").digest(ofFile: path)
    _ = try digests(cache: "cache").digest(ofFile: sandbox.write(Data("small".utf8), to: "small"))
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("cache/digests")))
  }

  @Test("Runs side by side add to one cache, and the oldest entries leave it")
  func shared() throws {
    let paths = try (0..<3).map { try sparse("large\($0)") }
    let (one, two) = (digests(cache: "cache"), digests(cache: "cache"))
    _ = try one.digest(ofFile: paths[0])
    _ = try two.digest(ofFile: paths[1])
    _ = try one.digest(ofFile: paths[2])
    let cache = sandbox.path("cache/digests")
    #expect(try lines(of: cache).count == 3)
    let older = (0..<300).map { "1 \($0) 99999999 1 1 \(String(repeating: "a", count: 64))\n" }.joined()
    try Data((older + String(contentsOfFile: cache, encoding: .utf8)).utf8).write(to: URL(filePath: cache))
    _ = try digests(cache: "cache").digest(ofFile: sparse("large3"))
    #expect(try lines(of: cache).count == 256)
    pieces = 0
    for path in paths { _ = try digests(cache: "cache").digest(ofFile: path) }
    #expect(pieces == 0)
  }

  private func lines(of path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  }

  @Test("A damaged cache, and one that cannot be written, cost nothing but time")
  func damaged() throws {
    let path = try sparse("large")
    let expected = try SHA256.digest(ofFile: path)
    try FileManager.default.createDirectory(atPath: sandbox.path("cache"), withIntermediateDirectories: false)
    try sandbox.write(Data([0xFF, 0x0A, 0x31, 0x20, 0x0A] + "1 2 3 4 5 abc\n1 2 3\n\n".utf8), to: "cache/digests")
    #expect(try digests(cache: "cache").digest(ofFile: path) == expected)
    try sandbox.write(Data(), to: "no folder")
    #expect(try digests(cache: "no folder").digest(ofFile: path) == expected)
  }
}
