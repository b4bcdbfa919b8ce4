import TestSupport
import Testing

@Suite("Saved runs stand beside the literature")
struct LiteratureTests {
  @Test("A published time has a ratio, its place and its method, and no verdict")
  func published() throws {
    let sandbox = try Sandbox()
    let model = try sandbox.model("a", microseconds: 50)
    _ = try sandbox.assay("bench", model, "-e", "synthetic", "--runs", "100", "-q")
    let result = try sandbox.assay("compare", "published:MobileNet v2", "last")
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("thesis 4.1"), "\(result)")
    #expect(result.standardOutput.contains("a.synthetic on synthetic") && result.standardOutput.contains("run 1"))
    #expect(
      result.standardOutput.contains("How thesis measured – ")
        && result.standardOutput.contains("program: Python (Assay: Swift on the engine's C interface)"), "\(result)")
    let spelled = try sandbox.assay("compare", "published:mobilenet-v2@jetson nano", "last")
    #expect(spelled.status == 0 && spelled.standardOutput.contains("thesis 4.2"), "\(spelled)")
  }

  @Test("What is not published, and what does not fit, is refused")
  func refusals() throws {
    let sandbox = try Sandbox()
    for operands in [
      ["published:NoSuchNet"], ["published:MobileNet v2@nowhere"], ["published:MobileNet v2", "a.tflite@litert"],
      ["published:MobileNet v2", "--json", "-"], ["published:MobileNet v2", "--fail-above", "5%"],
    ] {
      let result = try sandbox.start([Sandbox.program("assay"), "compare"] + operands).wait()
      #expect([64, 74].contains(result.status), "\(result)")
    }
  }
}
