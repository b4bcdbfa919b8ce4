import AssayCore
import Foundation
import TestSupport
import Testing

/// Runs on a stand-in for libedgetpu, whose kernel needs no Edge TPU: Tests/Fixtures/TFLite/edgetpu.c.
@Suite("tflite:edgetpu", .enabled(if: InstalledEngines.include("tflite")))
struct EdgeTPUTests {
  private let sandbox: Sandbox
  private let library: String

  init() throws {
    sandbox = try Sandbox()
    library = try sandbox.library(fixture: "edgetpu")
  }

  private func fixture(_ name: String) -> String { PackageFiles.path("Tests/Fixtures/TFLite/\(name)_edgetpu.tflite") }

  private func environment(_ variables: [String: String] = [:]) -> [String: String] {
    InstalledEngines.environment.merging(["ASSAY_EDGETPU_LIBRARY": library]) { $1 }.merging(variables) { $1 }
  }

  private func bench(
    _ model: String, _ options: [String] = Sandbox.quick, device: String = "edgetpu",
    _ variables: [String: String] = [:]
  ) throws -> (result: ProgramResult, cell: CellReport) {
    let (result, report) = try sandbox.bench(
      [model], options + ["-e", "tflite:\(device)"], environment: environment(variables))
    return (result, try #require(report.cells.first))
  }

  @Test("A compiled model runs on the stick, and the first inference, which uploads it, is apart")
  func firstInference() throws {
    let (result, cell) = try bench(fixture("image"), Sandbox.quick, ["FIRST_MS": "300"])
    #expect(result.status == 0, "\(result)")
    #expect(cell.execution?.placement == OperationPlacement(onDevice: 1, onCPU: 0))
    #expect(cell.latency?.count == 20)
    #expect((cell.firstInferenceMilliseconds ?? 0) >= 300)
    #expect((cell.latency?.maximum ?? .infinity) < 300)
  }

  @Test("Outputs are those of the stick's kernel")
  func outputs() throws {
    try sandbox.write([UInt8](repeating: 60, count: 28 * 28 * 3), to: "image.raw")
    let result = try sandbox.shell(
      "\"$ASSAY\" run '\(fixture("image"))' -e tflite:edgetpu --input image=image.raw --json results.json",
      environment: environment())
    #expect(result.status == 0, "\(result)")
    struct Results: Decodable { let outputs: [OutputSummary] }
    let results = try JSONDecoder().decode(
      Results.self, from: Data(contentsOf: URL(filePath: sandbox.path("results.json"))))
    // 60 is in the third of ten bins of 25.
    #expect(results.outputs.first?.first == [0, 0, 255, 0, 0, 0, 0, 0])
  }

  @Test("Operations that the compiler left to the CPU are counted, and refused without --allow-fallback")
  func partly() throws {
    let (result, refused) = try bench(fixture("partly"))
    #expect(result.status == 69, "\(result)")
    #expect(refused.error?.message.contains("1 of 2 operations run on the CPU: RESHAPE") == true, "\(result)")
    let (_, allowed) = try bench(fixture("partly"), Sandbox.quick + ["--allow-fallback"])
    #expect(allowed.status == .ok)
    #expect(allowed.execution?.placement == OperationPlacement(onDevice: 1, onCPU: 1, kindsOnCPU: ["RESHAPE"]))
  }

  @Test("Sticks are listed with what they are, and chosen by number")
  func sticks() throws {
    let list = try sandbox.shell("\"$ASSAY\" engines list", environment: environment(["STICKS": "2"]))
    #expect(
      list.standardOutput.contains(
        "runs on cpu, edgetpu:0 (USB /sys/bus/usb/devices/2-1), edgetpu:1 (PCIe /dev/apex_0)"), "\(list)")
    let variables = ["STICKS": "2", "NOTES": sandbox.path("sticks")]
    for (device, path) in [("edgetpu:1", "/dev/apex_0"), ("edgetpu", "/sys/bus/usb/devices/2-1")] {
      let (result, cell) = try bench(fixture("image"), device: device, variables)
      #expect(cell.status == .ok, "\(result)")
      let used = try String(contentsOfFile: sandbox.path("sticks"), encoding: .utf8).split(separator: "\n").last
      #expect(used.map(String.init) == path)
    }
    let (result, cell) = try bench(fixture("image"), device: "edgetpu:2", variables)
    #expect(result.status == 69 && cell.error?.message.contains("no Edge TPU 'edgetpu:2'") == true, "\(result)")
  }

  @Test(
    "What keeps a stick from being used is told, with what to do",
    arguments: [
      (["STICKS": "0"], "finds no Edge TPU", "assay doctor"),
      (
        ["REFUSE": "1"], "does not open the Edge TPU USB /sys/bus/usb/devices/2-1 for TensorFlow Lite 2.17.1",
        "Another program"
      ),
      (["ASSAY_EDGETPU_LIBRARY": "/nowhere/libedgetpu.so.1"], "/nowhere/libedgetpu.so.1", "libedgetpu1-std"),
      (["ASSAY_EDGETPU_LIBRARY": "libm.so.6"], "libm.so.6", "libedgetpu1-std"),
    ])
  func unusable(variables: [String: String], message: String, advice: String) throws {
    let (result, cell) = try bench(fixture("image"), Sandbox.quick, variables)
    #expect(result.status == 69, "\(result)")
    #expect(cell.error?.code == .deviceUnavailable)
    #expect(cell.error?.message.contains(message) == true, "\(cell.error?.message ?? "")")
    #expect(cell.error?.advice?.contains(advice) == true, "\(cell.error?.advice ?? "")")
  }

  @Test("A model that is not compiled for it is refused with the command that compiles it")
  func notCompiled() throws {
    let model = PackageFiles.path("Samples/models/digits_int8.tflite")
    let (_, cell) = try bench(model)
    #expect(cell.error?.code == .unsupported)
    #expect(cell.error?.advice?.contains("edgetpu_compiler \(model)") == true, "\(cell.error?.description ?? "")")
  }

  @Test("A model for a newer runtime is refused with both versions")
  func skew() throws {
    let (_, newer) = try bench(fixture("newer"))
    #expect(
      newer.error?.message.contains("runtime 99") == true && newer.error?.message.contains("RuntimeVersion(14)") == true
    )
    let (_, older) = try bench(fixture("image"), Sandbox.quick, ["RUNTIME": "11"])
    #expect(older.error?.advice?.contains("--min_runtime_version 11") == true, "\(older.error?.description ?? "")")
  }

  @Test("A libedgetpu that does not fit TensorFlow Lite is named, with both versions")
  func mixedVersions() throws {
    let (_, cell) = try bench(fixture("image"), Sandbox.quick, ["SKEWED": "1"])
    #expect(cell.error?.code == .unsupported)
    for words in ["TensorFlow Lite 2.17.1", "RuntimeVersion(14)", "Unsupported data type in custom op handler"] {
      #expect(cell.error?.message.contains(words) == true, "\(cell.error?.description ?? "no error")")
    }
    #expect(cell.error?.advice?.contains("ASSAY_TFLITE_LIBRARY") == true)
  }

  @Test("A stick that is pulled out ends the cell, which keeps what it has measured")
  func pulledOut() throws {
    let (result, cell) = try bench(fixture("image"), ["--runs", "100", "--warm-up", "0"], ["PULLED_AT": "41"])
    #expect(result.status != 0)
    #expect(
      cell.error?.code == .inferenceFailed && cell.error?.message.contains("USB transfer error") == true, "\(result)")
    #expect(cell.error?.advice?.contains("still connected") == true)
    // Forty inferences succeed; the first few are warm-up.
    #expect((30..<40).contains(cell.latency?.count ?? 0))
  }

  @Test("A crash of the library costs the cell", arguments: ["create", "invoke"])
  func crash(moment: String) throws {
    let (_, cell) = try bench(fixture("image"), Sandbox.quick, ["CRASH": moment])
    #expect(cell.error?.code == .crashed, "\(cell.error?.description ?? "no error")")
  }

  @Test("image-class --edgetpu measures on it, and no image pays for the upload")
  func imageClass() throws {
    let images = PackageFiles.path("Samples/digits")
    for model in ["image", "partly"] {
      let result = try sandbox.shell(
        "\"$ASSAY\" image-class --model '\(fixture(model))' --imagedir '\(images)' --edgetpu --record",
        environment: environment(["FIRST_MS": "300"]))
      #expect(result.status == 0, "\(result)")
      #expect(result.standardOutput.contains(" ms over 300 inferences"), "\(result)")
      let csv = try String(contentsOfFile: sandbox.path("\(model)_edgetpu.tflite.csv"), encoding: .utf8)
      let latencies = csv.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      #expect(latencies.count == 300 && latencies.allSatisfy { $0 < 300 }, "\(latencies.max() ?? 0)")
    }
  }

  @Test("On the CPU, such a model is refused with the way out")
  func onCPU() throws {
    let (_, cell) = try bench(fixture("image"), device: "cpu")
    #expect(cell.error?.code == .unsupported)
    #expect(cell.error?.advice?.contains("-e tflite:edgetpu") == true, "\(cell.error?.description ?? "")")
  }
}
