import AssayCore
import Foundation
import Testing

@testable import Telemetry

@Suite("nvidia-smi tells of NVIDIA GPUs for as long as it runs")
struct NvidiaProgramTests {
  @Test("Each GPU has a clock, a temperature, power and whether it is held down")
  func twoGPUs() throws {
    let tree = try RecordedTree(text: "")
    tree.install(
      """
      echo "0, 1980, 34, 71.55, 0x0000000000000001"
      echo "1, 1200, 84, 349.10, 0x0000000000000024"
      exec sleep 600
      """)
    let machine = Machine(tree)
    let readings = machine.read()
    #expect(machine.ids.filter { $0.contains("nvidia") }.count == 8)
    #expect(readings["clock.nvidia.0"] == .value(1980))
    #expect(readings["power.nvidia.1"] == .value(349.1))
    #expect(readings["temperature.nvidia.1"] == .value(84))
    #expect(readings["throttled.nvidia.0"] == .value(0), "idling is no throttling")
    #expect(readings["throttled.nvidia.1"] == .value(1), "power cap and heat are")
    machine.close()
  }

  @Test("An older driver knows the reasons for throttling by another name")
  func olderDriver() throws {
    let tree = try RecordedTree(text: "")
    tree.install(
      """
      case "$1" in *event_reasons*) echo "Field \\"clocks_event_reasons.active\\" is not a valid field to query."; exit 2;; esac
      echo "0, 1455, 61, [N/A], 0x0000000000000000"
      exec sleep 600
      """)
    let machine = Machine(tree)
    let readings = machine.read()
    #expect(readings["clock.nvidia.0"] == .value(1455))
    #expect(readings["throttled.nvidia.0"] == .value(0))
    #expect(readings["power.nvidia.0"]?.failure?.contains("N/A") == true)
    machine.close()
  }

  @Test("A program that complains is no sensor, and what it said is told")
  func complaint() throws {
    let tree = try RecordedTree(text: "")
    tree.install("echo 'NVIDIA-SMI has failed because it could not communicate with the driver.'; exit 9")
    let machine = Machine(tree)
    #expect(!machine.ids.contains { $0.contains("nvidia") })
    let reason = try #require(machine.unavailable.first { $0.name == "GPU" }?.reason)
    #expect(reason.contains("could not communicate"))
  }

  @Test("A program that ends in the middle of a run is a lost sensor")
  func endedProgram() async throws {
    let tree = try RecordedTree("virtual-machine")
    tree.install("while [ ! -e \(tree.root)/end ]; do echo '0, 1980, 34, 71.55, 0x0'; sleep 0.05; done")
    let recorder = TelemetryRecorder(tree.options())
    try recorder.start()
    try await eventually("the GPU is read") { recorder.latest.power == 71.55 }
    tree.write("", to: "end")
    try await eventually("it is lost") {
      try tree.series().events.contains { $0.detail.hasPrefix("power.nvidia.0: ") }
    }
    recorder.stop()
  }
}

extension RecordedTree {
  /// Puts a shell script in the place of `nvidia-smi`. The program itself is a file that nobody writes: one that was just written can be
  /// "busy" for as long as a child that another test starts holds it open.
  fileprivate func install(_ script: String) {
    let program = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/nvidia-smi")
    let folder = "\(root)/usr/bin"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/nvidia-smi", withDestinationPath: program.path)
      try script.write(toFile: "\(folder)/answers", atomically: true, encoding: .utf8)
    } catch {
      Issue.record(error)
    }
  }
}
