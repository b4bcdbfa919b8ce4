import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A bad plugin costs one cell, whose error names its file")
struct BadPluginTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("The other cell is measured", arguments: BadPlugin.libraries + BadPlugin.descriptions + BadPlugin.ends)
  func fails(plugin: BadPlugin) throws {
    let bad = try sandbox.buildStub("Bad", plugin.fault, isCXX: plugin.isCXX)
    let good = try sandbox.buildStub("good")
    let (result, report) = try sandbox.bench(
      [try sandbox.stubModel()], Sandbox.quick + ["-e", "plugin:\(bad),plugin:\(good)", "--cell-timeout", "2"])
    try #require(report.cells.count == 2, "\(result)")
    let error = try #require(report.cells[0].error, "\(result)")
    #expect(error.message.contains(plugin.message) && error.message.contains(bad), "\(error)")
    #expect(report.cells[1].status == .ok, "\(result)")
    let alone = try sandbox.bench(
      [try sandbox.stubModel()], Sandbox.quick + ["-e", "plugin:\(bad)", "--cell-timeout", "2"])
    #expect(alone.result.status == plugin.status, "\(alone.result)")
  }

  @Test("A crash of a session that ends spoils nothing that was measured, and the test of engines finds it")
  func endsBadly() throws {
    let plugin = try sandbox.buildStub("bad", "#define AT_DESTROY raise(SIGSEGV)")
    let (result, report) = try sandbox.bench([try sandbox.stubModel()], Sandbox.quick + ["-e", "plugin:\(plugin)"])
    #expect(report.cells[0].status == .ok || report.cells[0].error?.message.contains(plugin) == true, "\(result)")
    _ = try sandbox.stubModel()
    try sandbox.write(Data(Self.expected.utf8), to: "expected.json")
    let test = try sandbox.assay("engines", "test", plugin, "--models", sandbox.folder)
    #expect(test.status == 1 && test.unwrappedOutput.contains("died of SIGSEGV"), "\(test)")
    #expect(test.unwrappedOutput.contains("✓ It reports its version, library and devices"), "\(test)")
  }

  private static let expected = """
    {"cases": [{"model": "model.stub", "format": "stub", "inputs": [{"name": "x", "type": "float32", "shape": [1, 4]}],
     "outputs": [{"name": "y", "type": "float32", "shape": [1, 2]}], "values": [[0.38982969522476196, 0.45244187116622925]]}]}
    """

  @Test("The test of engines says what is wrong with the models' expectations", arguments: ["{", #"{"cases": 1}"#, ""])
  func expectations(text: String) throws {
    try sandbox.write(Data(text.utf8), to: "expected.json")
    let result = try sandbox.assay(
      "engines", "test", try sandbox.buildStub("good"), "--models", sandbox.folder)
    #expect(result.status == 65 && result.standardError.contains(sandbox.path("expected.json")), "\(result)")
  }

  @Test("A plugin that reads damaged models and hangs fails cases of the test of engines, and the others go on")
  func hangs() throws {
    let plugin = try sandbox.buildStub("bad", "#define AT_COMPILE for (;;) pause()")
    let result = try sandbox.assay("engines", "test", plugin, "--case-timeout", "1")
    #expect(result.status == 1 && result.standardOutput.contains("2 of 3 cases failed"), "\(result)")
    #expect(result.unwrappedOutput.contains("took longer than 1 s"), "\(result)")
  }

  @Test(
    "A path that is no plugin is an error that says what a plugin is",
    arguments: ["/nonexistent.so", "model.stub", "."])
  func noPlugin(path: String) throws {
    _ = try sandbox.stubModel()
    let result = try sandbox.shell("\"$ASSAY\" bench model.stub -e 'plugin:\(path)'")
    #expect(result.status == 69 && result.standardError.contains(path), "\(result)")
  }
}
