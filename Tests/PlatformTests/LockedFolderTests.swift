import Foundation
import Platform
import TestSupport
import Testing

@Suite("Private folders of processes that were killed are removed")
struct LockedFolderTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func make(_ name: String, old: Bool) throws -> String {
    let path = sandbox.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("left".utf8).write(to: URL(filePath: "\(path)/file"))
    if old { try age(path) }
    return path
  }

  private func age(_ path: String) throws {
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: path)
  }

  @Test("Old ones of the same name; new ones and others stay")
  func abandoned() throws {
    let abandoned = try make("assay-layers-abc", old: true)
    let kept = try [make("assay-layers-new", old: false), make("of-others", old: true)]
    let target = try make("target", old: true)
    try FileManager.default.createSymbolicLink(atPath: sandbox.path("assay-layers-link"), withDestinationPath: target)
    let folder = try LockedFolder(in: sandbox.folder, prefix: "assay-layers-")
    #expect(!FileManager.default.fileExists(atPath: abandoned))
    for path in kept + [target] { #expect(FileManager.default.fileExists(atPath: "\(path)/file"), "\(path)") }
    folder.remove()
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test("One whose process lives stays, however old it is")
  func locked() throws {
    let first = try LockedFolder(in: sandbox.folder, prefix: "assay-")
    try age(first.path)
    let second = try LockedFolder(in: sandbox.folder, prefix: "assay-")
    #expect(FileManager.default.fileExists(atPath: first.path) && first.path != second.path)
    first.remove()
    second.remove()
  }
}
