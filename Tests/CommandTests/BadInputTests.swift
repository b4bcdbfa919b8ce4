import AssayCore
import CPlatform
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

@Suite("Bad input is refused with a reason and a status, without a crash")
struct BadInputTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    _ = try sandbox.model("ok")
    try sandbox.write(Data(), to: "empty.synthetic")
    try sandbox.write(Data(), to: "empty.onnx")
    try sandbox.write(Self.noise, to: "noise.synthetic")
    try sandbox.write(Self.noise, to: "noise.tflite")
    try sandbox.write(Data([0x1C, 0, 0, 0] + Array("TFL3".utf8)), to: "renamed.onnx")
    try sandbox.write(Data(#"{"latency": {"base_us": 10"#.utf8), to: "truncated.synthetic")
    try sandbox.write(Data(#"{"latency": 5}"#.utf8), to: "wrong.synthetic")
    try sandbox.write(
      Data(#"{"inputs": [{"name": "i", "type": "int8", "shape": [-1, -1]}]}"#.utf8), to: "dynamic.synthetic")
    try sandbox.write(
      Data(#"{"outputs": [{"name": "o", "type": "int8", "shape": [-1]}]}"#.utf8), to: "negative.synthetic")
    try sandbox.write(
      Data(#"{"inputs": [{"name": "i", "type": "int8", "shape": [4294967296, 4294967296]}]}"#.utf8),
      to: "vast.synthetic")
    for name in ["model.bin", "net.pth", "net.ckpt", "net.keras", "net.h5", "net.pte"] {
      try sandbox.write(Self.noise, to: name)
    }
    try FileManager.default.createDirectory(atPath: sandbox.path("folder.onnx"), withIntermediateDirectories: true)
  }

  /// Reproducible bytes that resemble no format.
  private static let noise = Data((0..<600).map { UInt8(truncatingIfNeeded: $0 * $0 * 7 + $0 * 13 + 200) })

  @Test("An unusable model, engine or log is refused", arguments: Refusal.models)
  func unusable(_ refusal: Refusal) throws { try expect(refusal) }

  @Test("An invalid command line is refused", arguments: Refusal.usage + Refusal.preprocessing + Refusal.comparison)
  func senseless(_ refusal: Refusal) throws {
    try expect(refusal)
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("An output file that cannot be written is an error", arguments: Refusal.output)
  func unwritable(_ refusal: Refusal) throws { try expect(refusal) }

  @Test(
    "A number that is out of range or not a number is refused",
    arguments: [
      "--runs", "--threads", "--batch", "--min-time", "--max-time", "--warm-up", "--cell-timeout", "--seed",
    ])
  func numbers(option: String) throws {
    let mayBeZero = ["--min-time", "--warm-up", "--seed"].contains(option)
    let values = ["-1", "abc", "", "1e30", "99999999999999999999999", "nan", "inf", "-inf"] + (mayBeZero ? [] : ["0"])
    for value in values {
      let result = try sandbox.assay("bench", sandbox.path("ok.synthetic"), option, value)
      #expect(result.status == 64, "\(option) \(value): \(result)")
      #expect(result.standardError.contains(option), "\(option) \(value): \(result)")
    }
  }

  @Test("If the folder for record logs cannot be created, the error says what to do")
  func dataFolder() throws {
    let below = sandbox.path("model.bin/data")
    let result = try sandbox.assay("bench", sandbox.path("ok.synthetic"), environment: ["XDG_DATA_HOME": below])
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("Cannot make the folder \(below)/assay/records"))
    #expect(result.standardError.contains("Set XDG_DATA_HOME to a writable folder"))
  }

  @Test("If one output file cannot be written, the others still are")
  func otherFiles() throws {
    let result = try sandbox.assay(
      "bench", sandbox.path("ok.synthetic"), "--runs", "5", "--warm-up", "0", "--json", "/dev/full", "--csv",
      sandbox.path("results.csv"))
    #expect(result.status == 74)
    #expect(try String(contentsOfFile: sandbox.path("results.csv"), encoding: .utf8).split(separator: "\n").count == 2)
    #expect(result.standardOutput.contains("ok.synthetic · "))
  }

  @Test("A pipe in place of a model is refused at once")
  func namedPipe() throws {
    try #require(mkfifo(sandbox.path("pipe.synthetic"), 0o600) == 0)
    let result = try sandbox.assay("bench", sandbox.path("pipe.synthetic"), seconds: 20)
    #expect(result.status == 65)
    #expect(result.unwrappedOutput.contains("neither a file nor a folder"))
  }

  @Test("A SavedModel of very many files gets a checksum")
  func manyFiles() throws {
    let folder = sandbox.path("saved")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names = ["saved_model.pb"] + (0..<230).map { "\(String(repeating: "long", count: 60))\($0)" }
    for name in names { try sandbox.write(Data(name.utf8), to: "saved/\(name)") }
    let (result, report) = try sandbox.bench([folder], Sandbox.quick + ["-e", "synthetic"], seconds: 50)
    #expect(result.status == 69, "\(result)")
    let list = try sandbox.shell("cd saved && LC_ALL=C sha256sum * | sha256sum").standardOutput.prefix(64)
    #expect(report.cells.first?.model.sha256 == String(list))
  }

  @Test(
    "A synthetic model with impossible latencies ends or times out",
    arguments: [
      #"{"base_us": -5}"#, #"{"base_us": 10, "step": {"after_s": 0, "factor": -1}}"#,
      #"{"base_us": 1e-300, "jitter": -1e9}"#, #"{"base_us": 1e300}"#, #"{"base_us": 10, "jitter": 1e9}"#,
    ])
  func impossibleLatencies(latency: String) throws {
    let model = try sandbox.write(Data(#"{"latency": \#(latency)}"#.utf8), to: "odd.synthetic")
    let (result, report) = try sandbox.bench([model], Sandbox.quick + ["--cell-timeout", "1"])
    let cell = try #require(report.cells.first)
    #expect(cell.status == .ok || cell.error?.code == .timedOut, "\(result)")
  }

  // MARK: Engine libraries

  @Test(
    "A file that is not a library, lacks functions or is built for another machine is refused",
    arguments: ["litert", "onnxruntime", "openvino"].filter { EngineCatalogue.engine(named: $0) != nil })
  func libraries(engine: String) throws {
    let model = try #require(Self.model(of: engine), "no model in Tests/Fixtures/Models that \(engine) reads")
    let wrong = [
      ("@/missing.so", "there is no library @/missing.so"), ("@/folder.onnx", "is a folder, not a library"),
      (try sandbox.write(Data("text\n".utf8), to: "text.so"), "text.so"),
      (try sandbox.write(Self.foreignELF, to: "foreign.so"), "foreign.so"), (try Self.libc(), "libc.so.6"),
    ]
    for (library, message) in wrong {
      try expect(Refusal("bench \(model) -e \(engine) --engine-library \(engine)=\(library)", 69, message))
    }
    let variable = "ASSAY_\(engine.uppercased())_LIBRARY"
    let result = try sandbox.assay("bench", model, "-e", engine, environment: [variable: "/no/such.so"])
    #expect(result.status == 69, "\(result)")
    #expect(result.standardOutput.contains(variable))
  }

  private static func model(of engine: String) -> String? {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Models")
    let formats = EngineCatalogue.engine(named: engine)?.description.formats ?? []
    let name = formats.contains(.tflite) ? "conv.tflite" : "conv.onnx"
    let path = folder.appending(path: name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The header of a shared library for another kind of machine.
  private static let foreignELF: Data = {
    #if arch(x86_64)
      let machine: UInt8 = 183
    #else
      let machine: UInt8 = 62
    #endif
    var header = Data(count: 4096)
    header.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
    header[16] = 3
    header[18] = machine
    header[20] = 1
    header[52] = 64
    header[54] = 56
    return header
  }()

  /// The path of libc, a library on every machine that is not an engine.
  ///
  /// It comes from the loader, since Foundation reads only the first page of `/proc/self/maps`.
  private static func libc() throws -> String {
    let function = try #require(dlsym(nil, "getpid"))
    return String(cString: try #require(assay_file_holding(function)))
  }

  // MARK: Helpers

  private func expect(_ refusal: Refusal) throws {
    let arguments = refusal.arguments.map { $0 == "@" ? sandbox.folder : inFolder($0) }
    let result = try sandbox.start([Sandbox.program("assay")] + arguments).wait()
    #expect(result.status == refusal.status, "\(result)")
    let said = result.standardOutput + result.standardError
    #expect(said.contains(inFolder(refusal.message)), "\(result)")
    #expect(!said.contains("Fatal error"))
  }

  private func inFolder(_ text: String) -> String { text.replacing("@/", with: "\(sandbox.folder)/") }
}
