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

  @Test("A plugin is named by its path, which keeps its case and may have colons in its folders")
  func plugin() throws {
    let target = try #require(Target("Plugin:/Opt/a:b/My.Engine.so:CUDA:0"))
    #expect(target.plugin == "/Opt/a:b/My.Engine.so" && target.engine == "my.engine" && target.device == "cuda:0")
    #expect(Target(target.description) == target)
    #expect(Target("plugin:net.so")?.description == "plugin:net.so")
  }

  @Test("A plugin needs a file and, after a colon, a device", arguments: ["plugin:", "plugin:/opt/", "plugin:a.so:"])
  func noPlugin(text: String) {
    #expect(Target(text) == nil)
  }

  @Test("A cell has a plugin as the library of its engine")
  func cell() throws {
    let spec = CellSpec(
      model: ModelReference(path: "net.dense"), target: try #require(Target("plugin:/a/Dense.so:gpu")),
      options: CellOptions(threads: 1), measure: .latency(RepetitionRule()))
    #expect(spec.target == Target(engine: "dense", device: "gpu") && spec.engineLibrary == "/a/Dense.so")
  }
}
