import AssayCore
import Testing

@Suite("A target is written engine[:device]")
struct TargetTests {
  @Test("An engine alone runs on the CPU")
  func engineAlone() {
    #expect(Target("litert") == Target(engine: "litert", device: "cpu"))
  }

  @Test("A device may hold a colon itself")
  func deviceWithColon() {
    #expect(Target("onnxruntime:cuda:0") == Target(engine: "onnxruntime", device: "cuda:0"))
  }

  @Test("An empty engine or device is no target", arguments: ["", ":", "litert:", ":cpu"])
  func empty(text: String) {
    #expect(Target(text) == nil)
  }
}
