import Foundation
import TestSupport
import Testing

@Suite("models lists and writes models")
struct ModelsTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("The list has a line per model, and info says all about one")
  func list() throws {
    let list = try sandbox.assay("models", "list")
    #expect(list.status == 0 && list.standardError.isEmpty, "\(list)")
    #expect(list.standardOutput.contains("\nmobilenet_v2"), "\(list)")
    let info = try sandbox.assay("models", "info", "ssd_mobilenet_v1")
    #expect(info.standardOutput.contains("boxes 1 × 1917 × 4, scores 1 × 1917 × 91"), "\(info)")
  }

  @Test("A name that the catalogue lacks gets the nearest one", arguments: ["info", "get"])
  func unknown(command: String) throws {
    let output = command == "get" ? ["-o", sandbox.path("net.onnx")] : []
    let result = try sandbox.start([Sandbox.program("assay"), "models", command, "mobilenetv2"] + output).wait()
    #expect(result.status == 64)
    #expect(
      result.standardError
        == "assay: The catalogue has no model 'mobilenetv2'.\n  Did you mean mobilenet_v2? All models: assay models list\n"
    )
  }

  @Test("What cannot be written is an error, and leaves what was there before")
  func unwritable() throws {
    let missing = try sandbox.assay("models", "get", "squeezenet_1.1", "-o", sandbox.path("no/net.onnx"))
    #expect(missing.status == 74)
    #expect(missing.standardError.contains("no/net.onnx: No such file or directory."), "\(missing)")

    let path = try sandbox.write(Data("mine".utf8), to: "net.onnx")
    // In blocks of 512 bytes: the model has 5 MB.
    let full = try sandbox.shell("ulimit -f 4000; \"$ASSAY\" models get squeezenet_1.1 -o net.onnx")
    #expect(full.status == 74 && full.standardError.contains("net.onnx: File too large."), "\(full)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    #expect(try !FileManager.default.contentsOfDirectory(atPath: sandbox.folder).contains { $0.hasSuffix("partial") })
  }
}
