import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Inputs and signatures can be given on every command", .enabled(if: InstalledEngines.include("onnxruntime")))
struct InputTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func fixture(_ name: String) -> String { PackageFiles.path("Tests/Fixtures/Inputs/\(name)") }

  private func assay(_ arguments: String...) throws -> ProgramResult {
    try sandbox.start([Sandbox.program("assay")] + arguments, environment: InstalledEngines.environment).wait()
  }

  private func bench(_ model: String, _ options: String...) throws -> (result: ProgramResult, cell: CellReport) {
    let (result, report) = try sandbox.bench(
      [fixture(model)], Sandbox.quick + ["-e", "onnxruntime"] + options, environment: InstalledEngines.environment)
    return (result, try #require(report.cells.first))
  }

  private func run(_ model: String, _ options: String...) throws -> SingleRunReport {
    let file = sandbox.path("run.json")
    let result = try sandbox.start(
      [Sandbox.program("assay"), "run", fixture(model), "--json", file] + options,
      environment: InstalledEngines.environment
    ).wait()
    try #require(result.status == 0, "\(result)")
    return try JSONDecoder().decode(SingleRunReport.self, from: Data(contentsOf: URL(filePath: file)))
  }

  @Test("A model run once shows what it makes of given numbers")
  func runs() throws {
    let report = try run("embedding.onnx", "-e", "onnxruntime", "--input", "ids=3,1,4,49")
    #expect(report.outputs[0].first == [3, 3, 1, 1, 4, 4, 49, 49])
    #expect(report.outputs[0].low == 1 && report.outputs[0].high == 49 && report.outputs[0].shape == [1, 4, 2])
    #expect(report.cell.inputsChosen == [InputChoice(name: "ids", source: .given, values: ["3,1,4,49"])])
    let text = try assay("run", fixture("embedding.onnx"), "-e", "onnxruntime", "--input", "3,1,4,49")
    #expect(
      text.status == 0 && text.standardOutput.contains("rows  float32  [1, 4, 2]  1 to 49  3, 3, 1, 1"), "\(text)")
  }

  @Test(
    "Strings are given in quotes or in a file of ONNX",
    arguments: [("words=\"yes\",\"no\",\"maybe\"", [1, 0, -1]), ("words=\"yes\"", [1]), ("strings.pb", [0, -1, 1])])
  func strings(input: String, numbers: [Double]) throws {
    let report = try run("words.onnx", "--input", input.hasSuffix(".pb") ? fixture(input) : input)
    #expect(report.outputs[0].first == numbers)
  }

  @Test("Strings that are not given are unsupported, and those that do not fit are a usage error")
  func missingStrings() throws {
    let none = try bench("words.onnx")
    #expect(none.result.status == 69 && none.cell.error?.message.contains("strings") == true, "\(none.result)")
    #expect(none.cell.error?.advice?.contains("--input 'words=\"one\",\"two\"'") == true)
    let many = try bench("words.onnx", "--shape", "2", "--input", "\"a\",\"b\",\"c\"")
    #expect(many.cell.error?.code == .usage && many.cell.error?.message.contains("takes 2") == true, "\(many.result)")
    let turns = try bench("words.onnx", "--input", "\"a\"", "--input", "\"b\"")
    #expect(turns.cell.error?.message.contains("turns") == true, "\(turns.result)")
    let number = try bench("embedding.onnx", "--input", "ids=\"a\"")
    #expect(number.cell.error?.message.contains("takes int64") == true, "\(number.result)")
    #expect(try assay("run", fixture("words.onnx"), "--input", "\"open").status == 64)
  }

  @Test("Open sizes of sequences and states get usual values, with a warning")
  func openSizes() throws {
    let (_, cell) = try bench("recurrent.onnx")
    #expect(cell.inputs?.map(\.shape) == [[1, 512], [2, 1, 3]])
    let assumed = [
      Warning.shapeAssumed(input: "sound", shape: [1, 512]), .shapeAssumed(input: "state", shape: [2, 1, 3]),
    ]
    #expect(assumed.allSatisfy(cell.warnings.contains), "\(cell.warnings)")
    let (_, given) = try bench("recurrent.onnx", "--shape", "sound=3,7")
    #expect(given.inputs?.map(\.shape) == [[3, 7], [2, 1, 3]])
    #expect(!given.warnings.contains { if case .shapeAssumed("sound", _) = $0 { true } else { false } })
  }

  @Test("The shape of a file sets dynamic dimensions", arguments: ["raw_data.pb", "version3.npy", "big_endian.npy"])
  func shapes(name: String) throws {
    let report = try run("double.onnx", "--input", "x=\(fixture(name))")
    #expect(report.outputs[0].first == [0, 2, 4, 6, 8, 10] && report.outputs[0].shape == [2, 3])
  }

  @Test("Outputs are written as an archive that is an input again")
  func outputs() throws {
    let file = sandbox.path("out.npz")
    _ = try run("double.onnx", "--input", fixture("raw_data.pb"), "--output", file)
    #expect(try run("double.onnx", "--input", file).outputs[0].first == [0, 4, 8, 12, 16, 20])
    let refused = try assay("run", fixture("double.onnx"), "--output", sandbox.path("out.csv"))
    #expect(refused.status == 64 && refused.standardError.contains(".npz"), "\(refused)")
  }

  @Test("Classes are shown by name")
  func labels() throws {
    let labels = try sandbox.write(Data("ant\nbee\ncat\ndog\n".utf8), to: "labels.txt")
    let text = try assay(
      "run", PackageFiles.path("Tests/Fixtures/Models/dynamic_batch.onnx"), "-e", "onnxruntime", "--labels", labels)
    #expect(text.status == 0 && !text.standardOutput.contains("Top classes"), "\(text)")
    let three = try sandbox.write(Data("ant\nbee\ncat\n".utf8), to: "three.txt")
    let named = try assay(
      "run", PackageFiles.path("Tests/Fixtures/Models/dynamic_batch.onnx"), "-e", "onnxruntime", "--labels", three)
    #expect(named.standardOutput.contains("Top classes of y") && named.standardOutput.contains("bee"), "\(named)")
  }

  @Test("Files beside an ONNX model are its inputs unless others are given")
  func testData() throws {
    let used = try bench("case/model.onnx")
    #expect(used.result.status == 0, "\(used.result)")
    #expect(used.cell.inputsChosen?.first?.source == .testData)
    #expect(used.cell.inputs?.first?.shape == [2, 3])
    let shaped = try bench("case/model.onnx", "--shape", "x=4,4")
    #expect(shaped.cell.status == .ok && shaped.cell.inputsChosen?.first?.source == .random)
    #expect(used.cell.cellID != shaped.cell.cellID)
  }

  @Test("Files beside a model that do not fit are a warning, and its inputs random")
  func unusedTestData() throws {
    let folder = sandbox.path("case/test_data_set_0")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let model = sandbox.path("case/model.onnx")
    try FileManager.default.copyItem(atPath: fixture("embedding.onnx"), toPath: model)
    try FileManager.default.copyItem(atPath: fixture("raw_data.pb"), toPath: "\(folder)/input_0.pb")
    let (result, report) = try sandbox.bench(
      [model], Sandbox.quick + ["-e", "onnxruntime"], environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    #expect(report.cells[0].warnings.contains { $0.code == .testDataUnused })
    #expect(report.cells[0].inputsChosen?.first?.source == .graph)
  }

  @Test("Given values belong to the cell by their content, not by their path")
  func identity() throws {
    let copy = try sandbox.write(Data(contentsOf: URL(filePath: fixture("raw_data.pb"))), to: "copy.pb")
    let cells = try [fixture("raw_data.pb"), copy, fixture("version2.npy")].map {
      try bench("double.onnx", "--input", $0)
    }
    #expect(cells.allSatisfy { $0.result.status == 0 })
    #expect(cells[0].cell.cellID != nil && cells[0].cell.cellID == cells[1].cell.cellID)
    #expect(cells[0].cell.cellID != cells[2].cell.cellID)
    #expect(cells[0].cell.spec.inputs == "given")
    #expect(try bench("double.onnx", "--shape", "2,3").cell.cellID != cells[0].cell.cellID)
  }

  @Test("A saved run is repeated with its inputs")
  func repeated() throws {
    #expect(
      try bench("double.onnx", "--input", fixture("raw_data.pb"), "--input", fixture("version2.npy")).result.status == 0
    )
    let result = try assay("results", "repeat", "last")
    #expect(result.status == 0, "\(result)")
    let shown = try assay("results", "show", "last", "--json")
    #expect(shown.standardOutput.contains("raw_data.pb") && shown.standardOutput.contains("version2.npy"), "\(shown)")
  }

  @Test("An index error names the flag and the range that helps, and OpenVINO's silence is a warning")
  func indices() throws {
    let (result, cell) = try bench("embedding.onnx", "--input-range", "ids=0..99")
    #expect(result.status == 1 && cell.error?.advice?.contains("--input-range ids=0..49") == true, "\(result)")
    #expect(try bench("embedding.onnx", "--input-range", "0..49").cell.status == .ok)
    guard InstalledEngines.include("openvino") else { return }
    let (_, report) = try sandbox.bench(
      [fixture("embedding.onnx")], Sandbox.quick + ["-e", "openvino", "--input-range", "ids=0..99"],
      environment: InstalledEngines.environment)
    #expect(report.cells[0].warnings.contains(.indexOutOfRange(input: "ids", low: 0, high: 99, last: 49)))
  }

  @Test("--verbose says what each input gets")
  func verbose() throws {
    let result = try assay(
      "bench", fixture("embedding.onnx"), "-e", "onnxruntime", "--runs", "5", "--warm-up", "0", "--no-save", "-v")
    #expect(result.standardError.contains("ids  int64  [1, 4]  random 0 to 49, as the graph requires"), "\(result)")
    let images = try assay(
      "accuracy", PackageFiles.path("Samples/models/digits_int8.onnx"), "-e", "onnxruntime", "--images",
      PackageFiles.path("Samples/digits"), "--no-save", "-v")
    #expect(images.status == 0 && !images.standardError.contains("random"), "\(images)")
  }

  @Test("Inputs take turns in stress tests and comparisons too")
  func others() throws {
    let inputs = ["--input", fixture("raw_data.pb"), "--input", fixture("version2.npy")]
    let stress = try sandbox.start(
      [Sandbox.program("assay"), "stress", fixture("double.onnx"), "-e", "onnxruntime", "--inferences", "20"] + inputs,
      environment: InstalledEngines.environment
    ).wait()
    #expect(stress.status == 0, "\(stress)")
    let cell = "\(fixture("double.onnx"))@onnxruntime"
    let compare = try sandbox.start(
      [Sandbox.program("assay"), "compare", cell, cell, "--max-time", "1", "--warm-up", "0", "--no-save"] + inputs,
      environment: InstalledEngines.environment
    ).wait()
    #expect(compare.status == 0, "\(compare)")
  }

  @Test("A stress test over other inputs does not resume")
  func resumption() throws {
    let input = try sandbox.write(Data(contentsOf: URL(filePath: fixture("raw_data.pb"))), to: "x.pb")
    let model = fixture("double.onnx")
    #expect(try assay("stress", model, "-e", "onnxruntime", "--inferences", "20", "--input", input).status == 0)
    #expect(try assay("stress", "--resume", "last", "--inferences", "40").status == 0)
    var bytes = try Data(contentsOf: URL(filePath: input))
    bytes[bytes.count - 1] ^= 1
    try sandbox.write(bytes, to: "x.pb")
    let refused = try assay("stress", "--resume", "last", "--inferences", "60")
    #expect(
      refused.status == 65 && refused.standardError.contains("inputs") || refused.standardOutput.contains("inputs"),
      "\(refused)")
  }

  @Test(
    "A wrong --input or --input-range is a usage error that says how to write it",
    arguments: [
      ["--input", "x=cat.bmp"], ["--input", "1,b"], ["--input-range", "x=5"], ["--input-range", "x=5..1"],
      ["--input-range", "x=0...5"], ["--input-range", "x=0..inf"],
    ])
  func usage(options: [String]) throws {
    let result = try sandbox.start([Sandbox.program("assay"), "run", fixture("double.onnx")] + options).wait()
    #expect(result.status == 64 && result.standardError.contains("write --input"), "\(result)")
  }

  @Test("A missing file costs its cell, and is named")
  func missing() throws {
    let result = try assay("run", fixture("double.onnx"), "-e", "onnxruntime", "--input", "x=nosuch.npy")
    #expect(result.status == 65 && result.standardError.contains("nosuch.npy"), "\(result)")
  }

  @Test(
    "A signature is chosen by name, else the choice is named",
    .enabled(if: InstalledEngines.include("litert", "openvino")))
  func signatures() throws {
    let model = "signatures.tflite"
    #expect(
      try run(model, "-e", "litert", "--input", "1,-2,3.5", "--signature", "second").outputs[0].first == [-1, 2, -3.5])
    let first = try run(model, "-e", "litert", "--input", "1,-2,3.5")
    #expect(first.outputs[0].first == [2, -4, 7])
    #expect(first.cell.warnings == [.signatureChosen("first", of: ["first", "second"])])
    #expect(
      try run(model, "-e", "openvino", "--input", "1,-2,3.5", "--signature", "first").outputs[0].first == [2, -4, 7])
    let other = try assay("run", fixture(model), "-e", "openvino", "--signature", "second")
    #expect(other.status == 69 && other.standardError.contains("'second'"), "\(other)")
    let unknown = try assay("run", fixture(model), "-e", "litert", "--signature", "third")
    #expect(unknown.status == 64 && unknown.standardError.contains("first, second"), "\(unknown)")
  }

  @Test("A SavedModel runs its only signature by name", .enabled(if: InstalledEngines.include("openvino")))
  func savedModel() throws {
    let model = PackageFiles.path("Tests/Fixtures/Models/conv_saved_model")
    #expect(try assay("run", model, "-e", "openvino", "--signature", "serving_default").status == 0)
    let unknown = try assay("run", model, "-e", "openvino", "--signature", "train")
    #expect(unknown.status == 64 && unknown.standardError.contains("serving_default"), "\(unknown)")
  }

  @Test("A worker that shares no files gets inputs by content and sends outputs")
  func via() throws {
    let elsewhere = sandbox.path("elsewhere")
    let input = try sandbox.write(Data(contentsOf: URL(filePath: fixture("version2.npy"))), to: "here.npy")
    let (file, out) = (sandbox.path("run.json"), sandbox.path("out.npz"))
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "run", fixture("double.onnx"), "-e", "onnxruntime", "--input", input, "--json", file,
        "--output", out, "--via", "env HOME=\(elsewhere) XDG_CACHE_HOME=\(elsewhere)/cache",
      ],
      environment: InstalledEngines.environment.merging(["ASSAY_REMOTE_WORKER": Sandbox.program("assay-worker")]) { $1 }
    ).wait()
    try #require(result.status == 0, "\(result)")
    let report = try JSONDecoder().decode(SingleRunReport.self, from: Data(contentsOf: URL(filePath: file)))
    #expect(report.outputs[0].first == [0, 2, 4, 6, 8, 10])
    #expect(report.cell.inputsChosen?.first?.values == [input])
    #expect(FileManager.default.fileExists(atPath: out))
    let sent = try FileManager.default.contentsOfDirectory(atPath: "\(elsewhere)/cache/assay/content")
    #expect(sent.count == 2 && sent.contains { $0 == report.cell.options.given.files.first?.sha256 })
  }

  @Test("Images go to the input that is not given, in accuracy and in stress tests")
  func images() throws {
    for (label, color) in ["red", "green", "blue"].enumerated() {
      let folder = sandbox.path("images/\(label)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: fixture("\(color).png"), toPath: "\(folder)/\(color).png")
    }
    func top1(gain: String) throws -> Int? {
      let result = try sandbox.start(
        [
          Sandbox.program("assay"), "accuracy", fixture("brightest.onnx"), "-e", "onnxruntime", "--images",
          sandbox.path("images"), "--input", "gain=\(gain)", "--json", sandbox.path("results.json"), "--top", "1",
        ], environment: InstalledEngines.environment
      ).wait()
      #expect(result.status == 0, "\(result)")
      return try sandbox.report().cells.first?.accuracy?.top.first?.correct
    }
    #expect(try top1(gain: "1") == 3)
    #expect(try top1(gain: "-1") == 0)
    let stress = try assay(
      "stress", fixture("brightest.onnx"), "-e", "onnxruntime", "--images", sandbox.path("images"), "--input", "gain=1",
      "--inferences", "10")
    #expect(stress.status == 0, "\(stress)")
    let lacking = try assay(
      "accuracy", fixture("brightest.onnx"), "-e", "onnxruntime", "--images", sandbox.path("images"))
    #expect(lacking.status == 65 && lacking.standardOutput.contains("--input NAME=FILE.npy"), "\(lacking)")
  }

  @Test("A shape may have no dimensions, and dimensions of length 0")
  func emptyShapes() throws {
    #expect(try run("double.onnx", "-e", "onnxruntime", "--shape", "x=0,3").outputs[0].shape == [0, 3])
    let scalar = try assay("run", fixture("double.onnx"), "-e", "onnxruntime", "--shape", "x=")
    #expect(scalar.status == 64 && scalar.standardError.contains("0 dimensions"), "\(scalar)")
  }
}
