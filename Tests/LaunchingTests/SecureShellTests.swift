import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite(
  "Cells are measured on another machine over ssh", .serialized, .enabled(if: SecureShellServer.isAvailable))
struct SecureShellTests {
  private let sandbox: Sandbox
  private let server: SecureShellServer
  private let cache: WorkerCache

  init() throws {
    sandbox = try Sandbox()
    server = try SecureShellServer()
    cache = WorkerCache("\(server.root)\(SecureShellServer.home)/.cache/assay")
  }

  @Test("bench and stress get the model once, the host and the sensors from there, and all records back")
  func bench() throws {
    let model = try sandbox.model(microseconds: 200)
    let options = ["--via", server.command, "--warm-up", "0", "--store", sandbox.path("results.sqlite")]
    let (result, report) = try sandbox.bench([model], options + ["--runs", "5000"])
    #expect(result.status == 0, "\(result)")
    #expect(report.host.os == SecureShellServer.system)
    let cell = try #require(report.cells.first)
    #expect(cell.latency?.count == 5000)
    let log = try #require(cell.recordLog)
    #expect(try RecordLogReader(opening: log).count() == 5000)
    let sent = cache.files
    #expect(sent.count == 1)
    #expect(cache.runs == [], "The worker leaves a folder behind.")

    let stress = try sandbox.assay(
      "stress", model, "--duration", "2s", "--via", server.command, "--store", sandbox.path("results.sqlite"), "--json",
      sandbox.path("results.json"))
    #expect(stress.status == 0, "\(stress)")
    #expect(cache.files == sent, "A second run sends the model again.")
    let telemetry = try #require(try sandbox.report().cells.first?.telemetry)
    let lines = try String(contentsOfFile: telemetry, encoding: .utf8).split(separator: "\n")
    #expect(lines.first?.contains("temperature.zone.board") == true, "\(lines.prefix(2))")
    #expect(lines.dropFirst().first?.contains("61.5") == true, "\(lines.prefix(2))")
  }

  @Test("compare takes turns there")
  func compare() throws {
    let operands = try [sandbox.model("fast", microseconds: 100), sandbox.model("slow", microseconds: 200)]
    let (result, report) = try sandbox.compare(
      operands.map { "\($0)@synthetic" }, ["--via", server.command, "--max-time", "4", "--warm-up", "0"])
    #expect(result.status == 0, "\(result)")
    #expect(report.host.os == SecureShellServer.system)
    #expect(report.cells.allSatisfy { $0.count > 50 })
    #expect(try #require(report.comparisons.first).ratio > 1.2)
    #expect(cache.files.count == 2)
  }

  @Test("A session that is killed half way fails the cell and keeps what had arrived")
  func cut() throws {
    let assay = try sandbox.startBench(
      [sandbox.model(microseconds: 200)], ["--via", server.command, "--warm-up", "0", "--min-time", "60"])
    let log = try assay.wait(for: "records") {
      sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 2000 } ?? false }
    }
    server.endSessions()
    let result = try assay.wait(seconds: 15)
    #expect(result.status == 1, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.error?.code == .crashed)
    #expect(cell.error?.message.contains("ended with status 255 while it was measured") == true, "\(result)")
    #expect(cell.recordLog == log)
    let count = try RecordLogReader(opening: log).count()
    #expect(count > 2000)
    #expect(cell.latency?.count == count)
    _ = try assay.wait(seconds: 20, for: "the worker to end") { cache.runs.isEmpty ? true : nil }
  }

  @Test(
    "accuracy sends the images once and names them as they are named here",
    .enabled(if: InstalledEngines.include("litert")))
  func accuracy() throws {
    let library = try #require(InstalledEngines.library("litert"))
    let parts = library.components(separatedBy: "/engines/")
    try #require(parts.count == 2, "\(library) is not in a folder of engines")
    try server.install(library, as: "\(SecureShellServer.home)/.local/share/assay/engines/\(parts[1])")
    var sent: [String: UInt64] = [:]
    for _ in 1...2 {
      let result = try sandbox.assay(
        "accuracy", PackageFiles.path("Samples/models/digits_int8.tflite"), "--images",
        PackageFiles.path("Samples/digits"), "-e", "litert", "--via", server.command, "--json",
        sandbox.path("results.json"), "--predictions", sandbox.path("predictions.csv"))
      #expect(result.status == 0, "\(result)")
      let report = try sandbox.report()
      let cell = try #require(report.cells.first)
      #expect(report.host.os == SecureShellServer.system)
      #expect(cell.accuracy?.images == 300)
      #expect(cell.latency?.count == 300)
      #expect(cell.engine.library?.hasPrefix(SecureShellServer.home) == true)
      let rows = try String(contentsOfFile: sandbox.path("predictions.csv"), encoding: .utf8).split(separator: "\n")
      #expect(rows.count == 301)
      #expect(rows.last?.hasPrefix(PackageFiles.path("Samples/digits")) == true, "\(rows.suffix(1))")
      #expect(sent.isEmpty || cache.files == sent, "A second run sends files again.")
      sent = cache.files
      try FileManager.default.removeItem(atPath: sandbox.path("predictions.csv"))
    }
  }

  @Test("A worker that is missing there is an error that says what to do")
  func missingWorker() throws {
    let result = try sandbox.assay(
      "bench", sandbox.model(), "--via", server.command, environment: ["ASSAY_REMOTE_WORKER": "assay-wrker"])
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("there is no program assay-wrker"))
    #expect(result.standardError.contains("Copy assay-worker of the same build"))
  }
}
