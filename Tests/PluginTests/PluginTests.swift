import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A plugin is an engine like any other")
struct PluginTests {
  private let sandbox: Sandbox
  private let dense = PackageFiles.path("Examples/plugin-c/dense.c")
  private let model = PackageFiles.path("Examples/plugin-c/models/three.dense")

  init() throws { sandbox = try Sandbox() }

  @Test("By a path with capitals and blanks, it is measured under its own name, in the sandbox and in turns, and again")
  func path() throws {
    let plugin = try sandbox.buildPlugin(dense, "My Plugins/Version2.so")
    let options = ["-e", "plugin:\(plugin):CPU", "--batch", "4", "--sandbox", "--no-save"]
    let (result, report) = try sandbox.bench([model], Sandbox.quick + options)
    let cell = try #require(report.cells.first)
    #expect(cell.status == .ok && cell.engine.name == "dense" && cell.engine.library == plugin, "\(result)")
    #expect(cell.inputs?.map(\.shape) == [[4, 16]] && cell.outputs?.map(\.shape) == [[4, 5]], "\(result)")
    #expect(result.standardOutput.contains("dense 1.0"), "\(result)")

    let other = try sandbox.buildPlugin(dense, "other.so")
    let comparison = try sandbox.assay(
      "compare", "\(model)@plugin:\(plugin)", "\(model)@plugin:\(other)", "--max-time", "30")
    #expect(comparison.status == 0, "\(comparison)")
  }

  @Test("A saved run with a plugin by a relative path is repeated from elsewhere")
  func repeated() throws {
    let plugin = try sandbox.buildPlugin(dense, "dense.so")
    let first = try sandbox.shell("\"$ASSAY\" bench '\(model)' -e plugin:dense.so --runs 20 --warm-up 0")
    #expect(first.status == 0, "\(first)")
    let again = try sandbox.assay("results", "repeat", "last")
    #expect(again.status == 0 && again.standardError.contains("names the library to open: \(plugin)"), "\(again)")
    let list = try sandbox.assay("results", "list", "--engine", "dense")
    #expect(list.standardOutput.split(separator: "\n").filter { $0.contains("three.dense") }.count == 2, "\(list)")
  }

  @Test("In the folder of plugins it has the name of its file, and lists show it")
  func named() throws {
    let plugin = try sandbox.buildPlugin(dense, "data/assay/plugins/tiny.so")
    let (result, report) = try sandbox.bench([model], Sandbox.quick + ["-e", "tiny"])
    #expect(report.cells.first?.engine.library == plugin, "\(result)")
    let list = try sandbox.assay("engines", "list")
    #expect(list.unwrappedOutput.contains("✓ Dense example 1.0 (tiny)"), "\(list)")
    #expect(
      list.unwrappedOutput.contains("\(plugin) (folder of plugins)") && list.unwrappedOutput.contains("reads dense"))
    let doctor = try sandbox.assay("doctor", "--json")
    #expect(doctor.standardOutput.contains("Dense example"), "\(doctor)")
    let unknown = try sandbox.assay("bench", model, "-e", "tyni")
    #expect(unknown.status == 64 && unknown.standardError.contains("Did you mean tiny?"), "\(unknown)")
    let other = try sandbox.bench([model], Sandbox.quick + ["-e", "tiny", "--engine-library", "tiny=\(plugin)"])
    #expect(other.report.cells.first?.status == .ok, "\(other.result)")
  }

  @Test("A broken plugin in the folder is a line of the list, and keeps no other engine from it")
  func brokenInFolder() throws {
    try sandbox.buildPlugin(dense, "data/assay/plugins/fine.so")
    try sandbox.write(Data("no library".utf8), to: "data/assay/plugins/broken.so")
    let list = try sandbox.assay("engines", "list")
    #expect(list.status == 0 && list.unwrappedOutput.contains("✗ broken (broken)"), "\(list)")
    #expect(list.unwrappedOutput.contains("✓ Dense example 1.0 (fine)"), "\(list)")
  }

  @Test("Without -e, no plugin is opened")
  func unnamed() throws {
    try sandbox.buildPlugin(dense, "data/assay/plugins/dense.so")
    let result = try sandbox.assay("bench", model)
    #expect(result.status == 65 && result.standardError.contains("-e plugin:PATH"), "\(result)")
  }

  @Test(
    "A wrong request is an error of its own",
    arguments: [
      ("--shape x=1,17", 69, "the model has 16 inputs"), ("--engine-option a=b", 69, "takes no --engine-option"),
      ("--precision f16", 69, "takes no --precision"), ("-e plugin:@/dense.so:npu", 69, "has no device 'npu'"),
      ("-e plugin:@/litert.so", 64, "is called like Assay's own engine litert"), ("-e plugin:", 64, "is not a target"),
    ] as [(String, Int32, String)])
  func requests(options: String, status: Int32, message: String) throws {
    let plugin = try sandbox.buildPlugin(dense, "dense.so")
    let arguments = options.replacing("@", with: sandbox.folder).split(separator: " ").map(String.init)
    let target = options.contains("-e ") ? [] : ["-e", "plugin:\(plugin)"]
    let result = try sandbox.start([Sandbox.program("assay"), "bench", model] + target + arguments).wait()
    #expect(result.status == status && result.standardError.contains(message), "\(result)")
  }

  @Test("An option that it takes reaches it, and its answer the user")
  func options() throws {
    let plugin = try sandbox.buildStub("stub")
    let (result, report) = try sandbox.bench(
      [try sandbox.stubModel()], Sandbox.quick + ["-e", "plugin:\(plugin)", "--engine-option", "speed=high"])
    #expect(report.cells[0].error?.message.contains("no option speed=high") == true, "\(result)")
  }

  @Test(
    "Start and wait serve where there is no infer, and outputs of any size are taken",
    arguments: [
      "#define INFER NULL\n#define START infer\n#define WAIT done",
      "#define SIZE -1\n#define DATA_SIZE 3\n#define DATA_NAME \"y\"\n#define OUTPUT_DATA output_data",
    ])
  func otherWays(macros: String) throws {
    let plugin = try sandbox.buildStub("stub", macros)
    let (result, report) = try sandbox.bench(
      [try sandbox.stubModel()], Sandbox.quick + ["-e", "plugin:\(plugin)"])
    #expect(report.cells[0].status == .ok, "\(result)")
    #expect(report.cells[0].outputs?.first?.shape == (macros.contains("DATA_SIZE") ? [1, 3] : [1, 2]))
  }

  @Test("The header compiles without warnings as C99 and as C++11")
  func header() throws {
    try sandbox.write(Data("#include \"assay_engine.h\"\n".utf8), to: "header.c")
    let include = PackageFiles.path("Sources/CEngineAPIs/include")
    for compiler in ["cc -std=c99", "c++ -std=c++11 -x c++"] {
      let result = try sandbox.shell(
        "\(compiler) -Wall -Wextra -Werror -pedantic -fsyntax-only -I '\(include)' header.c")
      #expect(result.status == 0, "\(compiler): \(result)")
    }
  }
}
