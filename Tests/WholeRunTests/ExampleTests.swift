import Foundation
import TestSupport
import Testing

@Suite(
  "The examples at the end of every help work",
  .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino") && InstalledCharts.folder != nil))
struct ExampleTests {
  private static let commands = [
    "", "doctor", "engines", "engines list", "engines install", "bench", "accuracy", "stress", "compare", "run",
    "image-class", "report", "results", "results list", "results show", "results export", "results tag",
    "results repeat", "results delete", "results trend", "schema", "sweep",
  ]

  /// A folder with the files that examples name.
  private func prepared() throws -> Sandbox {
    let sandbox = try Sandbox()
    try InstalledCharts.link(into: sandbox)
    for (name, sample) in [
      ("net.tflite", "models/digits_int8.tflite"), ("net.onnx", "models/digits_float32.onnx"), ("images", "digits"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: sandbox.path(name), withDestinationPath: PackageFiles.path("Samples/\(sample)"))
    }
    let image = try #require(Self.firstImage)
    try FileManager.default.copyItem(
      atPath: PackageFiles.path("Samples/digits/0/\(image)"), toPath: sandbox.path("cat.png"))
    try sandbox.write(Data("at,took\n0,1.5\n2,1.6\n4,1.5\n".utf8), to: "other.csv")
    return sandbox
  }

  /// Saves two runs, long enough for a p99.
  private func measure(in sandbox: Sandbox) throws {
    for _ in 0..<2 {
      let run = try sandbox.shell(
        "\"$ASSAY\" bench net.tflite -e litert --runs 500 --warm-up 0", environment: InstalledEngines.environment)
      try #require(run.status == 0, "\(run)")
    }
  }

  private static var firstImage: String? {
    try? FileManager.default.contentsOfDirectory(atPath: PackageFiles.path("Samples/digits/0")).sorted().first
  }

  @Test("Each command has some, at the end, and they succeed", arguments: commands)
  func examples(command: String) throws {
    let sandbox = try prepared()
    let help = try sandbox.shell("\"$ASSAY\" \(command) --help")
    let parts = help.standardOutput.components(separatedBy: "\nEXAMPLES:\n")
    let examples = try #require(parts.count == 2 ? parts[1] : nil, "\(help)").split(separator: "\n")
    #expect(!examples.isEmpty && examples.allSatisfy { $0.hasPrefix("  assay \(command)") }, "\(help)")
    if help.standardOutput.contains("last") || command.hasPrefix("results") { try measure(in: sandbox) }
    // What is downloaded is tested with the installer.
    for example in examples where command != "engines install" {
      // A short time, and a limit that no noise exceeds.
      let line = example.dropFirst("  assay ".count).replacing(/3h|20min/, with: "1s").replacing("5%", with: "900%")
      let result = try sandbox.shell("\"$ASSAY\" \(line)", environment: InstalledEngines.environment)
      #expect(result.status == 0, "\(example)\n\(result)")
    }
  }
}
