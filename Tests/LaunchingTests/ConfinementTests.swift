import AssayCore
import CPlatform
import Foundation
import TestSupport
import Testing

@Suite("--sandbox confines a library", .enabled(if: assay_landlock_version() > 0, "this kernel has no Landlock"))
struct ConfinementTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Attempts, each with whether it must fail. `secret` lies in the home folder, `free` beside it.
  private static let attempts = """
    int failed = 0;
    #define TRY(name, call) do { errno = 0; if ((call) < 0) failed++; else fprintf(stderr, "got away: %s\\n", name); } while (0)
    TRY("read the home", open(SECRET, O_RDONLY));
    TRY("list the home", open(HOME, O_RDONLY | O_DIRECTORY));
    TRY("write the home", open(HOME "/new", O_WRONLY | O_CREAT, 0600));
    TRY("write elsewhere", open(FREE, O_WRONLY | O_CREAT, 0600));
    TRY("truncate", truncate(SECRET, 0));
    TRY("change permissions", chmod(SECRET, 0777));
    TRY("remove", unlink(SECRET));
    TRY("use the network", socket(AF_INET, SOCK_STREAM, 0));
    TRY("use a local socket", socket(AF_UNIX, SOCK_STREAM, 0));
    TRY("execute", execl("/bin/true", "true", NULL));
    TRY("signal its parent", kill(getppid(), 0));
    TRY("read its parent's environment", ({ char path[64]; snprintf(path, 64, "/proc/%d/environ", getppid()); open(path, O_RDONLY); }));
    fprintf(stderr, "%d attempts failed\\n", failed);
    if (open("/etc/passwd", O_RDONLY) < 0 || open("/proc/cpuinfo", O_RDONLY) < 0) fputs("cannot read the system\\n", stderr);
    char scratch[4096];
    snprintf(scratch, sizeof scratch, "%s/file", getenv("TMPDIR"));
    if (open(scratch, O_WRONLY | O_CREAT, 0600) < 0) fputs("cannot write its scratch folder\\n", stderr);
    abort();
    """

  private func run(_ options: String...) throws -> (tail: String, result: ProgramResult) {
    let home = sandbox.path("home")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let secret = try sandbox.write(Data("token".utf8), to: "home/secret")
    try FileManager.default.createDirectory(atPath: sandbox.path("engine"), withIntermediateDirectories: true)
    let names = "#define HOME \"\(home)\"\n#define SECRET \"\(secret)\"\n#define FREE \"\(sandbox.path("free"))\"\n"
    let built = try sandbox.library(names + Self.attempts)
    let library = sandbox.path("engine/library.so")
    try? FileManager.default.removeItem(atPath: library)
    try FileManager.default.copyItem(atPath: built, toPath: library)
    let model = try sandbox.write(ONNXFile.classifier(weight: .inside(1)), to: "home/m.onnx")
    let (result, report) = try sandbox.bench(
      [model], ["-e", "onnxruntime", "--engine-library", "onnxruntime=\(library)"] + options)
    return (report.cells.first?.error?.outputTail ?? "", result)
  }

  @Test("A library reads the system and writes its scratch folder, and nothing else succeeds")
  func confined() throws {
    let (tail, result) = try run("--sandbox")
    #expect(tail == "12 attempts failed", "\(tail)\n\(result)")
    #expect(try String(contentsOfFile: sandbox.path("home/secret"), encoding: .utf8) == "token")
  }

  @Test("Without the sandbox the same attempts succeed, so that the test above can fail")
  func free() throws {
    let (tail, result) = try run()
    #expect(
      tail.contains("got away: read the home") && tail.contains("got away: use the network"), "\(tail)\n\(result)")
  }

  @Test(
    "Every measuring command works in the sandbox, and leaves only its files",
    arguments: ["bench", "accuracy", "stress", "compare"])
  func commands(_ command: String) throws {
    try FileManager.default.createDirectory(atPath: sandbox.path("home"), withIntermediateDirectories: true)
    let model = try sandbox.write(
      Data(
        #"{"inputs": [{"name": "x", "type": "float32", "shape": [1, 28, 28, 1]}], "latency": {"base_us": 20}}"#.utf8),
      to: "home/m.synthetic")
    let arguments =
      switch command {
      case "bench": [model, "--runs", "20", "--warm-up", "0"]
      case "stress": [model, "--inferences", "500"]
      case "accuracy": [model, "--images", PackageFiles.path("Samples/digits"), "--limit", "20"]
      default: ["\(model)@synthetic", "\(model)@synthetic,threads=1", "--max-time", "4"]
      }
    let result = try sandbox.start([Sandbox.program("assay"), command] + arguments + ["--sandbox"]).wait()
    #expect(result.status == 0, "\(result)")
    try expectOnlyRecords()
  }

  @Test(
    "Real engines measure in the sandbox", .enabled(if: InstalledEngines.include("litert", "onnxruntime", "openvino")))
  func engines() throws {
    let models = ["digits_int8.tflite", "digits_float32.onnx"].map { PackageFiles.path("Samples/models/\($0)") }
    let (result, report) = try sandbox.bench(
      models, ["-e", "litert,onnxruntime,openvino", "--runs", "20", "--warm-up", "0", "--sandbox"],
      environment: InstalledEngines.environment)
    #expect(result.status == 0, "\(result)")
    #expect(report.cells.map(\.status) == [.ok, .unsupported, .ok, .unsupported, .ok, .ok])
    try expectOnlyRecords()
  }

  @Test("A cell that fails in the sandbox leaves no empty files, and a saved one is repeated in it")
  func leftovers() throws {
    let missing = try sandbox.bench([sandbox.model(event: ("fail", 0))], Sandbox.quick + ["--sandbox"])
    #expect(missing.report.cells.first?.error?.code == .inferenceFailed, "\(missing.result)")
    try expectOnlyRecords()
    let sound = try sandbox.bench([sandbox.model("sound")], Sandbox.quick + ["--sandbox"])
    #expect(sound.report.cells.first?.options.sandbox == true, "\(sound.result)")
    let again = try sandbox.assay("results", "repeat", "last", "--json", sandbox.path("results.json"))
    #expect(try sandbox.report().cells.first?.options.sandbox == true, "\(again)")
  }

  private func expectOnlyRecords() throws {
    let records = sandbox.path("data/assay/records")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? []
    let others = names.filter { name in
      ![".records", ".predictions.csv", ".telemetry.jsonl"].contains { name.hasSuffix($0) }
    }
    #expect(others.isEmpty, "These files are left: \(others)")
    for name in names {
      let size = try FileManager.default.attributesOfItem(atPath: "\(records)/\(name)")[.size] as? Int
      #expect(size != 0, "\(name) is empty")
    }
  }
}
