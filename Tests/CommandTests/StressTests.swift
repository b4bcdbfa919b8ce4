import AssayCore
import Foundation
import Glibc
import RecordLog
import TestSupport
import Testing

@Suite("Stress tests record every inference and can be resumed")
struct StressTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func stress(_ arguments: [String]) throws -> (result: ProgramResult, report: RunReport) {
    let result = try startStress(arguments).wait()
    return (result, try sandbox.report())
  }

  private func startStress(_ arguments: [String]) throws -> RunningProgram {
    try sandbox.start([Sandbox.program("assay"), "stress", "--json", sandbox.path("results.json")] + arguments)
  }

  /// Starts a long stress test and kills it once it has recorded something.
  private func killedRun(_ model: String) throws {
    let program = try startStress([model, "--duration", "10min"])
    _ = try program.wait(for: "A record") {
      sandbox.recordLogs.first { ((try? RecordLogReader(opening: $0).count()) ?? 0) > 100 }
    }
    _ = try program.wait(for: "A claim") {
      let names = try? FileManager.default.contentsOfDirectory(atPath: sandbox.path("data/assay/running"))
      return names?.contains { $0.hasSuffix(".json") && !$0.hasPrefix(".") } == true ? true : nil
    }
    program.send(SIGKILL)
    _ = try program.wait()
  }

  /// The runs in the store once the worker of a killed parent has ended, after its current inference.
  private func adopted() throws -> [RunSummary] {
    let end = Date() + 20
    while Date() < end {
      let runs = try sandbox.savedRuns()
      if !runs.isEmpty { return runs }
      usleep(20_000)
    }
    return []
  }

  @Test("A stress test runs for --duration and is saved with every inference")
  func duration() throws {
    let (result, report) = try stress([sandbox.model(microseconds: 500), "--duration", "1s500ms"])
    #expect(result.status == 0, "\(result)")
    let cell = try #require(report.cells.first)
    #expect(cell.status == .ok && cell.engine.name == "synthetic")
    let log = try RecordLogReader(opening: #require(sandbox.recordLogs.first))
    var end: UInt64 = 0
    try log.read { records in records.last.map { end = $0.start + $0.duration } }
    #expect(Double(end) / 1e9 >= 1.5 && log.count() == cell.latency?.count)
    #expect(try sandbox.savedRuns().map(\.kind) == [.stress])
  }

  @Test("--inferences is exact")
  func count() throws {
    let (result, report) = try stress([sandbox.model(), "--inferences", "1234"])
    #expect(result.status == 0 && report.cells.first?.latency?.count == 1234, "\(result)")
  }

  @Test("An interrupted stress test keeps its records and resumes under the same id")
  func interrupted() throws {
    let program = try startStress([sandbox.model(microseconds: 500), "--duration", "10min"])
    _ = try program.wait(for: "A record") {
      sandbox.recordLogs.first { ((try? RecordLogReader(opening: $0).count()) ?? 0) > 100 }
    }
    program.send(SIGINT)
    let first = try program.wait()
    #expect(first.status == 130, "\(first)")
    #expect(first.standardError.contains("To continue: assay stress --resume 1"), "\(first)")
    let before = try #require(try sandbox.report().cells.first?.latency?.count)
    let (result, report) = try stress(["--resume", "last", "--inferences", "\(before + 500)"])
    #expect(result.status == 0, "\(result)")
    #expect(report.cells.first?.latency?.count == before + 500 && report.cells.first?.runID == 1)
    #expect(try sandbox.savedRuns().map(\.status) == [.ok], "resuming adds no run")
    var starts: [UInt64] = []
    try RecordLogReader(opening: #require(sandbox.recordLogs.first)).read { starts += $0.map(\.start) }
    #expect(starts == starts.sorted() && starts.count == before + 500, "its time continues where it stopped")
    let show = try sandbox.assay("results", "show", "1")
    #expect(show.standardOutput.contains("intact"), "\(show)")
  }

  @Test("Streams run side by side for as long, and an interrupted test of them resumes")
  func streams() throws {
    let model = try sandbox.model(microseconds: 500)
    let (whole, report) = try stress([model, "--streams", "3", "--threads", "1", "--duration", "1s"])
    #expect(whole.status == 0, "\(whole)")
    let cell = try #require(report.cells.first)
    #expect(cell.options.streams == 3 && cell.streams?.counts.count == 3 && cell.rate != nil && cell.steadiness != nil)
    #expect(cell.streams?.counts.allSatisfy { $0 > 0 } == true)
    #expect(cell.harnessOverheadNanoseconds.map { $0 > 0 } == true)
    let program = try startStress([model, "--streams", "2", "--threads", "1", "--duration", "10min"])
    _ = try program.wait(for: "A record") {
      sandbox.recordLogs.first { log in
        log != cell.recordLog && ((try? RecordLogReader(opening: log).count()) ?? 0) > 100
      }
    }
    program.send(SIGINT)
    #expect(try program.wait().status == 130)
    let before = try #require(try sandbox.report().cells.first?.latency?.count)
    let (result, resumed) = try stress(["--resume", "last", "--inferences", "\(before + 500)"])
    #expect(result.status == 0, "\(result)")
    // Each stream ends with the inference that it is in.
    let count = try #require(resumed.cells.first?.latency?.count)
    #expect((before + 500...before + 510).contains(count), "\(before), \(count)")
  }

  @Test("Streams take no images")
  func streamsOfImages() throws {
    let result = try sandbox.assay("stress", try sandbox.model(), "--streams", "2", "--images", "folder")
    #expect(result.status == 64 && result.standardError.contains("--images"), "\(result)")
  }

  @Test("A killed stress test is listed as interrupted and can be resumed")
  func killed() throws {
    try killedRun(sandbox.model(microseconds: 500))
    let runs = try adopted()
    #expect(runs.map(\.status) == [.interrupted])
    let count = try #require(runs.first?.count)
    #expect(count > 100 && runs.first?.kind == .stress)
    #expect(try sandbox.savedRuns().count == 1, "it is saved once")
    let show = try sandbox.assay("results", "show", "1")
    #expect(
      show.standardOutput.contains("ended without saving it") && show.standardOutput.contains("intact"), "\(show)")
    let (result, report) = try stress(["--resume", "1", "--inferences", "\(count + 10)"])
    #expect(result.status == 0 && report.cells.first?.latency?.count == count + 10, "\(result)")
    #expect(try sandbox.savedRuns().map(\.status) == [.ok])
  }

  @Test("A stress test that is resumed and killed again stays one run")
  func killedTwice() throws {
    let model = try sandbox.model(microseconds: 500)
    try killedRun(model)
    let count = try #require(try adopted().first?.count)
    let program = try startStress(["--resume", "1", "--duration", "20min"])
    _ = try program.wait(for: "More records") {
      sandbox.recordLogs.first { ((try? RecordLogReader(opening: $0).count()) ?? 0) > count + 100 }
    }
    program.send(SIGKILL)
    _ = try program.wait()
    _ = try program.wait(for: "The longer run") { try? sandbox.savedRuns().first { ($0.count ?? 0) > count + 100 } }
    #expect(try sandbox.savedRuns().map(\.id) == [1])
  }

  @Test("A running stress test can be neither deleted nor resumed again")
  func busy() throws {
    let model = try sandbox.model(microseconds: 500)
    _ = try stress([model, "--inferences", "200"])
    let program = try startStress(["--resume", "1", "--duration", "10min"])
    _ = try program.wait(for: "More records") {
      sandbox.recordLogs.first { ((try? RecordLogReader(opening: $0).count()) ?? 0) > 300 }
    }
    let second = try sandbox.assay("stress", "--resume", "1", "--duration", "20min")
    #expect(second.status == 74 && second.standardOutput.contains("Another process is writing"), "\(second)")
    let deletion = try sandbox.assay("results", "delete", "1")
    #expect(deletion.status == 64 && deletion.standardError.contains("is being measured"), "\(deletion)")
    program.send(SIGINT)
    let first = try program.wait()
    #expect(first.status == 130, "\(first)")
    let telemetry = try #require(try sandbox.report().cells.first?.telemetry)
    let headers = try String(contentsOfFile: telemetry, encoding: .utf8).split(separator: "\n").filter {
      $0.hasPrefix("{\"assay_telemetry\"")
    }
    #expect(headers.count == 2, "the refused one left no trace")
  }

  @Test("A killed stress test is found in a moved store, even beside an unreadable one")
  func moved() throws {
    try killedRun(sandbox.model(microseconds: 500))
    let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.path("data/assay/running"))
    let claim = try #require(names.first { $0.hasSuffix(".json") })
    try FileManager.default.moveItem(atPath: sandbox.path("data/assay"), toPath: sandbox.path("moved"))
    // An unreadable log that comes first.
    try FileManager.default.copyItem(
      atPath: sandbox.path("moved/running/\(claim)"), toPath: sandbox.path("moved/running/0.records.json"))
    try sandbox.write(Data("no log".utf8), to: "moved/records/0.records")
    let store = sandbox.path("moved/results.sqlite")
    let end = Date() + 20
    var list = try sandbox.assay("results", "list", "--store", store)
    while Date() < end, !list.standardOutput.contains("interrupted") {
      list = try sandbox.assay("results", "list", "--store", store)
    }
    #expect(list.standardOutput.contains("interrupted") && list.standardError.contains("0.records"), "\(list)")
    let show = try sandbox.assay("results", "show", "last", "--store", store)
    #expect(show.standardOutput.contains("moved/records") && show.standardOutput.contains("telemetry.jsonl"), "\(show)")
  }

  @Test("A run that cannot be resumed is refused with the reason", arguments: [false, true])
  func refusals(isBench: Bool) throws {
    let model = try sandbox.model()
    if isBench {
      _ = try sandbox.bench([model])
      let result = try sandbox.assay("stress", "--resume", "1")
      #expect(result.status == 64 && result.standardError.contains("is not a stress test"), "\(result)")
    } else {
      _ = try stress([model, "--inferences", "50"])
      let complete = try sandbox.assay("stress", "--resume", "1")
      #expect(complete.status == 64 && complete.standardError.contains("is complete: 50 inferences"), "\(complete)")
      try Data(#"{"latency": {"base_us": 21}}"#.utf8).write(to: URL(filePath: model))
      let changed = try sandbox.assay("stress", "--resume", "1", "--inferences", "60", "-q")
      #expect(changed.status == 65, "\(changed)")
      #expect(try RecordLogReader(opening: #require(sandbox.recordLogs.first)).count() == 50)
      try FileManager.default.removeItem(atPath: #require(sandbox.recordLogs.first))
      let gone = try sandbox.assay("stress", "--resume", "1", "--inferences", "60")
      #expect(gone.status == 64 && gone.standardError.contains("are gone"), "\(gone)")
    }
  }

  // MARK: Sensors

  /// Creates a machine with one thermal zone in the sandbox's folder `machine`.
  private func thermalZone(millidegrees: String) throws {
    let zone = sandbox.path("machine/sys/class/thermal/thermal_zone0")
    try FileManager.default.createDirectory(atPath: zone, withIntermediateDirectories: true)
    try sandbox.write(Data("cpu-thermal\n".utf8), to: "machine/sys/class/thermal/thermal_zone0/type")
    try sandbox.write(Data("\(millidegrees)\n".utf8), to: "machine/sys/class/thermal/thermal_zone0/temp")
  }

  @Test("show lists the sensors' values and the missing kinds of sensor")
  func sensors() throws {
    try thermalZone(millidegrees: "61500")
    let (result, report) = try stress([
      sandbox.model(microseconds: 500), "--duration", "1s", "--telemetry-interval", "100ms", "--sysfs-root",
      sandbox.path("machine"),
    ])
    #expect(result.status == 0, "\(result)")
    let telemetry = try #require(report.cells.first?.telemetry)
    #expect(try String(contentsOfFile: telemetry, encoding: .utf8).contains(",61.5"))
    let show = try sandbox.assay("results", "show", "last")
    #expect(show.standardOutput.contains("61.50 – 61.50 °C"), "\(show)")
    #expect(show.standardOutput.contains("No power"), "\(show)")
  }

  @Test("A hanging sensor does not delay a stress test")
  func hangingSensor() throws {
    try thermalZone(millidegrees: "61500")
    let temperature = sandbox.path("machine/sys/class/thermal/thermal_zone0/temp")
    try FileManager.default.removeItem(atPath: temperature)
    #expect(mkfifo(temperature, 0o600) == 0)
    let (result, report) = try stress([
      sandbox.model(microseconds: 500), "--duration", "1s", "--telemetry-interval", "100ms", "--sysfs-root",
      sandbox.path("machine"),
    ])
    #expect(result.status == 0 && report.cells.first?.status == .ok, "\(result)")
  }

  // MARK: The disk

  @Test(
    "A full disk ends a stress test cleanly, with every record; it is saved once there is space",
    .enabled(if: FullDisk.mountCommand != nil, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    _ = try sandbox.model("m", microseconds: 1)
    let stress = "\"$ASSAY\" stress m.synthetic --duration 10min --store disk/results.sqlite --json results.json"
    let script = try sandbox.script(
      "disk.sh",
      """
      mount -t tmpfs -o size=2m none disk; \(stress); echo "status $?"
      mount -o remount,size=16m disk; "$ASSAY" results list --store disk/results.sqlite --json
      """)
    let result = try sandbox.shell("mkdir -p disk && \(try #require(FullDisk.mountCommand)) sh '\(script)'")
    #expect(result.standardOutput.contains("status 74"), "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.status == .failed && cell.error?.message.contains("No space left") == true, "\(result)")
    let count = try #require(cell.latency?.count)
    #expect(count > 10_000, "\(result)")
    #expect(result.standardOutput.contains("\"count\" : \(count)"), "\(result)")
  }
}
