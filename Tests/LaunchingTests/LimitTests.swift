import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A process that is short of something ends with one clear error")
struct LimitTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A prefix that runs a command as a user whom the limit on processes binds: root is exempt.
  private static let asUser = getuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : ""
  private static let canBeUser = (try? Sandbox().shell("\(asUser) prlimit --nproc=100 true"))?.status == 0

  private static let commands = [
    "bench MODEL --runs 200 --warm-up 0", "stress MODEL --inferences 500",
    "compare MODEL@synthetic MODEL@synthetic,threads=1 --max-time 4",
    "accuracy MODEL --images DIGITS --timing overlapped --threads 3",
  ]

  @Test(
    "Too few processes and threads are never a hang, a crash or the model's fault", .enabled(if: canBeUser),
    arguments: commands)
  func processes(_ command: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: sandbox.folder)
    // Processes of other tests count for the same user, so the exact limit varies.
    for limit in [1, 2, 3, 4, 5, 6, 7, 9, 12] {
      let result = try run(command, prefix: "\(Self.asUser) prlimit --nproc=\(limit)")
      #expect(limit == 1 ? result.status == 74 : [0, 74].contains(result.status), "\(limit) processes: \(result)")
      if result.status == 74 { #expect(result.standardError.contains("Resource temporarily unavailable"), "\(result)") }
    }
  }

  @Test("Too few open files", arguments: commands)
  func files(_ command: String) throws {
    let few = try run(command, "ulimit -n 16")
    #expect(few.status == 74 && few.standardError.contains("only 16 files open"), "\(few)")
    for limit in [32, 33, 34, 36, 40, 64, 251] {
      let result = try run(command, "ulimit -n \(limit)")
      #expect([0, 74].contains(result.status), "ulimit -n \(limit): \(result)")
    }
  }

  @Test("Too little address space", arguments: commands)
  func memory(_ command: String) throws {
    for kibibytes in [100_000, 200_000, 250_000, 300_000] {
      let result = try run(command, "ulimit -v \(kibibytes)")
      #expect([0, 74].contains(result.status), "ulimit -v \(kibibytes): \(result)")
    }
  }

  @Test("Files that may not grow", arguments: commands)
  func fileSize(_ command: String) throws {
    for blocks in [8, 64] {
      let result = try run(command, "ulimit -f \(blocks)")
      #expect(
        result.status == 74 && result.standardError.contains("ulimit -f unlimited"), "ulimit -f \(blocks): \(result)")
    }
  }

  @Test("A record log that reaches the largest size keeps its records and names the limit")
  func longLog() throws {
    let model = try sandbox.model(microseconds: 0)
    // 2 MiB in blocks of 512 bytes; 200 000 records take 3.2 MB.
    let result = try sandbox.shell("ulimit -f 4096 && $ASSAY bench '\(model)' --runs 200000 --json results.json")
    #expect(result.status == 74 && result.standardError.contains("File too large"), "\(result)")
    #expect(result.standardError.contains("ulimit -f unlimited"))
  }

  @Test("What a library says it is short of is not the model's fault, nor a crash")
  func library() throws {
    let model = try sandbox.write(ONNXFile.classifier(weight: .inside(1)), to: "m.onnx")
    for (words, shortage) in [
      ("pthread_create: Resource temporarily unavailable", "threads"), ("Too many open files", "open files"),
      ("terminate called after throwing an instance of 'std::bad_alloc'", "memory"),
    ] {
      let library = try sandbox.library("fputs(\"\(words)\\n\", stderr), abort();")
      let result = try sandbox.assay("bench", model, "-e", "onnxruntime", "--engine-library", "onnxruntime=\(library)")
      #expect(result.status == 74 && result.standardError.contains("ran short of \(shortage)"), "\(result)")
    }
  }

  @Test("A crash under a limit on address space names the limit, which may be the cause; one without it does not")
  func crashUnderLimit() throws {
    let model = try sandbox.write(ONNXFile.classifier(weight: .inside(1)), to: "m.onnx")
    let library = try sandbox.library("*(volatile int *)0 = 0;")
    let command = "$ASSAY bench '\(model)' -e onnxruntime --engine-library onnxruntime='\(library)'"
    let limited = try sandbox.shell("ulimit -v 4000000 && \(command)")
    #expect(limited.status == 74 && limited.standardError.contains("only 3906 MiB of address space"), "\(limited)")
    let free = try sandbox.shell(command)
    #expect(free.status == 1 && !free.standardError.contains("address space"), "\(free)")
  }

  @Test(
    "Engines that are short of address space do not blame the model",
    .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")),
    arguments: ["litert", "openvino", "onnxruntime"])
  func engines(_ engine: String) throws {
    let model = PackageFiles.path("Samples/models/digits_int8.\(engine == "onnxruntime" ? "onnx" : "tflite")")
    for kibibytes in [200_000, 240_000, 300_000] {
      let result = try sandbox.shell(
        "ulimit -v \(kibibytes) && exec $ASSAY bench '\(model)' -e \(engine) --max-time 1",
        environment: InstalledEngines.environment)
      #expect([0, 74].contains(result.status), "ulimit -v \(kibibytes): \(result)")
    }
  }

  private func run(
    _ command: String, _ limit: String = "true", prefix: String = ""
  ) throws -> ProgramResult {
    let model = try sandbox.write(
      Data(
        #"{"inputs": [{"name": "x", "type": "float32", "shape": [1, 28, 28, 1]}], "latency": {"base_us": 20}}"#.utf8),
      to: "m.synthetic")
    let line = command.replacing("MODEL", with: model).replacing("DIGITS", with: PackageFiles.path("Samples/digits"))
    // A hang fails by the time limit of the sandbox.
    return try sandbox.shell("\(limit) && exec \(prefix) \"$ASSAY\" \(line)")
  }
}
