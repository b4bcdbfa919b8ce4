import Foundation
import TestSupport
import Testing

@Suite("The commands of the documentation of plugins work, in order")
struct ExamplePluginTests {
  /// Runs the lines of all blocks marked `sh`, in a copy of an example's folder, as if the header were installed.
  private func run(_ document: String, in example: String) throws {
    let sandbox = try Sandbox()
    let folder = sandbox.path("Examples/\(example)")
    try FileManager.default.createDirectory(atPath: sandbox.path("Examples"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: PackageFiles.path("Examples/\(example)"), toPath: folder)
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.path("Sources"), withDestinationPath: PackageFiles.path("Sources"))
    let text = try String(contentsOfFile: PackageFiles.path(document), encoding: .utf8)
    let blocks = text.split(separator: "\n```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
    try #require(!blocks.isEmpty)
    let script = "set -ex\nassay() { \"$ASSAY\" \"$@\"; }\ncd '\(folder)'\n\(blocks.joined(separator: "\n"))\n"
    try sandbox.write(Data(script.utf8), to: "commands.sh")
    let result = try sandbox.shell(
      "sh commands.sh", environment: ["CPATH": PackageFiles.path("Sources/CEngineAPIs/include")])
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("cases passed"), "\(result)")
  }

  @Test("Those of Plugins.md")
  func tour() throws { try run("Documentation/Plugins.md", in: "plugin-c") }

  @Test("Those of the example in C")
  func plainC() throws { try run("Examples/plugin-c/README.md", in: "plugin-c") }

  private static let hasOpenCV: Bool = {
    let isHere = FileManager.default.fileExists(atPath: "/usr/include/opencv4/opencv2/dnn.hpp")
    if !isHere {
      FileHandle.standardError.write(
        Data("OpenCV is not installed, so its plugin is not tested: sudo apt-get install libopencv-dnn-dev\n".utf8))
    }
    return isHere
  }()

  @Test("Those of the example in C++", .enabled(if: hasOpenCV))
  func cPlusPlus() throws { try run("Examples/plugin-cpp/README.md", in: "plugin-cpp") }

  @Test("Each example is one file of fewer than 200 lines", arguments: ["plugin-c/dense.c", "plugin-cpp/opencv.cpp"])
  func length(file: String) throws {
    let text = try String(contentsOfFile: PackageFiles.path("Examples/\(file)"), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 200)
  }
}
