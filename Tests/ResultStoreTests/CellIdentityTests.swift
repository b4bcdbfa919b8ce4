import AssayCore
import Foundation
import ResultStore
import TestSupport
import Testing

@Suite("The identity of a cell is what it measures, not where its files are")
struct CellIdentityTests {
  private static let spec = CellSpec(
    model: ModelReference(path: "/models/net.onnx", format: .onnx, sha256: "ab", bytes: 10),
    target: Target(engine: "onnxruntime"), options: CellOptions(threads: 2), measure: .latency(.exactly(7)))

  private static func changed(_ change: (inout CellSpec) -> Void) -> CellSpec {
    var spec = spec
    change(&spec)
    return spec
  }

  @Test("It is the SHA-256 of a canonical form that other programs can make")
  func canonicalForm() throws {
    let form = """
      {"measure":{"kind":"bench","rule":{"min_count":7,"min_s":0,"warm_up_count":3,"warm_up_s":0.5}},\
      "model":{"path":"","sha256":"ab"},"options":{"inputs":"random","seed":1,"threads":2},"target":"onnxruntime"}
      """
    let sum = try Sandbox().shell("printf %s '\(form)' | sha256sum").standardOutput.prefix(64)
    #expect(Self.spec.identity == String(sum))
  }

  @Test(
    "Paths, the model's format and size, and the time limit do not change it",
    arguments: [
      changed { $0.model.path = "elsewhere/other name.onnx" }, changed { $0.model.format = nil },
      changed { $0.model.bytes = nil }, changed { $0.engineLibrary = "/opt/libonnxruntime.so" },
      changed { $0.options.timeLimit = 5 },
    ])
  func same(spec: CellSpec) {
    #expect(spec != Self.spec && spec.identity == Self.spec.identity)
  }

  @Test(
    "Content, signature, target, options and measure change it",
    arguments: [
      changed { $0.model.sha256 = "cd" }, changed { $0.model.signature = "main" },
      changed { $0.target = Target(engine: "openvino") },
      changed { $0.target = Target(engine: "onnxruntime", device: "gpu") }, changed { $0.options.threads = 1 },
      changed { $0.options.batch = 1 }, changed { $0.options.shapes = ["": [1, 4]] }, changed { $0.options.seed = 2 },
      changed { $0.options.allowFallback = true }, changed { $0.measure = .latency(.exactly(8)) },
      changed { $0.measure = .stress(StressMeasure(rule: .exactly(7))) },
      changed { $0.measure = .accuracy(AccuracyMeasure(images: ImageSet(folder: "images"))) },
    ])
  func different(spec: CellSpec) {
    #expect(spec.identity != nil && spec.identity != Self.spec.identity)
  }

  @Test("Images are the same from any folder that the command runs in")
  func images() {
    func identity(_ folder: String) -> String? {
      Self.changed { $0.measure = .accuracy(AccuracyMeasure(images: ImageSet(folder: folder))) }.identity
    }
    let here = FileManager.default.currentDirectoryPath
    #expect(identity("images") == identity("\(here)/images") && identity("images") == identity("./images/"))
    #expect(identity("images") != identity("other"))
  }

  @Test("Without the content of the model there is none")
  func unknown() {
    #expect(Self.changed { $0.model.sha256 = nil }.identity == nil)
  }
}
