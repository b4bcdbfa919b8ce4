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

  @Test("Devices behind one that distributes work are written with + between them", arguments: ["gpu,cpu", "gpu+cpu"])
  func distributed(devices: String) {
    #expect(Target("openvino:hetero:\(devices)")?.description == "openvino:hetero:gpu+cpu")
  }

  @Test("A target needs an engine and, after a colon, a device", arguments: ["", ":", "litert:", ":cpu"])
  func empty(text: String) {
    #expect(Target(text) == nil)
  }
}
