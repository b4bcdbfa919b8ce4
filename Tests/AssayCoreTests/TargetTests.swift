import AssayCore
import Testing

@Suite("A target is written engine[:device]")
struct TargetTests {
  @Test("An engine alone runs on the CPU")
  func engineAlone() {
    #expect(Target("litert") == Target(engine: "litert", device: "cpu"))
  }

  @Test("A device may contain a colon")
  func deviceWithColon() {
    #expect(Target("onnxruntime:cuda:0") == Target(engine: "onnxruntime", device: "cuda:0"))
  }

  @Test("A target needs an engine and, after a colon, a device", arguments: ["", ":", "litert:", ":cpu"])
  func empty(text: String) {
    #expect(Target(text) == nil)
  }
}
