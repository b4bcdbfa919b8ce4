import AssayCore
import Foundation
import Platform
import TestSupport
import Testing

@testable import Assay

@Suite("All files of a model make its identity")
struct ModelFileTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func model(_ location: String, in folder: String = "v1") throws -> ModelFile {
    try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
    let path = try sandbox.write(ONNXFile.classifier(weight: .external(location: location)), to: "\(folder)/net.onnx")
    return try ModelFile(at: path)
  }

  @Test("External weights of ONNX belong to the hash and the size")
  func external() throws {
    let one = try model("weights/net.data", in: "v1")
    let two = try model("weights/net.data", in: "v2")
    for (folder, byte) in [("v1", UInt8(1)), ("v2", UInt8(2))] {
      try FileManager.default.createDirectory(
        atPath: sandbox.path("\(folder)/weights"), withIntermediateDirectories: true)
      try sandbox.write(Data([0, 0, byte, 63]), to: "\(folder)/weights/net.data")
    }
    #expect(try one.parts().map(\.name) == ["net.onnx", "weights/net.data"])
    let (first, second) = (try one.reference(), try two.reference())
    #expect(first.sha256 != second.sha256)
    let size = try Data(contentsOf: URL(filePath: one.path)).count
    #expect(first.bytes == size + 4)
    let list = try sandbox.shell("cd v1 && sha256sum net.onnx weights/net.data | sha256sum").standardOutput.prefix(64)
    #expect(first.sha256 == String(list))
  }

  @Test("A link to external weights is followed, and a dot in the path means nothing")
  func links() throws {
    let file = try model("./net.data")
    try sandbox.write(Data([0, 0, 1, 63]), to: "blob")
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.path("v1/net.data"), withDestinationPath: sandbox.path("blob"))
    #expect(try file.parts().map(\.name) == ["net.data", "net.onnx"])
    #expect(try file.reference().sha256 != nil)
  }

  @Test("A SavedModel of a thousand files has the sum of what sha256sum says of them")
  func manyFiles() throws {
    try FileManager.default.createDirectory(atPath: sandbox.path("saved/variables"), withIntermediateDirectories: true)
    try sandbox.write(Data("graph".utf8), to: "saved/saved_model.pb")
    for index in 0..<1000 { try sandbox.write(Data("\(index)".utf8), to: "saved/variables/\(index).bin") }
    let reference = try ModelFile(at: sandbox.path("saved")).reference()
    let list = "find saved_model.pb variables -type f | LC_ALL=C sort | xargs sha256sum | sha256sum"
    #expect(reference.sha256 == String(try sandbox.shell("cd saved && \(list)").standardOutput.prefix(64)))
    #expect(reference.bytes == 5 + (0..<1000).reduce(0) { $0 + "\($1)".count })
  }

  @Test("A model is read once for all cells of a run, and its external weights too")
  func readOnce() throws {
    let file = try model("net.data")
    let weights = try sandbox.write(Data([0, 0, 1, 63]), to: "v1/net.data")
    // Longer ago than a file system's clock is coarse.
    sleep(3)
    var pieces = 0
    let digests = FileDigests {
      pieces += 1
      return false
    }
    let first = try file.reference(digests)
    #expect(pieces > 0)
    pieces = 0
    #expect(try file.reference(digests).sha256 == first.sha256)
    #expect(pieces == 0)
    try Data([0, 0, 2, 63]).write(to: URL(filePath: weights))
    #expect(try file.reference(digests).sha256 != first.sha256)
  }

  @Test("An interrupt while a model is read is no bad model")
  func interrupted() throws {
    let path = try sandbox.model()
    let error = #expect(throws: AssayError.self) { try ModelFile(at: path).reference(FileDigests { true }) }
    #expect(error?.code == .interrupted)
  }

  @Test("External weights that are not there are a bad model that names the file")
  func missing() throws {
    let file = try model("net.data")
    let error = #expect(throws: AssayError.self) { try file.reference() }
    #expect(error?.code == .badModel)
    #expect(error?.message.contains("keeps tensors in \(sandbox.path("v1/net.data")), which is not there") == true)
  }

  @Test(
    "External weights outside of the folder are refused, even where the file exists",
    arguments: ["../secret", "/etc/hostname", "a/../../secret", "", "."])
  func escaping(location: String) throws {
    try sandbox.write(Data([1]), to: "secret")
    let file = try model(location)
    let error = #expect(throws: AssayError.self) { try file.reference() }
    #expect(error?.code == .badModel)
    #expect(error?.message.contains("which is no file below its folder") == true)
  }
}
