import AssayCore
import Foundation
import ModelCatalogue
import TestSupport
import Testing

@Suite("Catalogues of the user's own models")
struct OwnCatalogueTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func read(_ text: String) throws -> OwnCatalogue {
    try OwnCatalogue(reading: try sandbox.write(Data(text.utf8), to: "models.yaml"))
  }

  @Test("Models have names, paths from the catalogue's folder, and preprocessing in the words of the options")
  func models() throws {
    let catalogue = try read(
      """
      catalogue: 1
      models:
        - name: flowers
          path: nets/flowers.onnx
          title: Flowers of our garden
          source: trained in May
          preprocessing: squash
          filter: bicubic
          mean: [0.485, 0.456, 0.406]
          std: 0.229,0.224,0.225
        - {name: birds-2.1, path: /models/birds.tflite, range: [-1, 1], channels: bgr}
      """)
    #expect(catalogue.models.map(\.name) == ["flowers", "birds-2.1"])
    let flowers = try #require(catalogue.model(named: "flowers"))
    #expect(flowers.path == sandbox.path("nets/flowers.onnx") && flowers.title == "Flowers of our garden")
    #expect(flowers.preprocessing.preset == .squash && flowers.preprocessing.filter == .bicubic)
    #expect(
      flowers.preprocessing.numbers == .standardized(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225]))
    #expect(flowers.words.hasPrefix("preprocessing squash, filter bicubic, mean 0.485,0.456,0.406"))
    #expect(flowers.place == "\(catalogue.path):3")
    let birds = try #require(catalogue.model(named: "birds-2.1"))
    #expect(birds.path == "/models/birds.tflite" && birds.preprocessing.numbers == .range(low: -1, high: 1))
    #expect(birds.preprocessing.channels == .bgr && catalogue.model(named: "trees") == nil)
  }

  @Test(
    "Problems have line and column",
    arguments: [
      ("catalogue: 2\n", "1:12: This Assay reads catalogues of format 1, not '2'."),
      ("models: []\n", "1:1: A catalogue needs 'catalogue'."),
      ("catalogue: 1\nmodel: []\n", "2:1: A catalogue has no 'model'. Is it 'models'?"),
      (
        "catalogue: 1\nmodels:\n- name: a\n  path: a.onnx\n  paht: b.onnx\n",
        "5:3: A model has no 'paht'. Is it 'path'?"
      ),
      ("catalogue: 1\nmodels:\n- name: a\n", "3:3: A model needs 'path'."),
      ("catalogue: 1\nmodels: 3\n", "2:9: Here belongs a model, with keys such as name, path, title."),
      (
        "catalogue: 1\nmodels:\n- {name: a, path: a.onnx}\n- {name: a, path: b.onnx}\n",
        "4:3: There is a model 'a' already, at "
      ),
      ("catalogue: 1\nmodels:\n- {name: resnet50, path: a.onnx}\n", "3:10: Assay has a model 'resnet50' of its own."),
      ("catalogue: 1\nmodels:\n- {name: a/b, path: a.onnx}\n", "3:10: A name has letters, digits,"),
      (
        "catalogue: 1\nmodels:\n- {name: net.onnx, path: a.onnx}\n",
        "3:10: A name that ends in .onnx is that of a file."
      ),
      ("catalogue: 1\nmodels:\n- {name: a, path: a.onnx, filter: cubic}\n", "3:35: 'cubic' is no filter."),
      ("catalogue: 1\nmodels:\n- {name: a, path: a.onnx, std: 0}\n", "3:32: --std must be above 0."),
      ("catalogue: 1\nmodels:\n- {name: a, path: a.onnx, mean: 1, range: '0,1'}\n", "3:3: Give either range, or mean"),
      ("catalogue: 1\nmodels: [\n", ": This is no YAML: "),
      ("catalogue: 1\nmodels: &all [*all]\n", ": This is no YAML: "),
      ("catalogue: 1\ncatalogue: 1\n", "catalogue stands here twice."),
    ])
  func problems(text: String, sentence: String) throws {
    let error = try #require(throws: AssayError.self) { try read(text) }
    #expect(
      error.code == .badData && error.message.contains("models.yaml") && error.message.contains(sentence), "\(error)")
  }

  @Test("All problems are reported together, and those of files if they are looked for")
  func together() throws {
    let path = try sandbox.write(
      Data("catalogue: 1\nmodels:\n- {name: a, path: none.onnx}\n- {name: 'b c', path: b.onnx}\n".utf8),
      to: "models.yaml")
    let error = try #require(throws: AssayError.self) { try OwnCatalogue(reading: path, checksFiles: true) }
    #expect(error.others.count == 1 && error.description.split(separator: "\n").count == 2, "\(error)")
    #expect(error.message.contains(":3:19: There is no model \(sandbox.path("none.onnx"))."), "\(error)")
  }

  @Test("Aliases that multiply cost no memory")
  func multiplying() throws {
    let levels = (1...60).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]" }.joined(separator: "\n")
    let error = try #require(throws: AssayError.self) {
      try read("catalogue: 1\nl0: &l0 [x]\n\(levels)\nmodels: *l60\n")
    }
    #expect(error.message.contains("A catalogue has no 'l0'"))
  }

  @Test("A file that is not there, empty, a folder, or no text is refused")
  func unreadable() throws {
    let cases: [(path: String, code: AssayError.Code)] = [
      (sandbox.path("none.yaml"), .inputOutput), (sandbox.folder, .inputOutput),
      (try sandbox.write(Data(), to: "empty.yaml"), .badData),
      (try sandbox.write(Data([0xFF, 0xFE]), to: "x.yaml"), .badData),
    ]
    for (path, code) in cases {
      let error = try #require(throws: AssayError.self) { try OwnCatalogue(reading: path) }
      #expect(error.code == code && error.message.contains(path), "\(error)")
    }
  }

  @Test("The environment says where the catalogue is; only one that it names must be there")
  func places() throws {
    #expect(OwnCatalogue.path(environment: ["HOME": "/home/me"]) == "/home/me/.config/assay/models.yaml")
    #expect(OwnCatalogue.path(environment: ["XDG_CONFIG_HOME": "/etc/me"]) == "/etc/me/assay/models.yaml")
    #expect(OwnCatalogue.path(environment: [OwnCatalogue.variable: "my.yaml", "HOME": "/home/me"]) == "my.yaml")
    #expect(OwnCatalogue.path(environment: [:]) == nil)
    #expect(try OwnCatalogue(environment: ["HOME": sandbox.folder]) == nil)
    #expect(throws: AssayError.self) {
      try OwnCatalogue(environment: [OwnCatalogue.variable: sandbox.path("none.yaml")])
    }
  }
}
