import AssayCore
import Foundation
import Platform
import Testing

@testable import Conversion

@Suite("Converted models are kept by what they were made from")
struct CacheTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test("The same conversion is made once, and another script, environment or source is another one")
  func once() throws {
    let first = try workshop.run(Workshop.success)
    let again = try workshop.run(Workshop.success)
    #expect(again.isCached && again.model == first.model && again.entry == first.entry)
    #expect(try !workshop.run("# newer\n" + Workshop.success).isCached)
    #expect(try !workshop.run(Workshop.success, identity: "2").isCached)
    #expect(workshop.kept.count == 3)
  }

  @Test(
    "What is damaged is noticed and made again",
    arguments: ["model.tflite", "entry.json"], [Data(), Data("damage".utf8), Data(#"{"version": 99}"#.utf8)])
  func damage(file: String, content: Data) throws {
    let first = try workshop.run(Workshop.success)
    let place = URL(filePath: first.model.path).deletingLastPathComponent()
    try content.write(to: place.appending(path: file))
    let again = try workshop.run(Workshop.success)
    #expect(!again.isCached && workshop.reports.contains { $0.contains("damaged or of another version") })
    #expect(try String(contentsOfFile: again.model.path, encoding: .utf8) == "converted")
    #expect(try workshop.run(Workshop.success).isCached)
  }

  @Test("A list that names files elsewhere is foreign, and those files are not read")
  func foreign() throws {
    let first = try workshop.run(Workshop.success)
    let list = URL(filePath: first.model.path).deletingLastPathComponent().appending(path: "entry.json")
    let text = try String(contentsOf: list, encoding: .utf8)
    try Data(text.replacing("model.tflite", with: "../../source.onnx").utf8).write(to: list)
    #expect(try !workshop.run(Workshop.success).isCached)
  }

  @Test("What a killed process left is removed, and a folder at work is not")
  func leftovers() throws {
    try FileManager.default.createDirectory(atPath: "\(workshop.cache)/.work-left", withIntermediateDirectories: true)
    let cache = ConversionCache(folder: workshop.cache, digests: .init())
    let work = try cache.makeWork()
    _ = try workshop.run(Workshop.success)
    #expect(!workshop.kept.contains(".work-left"))
    withExtendedLifetime(work.lock) {}
    #expect(workshop.kept.contains(URL(filePath: work.folder).lastPathComponent))
  }
}
