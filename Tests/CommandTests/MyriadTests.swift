import AssayCore
import Foundation
import TestSupport
import Testing

/// Runs on a stand-in for OpenVINO 2022.3 with two sticks: Tests/Fixtures/OpenVINO/myriad.c.
@Suite("openvino-2022.3:myriad")
struct MyriadTests {
  private let sandbox: Sandbox
  private let model: String

  init() throws {
    sandbox = try Sandbox()
    model = try sandbox.write(Data("a model".utf8), to: "net.onnx")
  }

  /// - Parameter reasons: whether the library says why something failed, which 2022.3 does not.
  private func library(reasons: Bool = false) throws -> String {
    let flags = "-Wall -Wextra -Werror '-I\(PackageFiles.path("Sources/CEngineAPIs/include"))'"
    return try sandbox.library(
      fixture: "myriad", in: "OpenVINO", flags: flags + (reasons ? " -DWITH_REASONS" : ""))
  }

  private func environment(_ variables: [String: String] = [:]) throws -> [String: String] {
    try variables.merging(["ASSAY_OPENVINO_2022_3_LIBRARY": library()]) { $1 }
  }

  private func bench(
    _ devices: [String], options: [String] = Sandbox.quick, reasons: Bool = false, _ variables: [String: String] = [:]
  ) throws -> (result: ProgramResult, cells: [CellReport]) {
    let targets = devices.map { "openvino-2022.3:\($0)" }.joined(separator: ",")
    let library = "openvino-2022.3=\(try library(reasons: reasons))"
    let (result, report) = try sandbox.bench(
      [model], options + ["-e", targets, "--engine-library", library], environment: variables)
    return (result, report.cells)
  }

  @Test("engines list shows each stick by the word that chooses it")
  func list() throws {
    let two = try sandbox.assay("engines", "list", environment: environment())
    #expect(
      two.standardOutput.contains(
        "cpu (Stand-in CPU), myriad:1.2-ma2480 (Intel Movidius Myriad X VPU), "
          + "myriad:1.4-ma2480 (Intel Movidius Myriad X VPU)"), "\(two)")
    let none = try sandbox.assay("engines", "list", environment: environment(["STAND_IN_STICKS": "0"]))
    #expect(none.status == 0 && !none.standardOutput.contains("Movidius"), "\(none)")
  }

  @Test("A device is measured and reported by the word that was asked for, and OpenVINO gets its own name for it")
  func devices() throws {
    let devices = [
      ("myriad", "MYRIAD"), ("myriad:1.2-ma2480", "MYRIAD.1.2-ma2480"), ("myriad:1.4-MA2480", "MYRIAD.1.4-ma2480"),
      ("hetero:myriad+cpu", "HETERO:MYRIAD,CPU"),
      ("hetero:myriad:1.4-ma2480+cpu", "HETERO:MYRIAD.1.4-ma2480,CPU"),
    ]
    for (device, name) in devices {
      let (result, cells) = try bench([device], ["STAND_IN_NOTES": sandbox.path("notes")])
      let cell = try #require(cells.first)
      #expect(result.status == 0 && cell.status == .ok && cell.latency?.count == 20, "\(result)")
      #expect(cell.device == device.lowercased())
      #expect(cell.engine.version == "2022.3.2-9279")
      #expect(sandbox.notes.last?.hasPrefix("\(name) PERFORMANCE_HINT=LATENCY") == true, "\(sandbox.notes)")
    }
  }

  @Test("Outputs are those of the stick")
  func outputs() throws {
    let input = [Float](arrayLiteral: -1, 0, 0.5, 3).withUnsafeBytes { Data($0) }
    try sandbox.write(input, to: "input.raw")
    let result = try sandbox.shell(
      "\"$ASSAY\" run net.onnx -e openvino-2022.3:myriad --input input=input.raw --json results.json",
      environment: environment())
    #expect(result.status == 0, "\(result)")
    struct Results: Decodable { let outputs: [OutputSummary] }
    let results = try JSONDecoder().decode(
      Results.self, from: Data(contentsOf: URL(filePath: sandbox.path("results.json"))))
    #expect(results.outputs.first?.first == [-1, 1, 2, 7])
  }

  @Test("It computes in f16 alone: f16 may be asked for, and f32 is refused")
  func precision() throws {
    let (result, cells) = try bench(["myriad"], options: Sandbox.quick + ["--precision", "f16"])
    #expect(result.status == 0 && cells.first?.status == .ok, "\(result)")
    let (_, refused) = try bench(["myriad"], options: Sandbox.quick + ["--precision", "f32"])
    #expect(refused.first?.error?.code == .unsupported)
    #expect(refused.first?.error?.message.contains("computes in f16 alone") == true)
  }

  @Test(
    "A stick that is not there is an error that tells the devices and what to check",
    arguments: [
      ("myriad", "0", "There are: cpu. "), ("myriad:1.4-ma2480", "1", "There are: cpu, myriad:1.2-ma2480. "),
      ("hetero:myriad+cpu", "0", "There are: cpu. "),
    ])
  func noStick(device: String, sticks: String, advice: String) throws {
    let (result, cells) = try bench([device, "cpu"], ["STAND_IN_STICKS": sticks])
    let error = try #require(cells.first?.error)
    #expect(result.status == 69 && error.code == .deviceUnavailable, "\(result)")
    #expect(error.message.contains("has no device 'myriad"), "\(error)")
    #expect(error.advice?.hasPrefix(advice) == true && error.advice?.contains("udev rules") == true, "\(error)")
    #expect(cells.last?.status == .ok)
  }

  @Test(
    "A stick that does not start costs its cell, with what OpenVINO says and what to check", arguments: [true, false])
  func noBoot(reasons: Bool) throws {
    let (result, cells) = try bench(["myriad", "cpu"], reasons: reasons, ["STAND_IN_NO_BOOT": "1"])
    let error = try #require(cells.first?.error)
    #expect(result.status == 69 && error.code == .deviceUnavailable, "\(result)")
    let words = reasons ? "Can not init Myriad device: NC_ERROR" : "gives no reasons"
    #expect(error.message.contains("for MYRIAD") && error.message.contains(words), "\(error)")
    #expect(error.advice?.contains("udev rules") == true, "\(error)")
    #expect(cells.last?.status == .ok && cells.last?.latency?.count == 20)
  }

  @Test("A stick that is pulled out costs its cell; what was measured before stays", arguments: [true, false])
  func pulledOut(reasons: Bool) throws {
    let (result, cells) = try bench(
      ["cpu", "myriad"], options: ["--runs", "400", "--warm-up", "0"], reasons: reasons,
      ["STAND_IN_PULLED_OUT_AT": "250"]
    )
    let cell = try #require(cells.last)
    let error = try #require(cell.error)
    #expect(result.status == 1 && error.code == .inferenceFailed, "\(result)")
    let words = reasons ? "Failed to read output from FIFO: NC_ERROR" : "gives no reasons"
    #expect(error.message.contains("on myriad: ") && error.message.contains(words), "\(error)")
    #expect(error.advice?.contains("plugged in") == true, "\(error)")
    #expect((1...249).contains(cell.latency?.count ?? 0), "\(String(describing: cell.latency?.count))")
    #expect(cells.first?.status == .ok && cells.first?.latency?.count == 400)
  }

  @Test("The thesis' --openvino --device myriad measures on it")
  func thesis() throws {
    let arguments = [
      Sandbox.program("assay"), "image-class", "--model", model, "--fakein", "--ftimes", "5", "--openvino", "--device",
      "myriad",
    ]
    let result = try sandbox.start(arguments, environment: environment()).wait()
    #expect(result.status == 0 && result.standardOutput.contains("over 5 inferences"), "\(result)")
    let run = try #require(try sandbox.savedRuns().first)
    #expect(run.engine == "openvino-2022.3" && run.device == "myriad")
    let failed = try sandbox.start(arguments, environment: environment(["STAND_IN_STICKS": "0"])).wait()
    #expect(failed.status == 69 && failed.standardError.contains("no device 'myriad'"), "\(failed)")
  }
}
