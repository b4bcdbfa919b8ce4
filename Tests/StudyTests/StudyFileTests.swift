import AssayCore
import Foundation
import Study
import TestSupport
import Testing

@Suite("A study file is read, or all its problems are listed by line and column")
struct StudyFileTests {
  private func read(_ text: String, in sandbox: Sandbox, checksFiles: Bool = false) throws -> StudyFile {
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    return try StudyReader(publishedTables: ["4.1"], publishedSources: ["thesis"]).read(
      sandbox.path("study.yaml"), checksFiles: checksFiles)
  }

  /// The problems of a file, without its folder.
  private func problems(_ text: String, checksFiles: Bool = false) throws -> String {
    let sandbox = try Sandbox()
    do {
      _ = try read(text, in: sandbox, checksFiles: checksFiles)
      return ""
    } catch let error as AssayError {
      #expect(error.code == .badData)
      return error.description.replacing(sandbox.path("study.yaml").dropLast("study.yaml".count), with: "")
    }
  }

  private static let head = "study: 1\nname: s\n"

  @Test("Names, variables, lists, matrices and the report are read")
  func whole() throws {
    let sandbox = try Sandbox()
    let study = try read(
      """
      study: 1
      name: boards
      title: Two boards
      seed: 7
      order: listed
      repeats: 3
      published: thesis
      variables: {folder: nets, model: "${folder}/a"}
      cool-down: {time: 30s, below: 50}
      hosts:
        - {name: pi, via: ssh pi@board}
        - {name: here}
      models:
        - {name: a, path: "${model}.tflite"}
        - {name: b, path: /b.onnx}
      targets:
        - {name: lite, target: tflite, device: Raspberry Pi, precision: int8}
      measures:
        - {name: speed, kind: latency, runs: 10}
        - {name: images, kind: accuracy, images: images, count: 100}
        - {name: long, kind: stress, duration: 1h30m}
      cells:
        - models: a
          threads: [1, 2]
          exclude:
            - {hosts: pi, threads: 2, reason: it has one core}
      report:
        sections:
          - title: Results
            show:
              - {table: results-by-device, device: Raspberry Pi, number: "4.0"}
              - {table: best-accuracy-within, limits: [10ms, 1s]}
              - published: "4.1"
      """, in: sandbox)
    #expect(study.name == "boards" && study.seed == 7 && study.order == .listed && study.repeats == 3)
    #expect(study.published == "thesis")
    #expect(study.coolDown?.seconds == 30 && study.coolDown?.temperature == 50)
    #expect(study.hosts.map(\.via) == ["ssh pi@board", nil])
    #expect(study.models.map(\.path) == [sandbox.path("nets/a.tflite"), "/b.onnx"])
    #expect(study.targets[0].target == Target(engine: "tflite"))
    #expect(study.measures[0].measure == .latency(.exactly(10)))
    #expect(study.measures[1].measure.images?.sampling?.amount == .count(100))
    #expect(study.measures[2].measure.stress?.rule.maximumSeconds == 5400)
    let matrix = try #require(study.matrices.first)
    #expect(matrix.hosts == [0, 1] && matrix.models == [0] && matrix.measures == [0, 1, 2])
    #expect(matrix.threads == [1, 2] && matrix.batches == [nil])
    #expect(matrix.exclusions[0].threads == [2] && matrix.exclusions[0].reason == "it has one core")
    let items = try #require(study.outline.sections.first).items
    #expect(items.count == 3 && items[1].options.limits == [10, 1000] && items[2].content == .published("4.1"))
  }

  @Test(
    "A problem is reported with its place",
    arguments: [
      ("modles: []\n", "study.yaml:3:1: A study has no 'modles'. Is it 'models'?"),
      ("hosts: [{name: a}, {name: a}]\n", "study.yaml:3:20: There is a host 'a' already, at study.yaml:3."),
      ("hosts: [{nam: a}]\n", "study.yaml:3:10: A host has no 'nam'. Is it 'name'?"),
      ("models: [{name: a}]\n", "study.yaml:3:10: A model needs 'path'."),
      ("models: [{name: a, path: a, convert: {to: onyx}}]\n", "There is no format 'onyx'. Is it 'onnx'?"),
      ("models: [{name: a, path: a, convert: {precision: fp16}}]\n", "A conversion needs 'to'."),
      ("models: [{name: a, path: a, convert: {to: onnx, precision: fp8}}]\n", "There is no precision 'fp8'."),
      ("models: [{name: a, path: a, convert: {to: onnx, calibration: b}}]\n", "'calibration' is for int8."),
      ("models: nothing\n", "study.yaml:3:9: Here belongs a model, with keys such as name, path, convert."),
      ("seed: many\n", "study.yaml:3:7: 'seed' is a whole number from 0 to"),
      ("order: random\n", "study.yaml:3:8: There is no order 'random'."),
      ("published: thesi\n", "study.yaml:3:12: There is no source of published results 'thesi'. Is it 'thesis'?"),
      ("targets: [{name: a, target: ':'}]\n", "study.yaml:3:29: ':' is no target"),
      ("measures: [{name: a, kind: speed}]\n", "study.yaml:3:28: There is no kind of measure 'speed'."),
      ("measures: [{name: a, kind: accuracy}]\n", "study.yaml:3:12: Accuracy needs 'images'"),
      ("measures: [{name: a, kind: stress, duration: 3}]\n", "study.yaml:3:46: '3' is no time, such as 3h."),
      ("measures: [{name: a, kind: streams}]\n", "Streams need 'streams'"),
      ("measures: [{name: a, kind: latency, duration: 3s}]\n", "study.yaml:3:47: 'duration' is nothing for latency"),
      ("measures: [{name: a, kind: scenario}]\n", "A scenario needs 'scenario'."),
      ("measures: [{name: a, kind: scenario, scenario: servr}]\n", "There is no scenario 'servr'. Is it 'server'?"),
      ("measures: [{name: a, kind: scenario, scenario: server, rate: 20}]\n", "server needs 'latency-bound'."),
      ("measures: [{name: a, kind: scenario, scenario: offline, rate: 20}]\n", "Only server has a 'rate'"),
      ("measures: [{name: a, kind: scenario, scenario: single-stream, streams: 2}]\n", "leave out 'streams'"),
      (
        "measures: [{name: a, kind: scenario, scenario: server, rate: 1e6, latency-bound: 1s, min-duration: 2d}]\n",
        "more than 100 million queries"
      ),
      ("cells: [{models: a}]\n", "study.yaml:3:18: There is no model 'a': the file declares none."),
      ("cells: [{threads: 0}]\n", "'0' in 'threads' is no whole number from 1 to 65536."),
      ("cool-down: {time: 1}\n", "study.yaml:3:19: 'time' is a time up to a day, such as 60s."),
      ("title: ${nosuch}\n", "study.yaml:3:8: There is no variable 'nosuch': the file declares none."),
      ("include: nosuch.yaml\n", "study.yaml:3:10: There is no file nosuch.yaml."),
      ("include: study.yaml\n", "study.yaml:3:10: study.yaml includes itself, through this file."),
      (
        "report: {sections: [{title: t, show: [{table: best-tim}]}]}\n",
        "There is no table 'best-tim'. Is it 'best-time'?"
      ),
      (
        "report: {sections: [{title: t, show: [{number: 1}]}]}\n",
        "An item has one of 'table', 'figure' and 'published'."
      ),
      ("report: {sections: [{title: t, show: [{published: '4.2'}]}]}\n", "There is no published table '4.2'."),
      ("report: {sections: [{title: t, show: [{table: host-times}]}]}\n", "needs two 'hosts'"),
      ("report: {sections: [{title: t, show: [{table: cost, number: ../a}]}]}\n", "'number' names files"),
      (
        "report: {sections: [{title: t, show: [{table: cost, number: 1.1}, {table: stress, number: 1.1}]}]}\n",
        "There is a table '1.1' already, at study.yaml:3."
      ),
      (
        "report: {sections: [{title: t, show: [{published: '4.1'}, {table: stress, number: 4.1}]}]}\n",
        "There is a table '4.1' already, at study.yaml:3."
      ),
      ("cells: [{include: [{modles: a}]}]\n", "An inclusion has no 'modles'. Is it 'models'?"),
      ("title: [\n", "study.yaml:4:1: This is no YAML"),
      ("title: a\ntitle: b\n", "title stands here twice."),
    ])
  func problem(text: String, message: String) throws {
    let told = try problems(Self.head + text)
    #expect(told.contains(message), "\(told)")
  }

  @Test("All problems are reported together, in order")
  func all() throws {
    let told = try problems("study: 2\nnmae: x\nseed: -1\n")
    #expect(
      told.split(separator: "\n").map { $0.prefix(14) } == ["study.yaml:1:8", "study.yaml:2:1", "study.yaml:3:7"])
  }

  @Test("Missing models and images are reported when files are checked")
  func files() throws {
    let text = """
      models: [{name: a, path: a.tflite}]
      measures: [{name: b, kind: accuracy, images: pictures}]

      """
    #expect(try problems(Self.head + text) == "")
    let told = try problems(Self.head + text, checksFiles: true)
    #expect(told.contains("study.yaml:3:10: There is no model a.tflite."), "\(told)")
    #expect(told.contains("study.yaml:4:12: There is no folder of images pictures."), "\(told)")
  }

  @Test("A study includes others; what they declare is known, and a cycle is an error")
  func include() throws {
    let sandbox = try Sandbox()
    try FileManager.default.createDirectory(atPath: sandbox.path("parts"), withIntermediateDirectories: true)
    try sandbox.write(
      Data("study: 1\nvariables: {x: y}\nmodels: [{name: a, path: a.tflite}]\nseed: 3\n".utf8), to: "parts/base.yaml")
    let study = try read(
      Self.head
        + "include: parts/base.yaml\ntitle: ${x}\nmodels: [{name: b, path: b.tflite}]\ncells: [{models: [a, b]}]\n",
      in: sandbox)
    #expect(study.title == "y" && study.seed == 3)
    #expect(study.models.map(\.path) == [sandbox.path("parts/a.tflite"), sandbox.path("b.tflite")])
    #expect(study.matrices[0].models == [0, 1])

    try sandbox.write(Data("study: 1\ninclude: ../study.yaml\n".utf8), to: "parts/base.yaml")
    #expect(throws: AssayError.self) { try read(Self.head + "include: parts/base.yaml\n", in: sandbox) }
  }

  @Test("A file that two others include is read once")
  func includedTwice() throws {
    let sandbox = try Sandbox()
    try sandbox.write(Data("study: 1\nmodels: [{name: a, path: a.tflite}]\n".utf8), to: "models.yaml")
    for name in ["one", "two"] {
      try sandbox.write(
        Data("study: 1\ninclude: models.yaml\nhosts: [{name: \(name)}]\n".utf8), to: "\(name).yaml")
    }
    let study = try read(Self.head + "include: [one.yaml, two.yaml, ./models.yaml]\n", in: sandbox)
    #expect(study.models.map(\.name) == ["a"] && study.hosts.map(\.name) == ["one", "two"])
  }

  @Test(
    "What is no study is an error",
    arguments: ["", "# nothing", "- a\n- b\n", "\u{0}\u{1}", String(repeating: "[", count: 5000), "a: &a [*a, *a]\n"])
  func noStudy(text: String) throws {
    #expect(try problems(text) != "")
  }
}
