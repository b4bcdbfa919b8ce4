import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("A worker behind a prefix shares no files with its parent")
struct ViaTests {
  private let sandbox: Sandbox
  /// A command that gives the worker another home and another cache.
  private let prefix: String
  private let cache: WorkerCache

  init() throws {
    sandbox = try Sandbox()
    let elsewhere = sandbox.path("elsewhere")
    prefix = "env HOME=\(elsewhere) XDG_CACHE_HOME=\(elsewhere)/cache"
    cache = WorkerCache("\(elsewhere)/cache/assay")
  }

  private var environment: [String: String] {
    InstalledEngines.environment.merging(["ASSAY_REMOTE_WORKER": Sandbox.program("assay-worker")]) { $1 }
  }

  private func bench(
    _ models: [String], _ options: [String] = Sandbox.quick, via prefix: String? = nil
  ) throws -> (result: ProgramResult, report: RunReport) {
    try sandbox.bench(models, ["--via", prefix ?? self.prefix] + options, environment: environment)
  }

  // MARK: Files and records

  @Test("A model is sent once, and all records come back")
  func modelIsSentOnce() throws {
    let model = try sandbox.model()
    let record = ["--record", sandbox.path("log.csv")]
    let (result, report) = try bench([model], ["--runs", "100000", "--warm-up", "0"] + record)
    #expect(result.status == 0, "\(result)")
    let cell = try #require(report.cells.first)
    #expect(cell.latency?.count == 100_000)
    #expect(cell.model.path == model)
    #expect(cell.via == prefix)
    let csv = try String(contentsOfFile: sandbox.path("log.csv"), encoding: .utf8)
    #expect(csv.utf8.count { $0 == UInt8(ascii: "\n") } == 100_001)
    let sent = cache.files
    #expect(Array(sent.keys) == [cell.model.sha256])
    #expect(try bench([model]).result.status == 0)
    #expect(cache.files == sent)
    #expect(cache.runs.isEmpty, "The worker leaves a folder behind.")
  }

  @Test("The command of the prefix is never that of the current folder, wherever that stands in PATH")
  func currentFolder() throws {
    for folder in ["here", "there"] {
      try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
      _ = try sandbox.script("\(folder)/elsewhere", "echo ran > '\(sandbox.path(folder))/ran'; exec \"$@\"")
    }
    let model = try sandbox.model()
    let path = ".::here:\(sandbox.path("there")):/usr/bin:/bin"
    let result = try sandbox.shell(
      "cd here && \"$ASSAY\" bench '\(model)' -e synthetic --runs 5 --no-save --via elsewhere",
      environment: environment.merging(["PATH": path]) { $1 })
    #expect(result.status == 0, "\(result)")
    #expect(FileManager.default.fileExists(atPath: sandbox.path("there/ran")))
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("here/ran")))
  }

  @Test("A model of several files keeps their names, and a file that two models share is kept once")
  func severalFiles() throws {
    try FileManager.default.createDirectory(atPath: sandbox.path("saved/variables"), withIntermediateDirectories: true)
    for name in ["saved/saved_model.pb", "saved/variables/variables.index", "saved/variables/other.index"] {
      try sandbox.write(Data((name.hasSuffix("index") ? "same" : "model").utf8), to: name)
    }
    // No engine here reads it, so the error shows where the worker looked.
    let (result, report) = try bench([sandbox.path("saved")], ["-e", "synthetic"] + Sandbox.quick)
    #expect(result.status == 69, "\(result)")
    #expect(report.cells.first?.error?.message.contains(sandbox.path("saved")) == true, "\(result)")
    #expect(cache.files.count == 2)
  }

  @Test("Ctrl-C takes effect at once while an image is read, whatever its size")
  func largeImage() throws {
    let model = try sandbox.model()
    for label in 0..<2 {
      try FileManager.default.createDirectory(
        atPath: sandbox.path("images/\(label)"), withIntermediateDirectories: true)
    }
    let image = try sandbox.write(Data("not an image".utf8), to: "images/0/large.jpg")
    #expect(truncate(image, 1 << 43) == 0)
    let assay = try sandbox.start(
      [
        Sandbox.program("assay"), "accuracy", model, "-e", "synthetic", "--images", sandbox.path("images"), "--no-save",
        "--via", prefix,
      ], environment: environment)
    _ = try assay.wait(for: "the image to be opened") { assay.openFiles.contains(image) ? true : nil }
    assay.send(SIGINT)
    let result = try assay.wait(seconds: 10)
    #expect(result.status == 130, "\(result)")
    #expect(cache.runs.isEmpty, "The worker leaves a folder behind.")
  }

  @Test("compare takes turns there, and every cell sends the records of its blocks")
  func compare() throws {
    let operands = try ["fast", "slow"].map { name in
      try sandbox.model(name, microseconds: name == "slow" ? 400 : 200) + "@synthetic"
    }
    let result = try sandbox.start(
      [Sandbox.program("assay"), "compare"] + operands
        + [
          "--via", prefix, "--max-time", "3", "--warm-up", "0", "--no-save", "--json", sandbox.path("comparison.json"),
        ],
      environment: environment
    ).wait()
    #expect(result.status == 0, "\(result)")
    let report = try sandbox.comparison()
    #expect(try #require(report.comparisons.first).ratio > 1.2, "\(result)")
    #expect(report.cells.allSatisfy { $0.report?.latency?.count == $0.count && $0.count > 20 })
  }

  @Test("A stress test has the sensors of the other machine, never of this one")
  func sensors() throws {
    let zone = sandbox.path("board/sys/class/thermal/thermal_zone0")
    try FileManager.default.createDirectory(atPath: zone, withIntermediateDirectories: true)
    try sandbox.write(Data("board\n".utf8), to: "board/sys/class/thermal/thermal_zone0/type")
    try sandbox.write(Data("47500\n".utf8), to: "board/sys/class/thermal/thermal_zone0/temp")
    let result = try sandbox.assay(
      "stress", sandbox.model(microseconds: 200), "--duration", "2s", "--sysfs-root", sandbox.path("board"), "--via",
      prefix, "--telemetry-interval", "100ms", "--json", sandbox.path("results.json"), environment: environment)
    #expect(result.status == 0, "\(result)")
    let telemetry = try #require(try sandbox.report().cells.first?.telemetry)
    let lines = try String(contentsOfFile: telemetry, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 10)
    #expect(lines[0].hasPrefix(#"{"assay_telemetry""#))
    #expect(lines[1].contains("47.5"))
    #expect(lines.contains { $0.contains("origin_s") })
  }

  @Test(
    "Predictions and unreadable images have the names of this machine", .enabled(if: InstalledEngines.include("litert"))
  )
  func images() throws {
    for (name, source) in [("3/a.png", "3"), ("7/b.png", "7")] {
      try FileManager.default.createDirectory(
        atPath: sandbox.path("images/\(name.prefix(1))"), withIntermediateDirectories: true)
      let folder = PackageFiles.path("Samples/digits/\(source)")
      let first = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
      try FileManager.default.copyItem(atPath: "\(folder)/\(first)", toPath: sandbox.path("images/\(name)"))
    }
    try sandbox.write(Data("no image".utf8), to: "images/7/broken\tone.png")
    let result = try sandbox.assay(
      "accuracy", PackageFiles.path("Samples/models/digits_int8.tflite"), "--images", sandbox.path("images"), "-e",
      "litert", "--via", prefix, "--predictions", sandbox.path("predictions.csv"), "--json",
      sandbox.path("results.json"), environment: environment)
    #expect(result.status == 0, "\(result)")
    let accuracy = try #require(try sandbox.report().cells.first?.accuracy)
    #expect(accuracy.images == 2)
    let unreadable = try #require(accuracy.unreadable.first)
    #expect(unreadable.path == sandbox.path("images/7/broken\tone.png"))
    #expect(unreadable.reason.contains(unreadable.path) && !unreadable.reason.contains("content/"))
    let rows = try String(contentsOfFile: sandbox.path("predictions.csv"), encoding: .utf8)
    #expect(rows.contains("\n\(sandbox.path("images/3/a.png")),3,"), "\(rows)")
  }

  // MARK: Interruptions

  @Test("A killed worker leaves what had arrived")
  func killedWorker() throws {
    let (assay, log) = try startLong()
    let worker = try #require(assay.children.first)
    kill(worker, SIGKILL)
    let result = try assay.wait(seconds: 15)
    #expect(result.status == 1, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.error?.message.contains("died of signal 9 while it was measured") == true, "\(result)")
    #expect(cell.recordLog == log)
    #expect(try RecordLogReader(opening: log).count() == cell.latency?.count)
    #expect(cache.runs.count == 1)
  }

  @Test("Ctrl-C stops the worker and keeps all records")
  func interrupt() throws {
    let (assay, log) = try startLong()
    assay.send(SIGINT)
    let result = try assay.wait(seconds: 15)
    #expect(result.status == 130, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.status == .interrupted)
    #expect(try RecordLogReader(opening: log).count() == cell.latency?.count)
    #expect(cache.runs.isEmpty)
  }

  @Test("Ctrl-C ends the sending of a large model at once")
  func interruptWhileSending() throws {
    let model = sandbox.path("large.synthetic")
    try sandbox.write(Data("{}".utf8), to: "large.synthetic")
    try #require(truncate(model, 512 << 20) == 0)
    let assay = try sandbox.startBench([model], ["--via", prefix, "--no-save"], environment: environment)
    _ = try assay.wait(seconds: 60, for: "the first piece") {
      cache.files.keys.contains { $0.contains(".") } ? true : nil
    }
    assay.send(SIGINT)
    let result = try assay.wait(seconds: 4)
    #expect(result.status == 130, "\(result)")
    #expect(
      try sandbox.report().cells.first?.error?.message == "Interrupted while the model and the images were sent.")
    #expect(cache.files.isEmpty && cache.runs.isEmpty)
  }

  private func startLong() throws -> (RunningProgram, log: String) {
    let options = ["--via", prefix, "--warm-up", "0", "--min-time", "60"]
    let assay = try sandbox.startBench([sandbox.model(microseconds: 200)], options, environment: environment)
    let log = try assay.wait(for: "records") {
      sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 1000 } ?? false }
    }
    return (assay, log)
  }

  // MARK: Errors

  @Test(
    "What goes wrong behind a prefix is an error that names it and says what to do",
    arguments: [
      ("nosuchcommand host", "There is no command nosuchcommand", "correct the prefix"),
      ("sh -c 'exit 255'", "ended with status 255 before a worker answered", "Try it by hand"),
      ("sh -c 'echo Welcome; cat'", "printed something before a worker answered", "must print nothing"),
      ("sh -c 'exec /nowhere/assay-worker'", "there is no program", "ASSAY_REMOTE_WORKER"),
      ("sh -c 'exec /etc/passwd'", "cannot be executed", "built for that machine"),
      (" ", "--via is empty", "ssh pi@board"),
    ])
  func connection(prefix: String, message: String, advice: String) throws {
    let result = try sandbox.assay(
      "bench", sandbox.model(), "--via", prefix, environment: ["ASSAY_REMOTE_WORKER": "assay-worker"])
    #expect(result.status != 0, "\(result)")
    #expect(result.standardError.contains(message), "\(result)")
    #expect(result.standardError.contains(advice), "\(result)")
  }

  @Test("A worker of another version says so")
  func otherVersion() throws {
    // A worker of a later version answers with a message that this one does not know.
    let worker = try sandbox.script("newer", #"printf '\020\000\000\000{"greeting":"hi"}'; sleep 5"#)
    let result = try sandbox.assay(
      "bench", sandbox.model(), "--via", "env A=b", environment: ["ASSAY_REMOTE_WORKER": worker])
    #expect(result.status != 0)
    #expect(result.standardError.contains("printed something before a worker answered") == false, "\(result)")
    #expect(result.standardError.contains("from the same build"), "\(result)")
  }

  @Test("No room for the model there fails the cell", .enabled(if: FullDisk.mountCommand != nil))
  func noRoom() throws {
    let mount = try #require(FullDisk.mountCommand)
    let folder = sandbox.path("small")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let padding = String(repeating: " ", count: 200_000)
    let model = try sandbox.write(Data("{\(padding)}".utf8), to: "wide.synthetic")
    let prefix =
      #"\#(mount) sh -c 'mount -t tmpfs -o size=64k none \#(folder) && XDG_CACHE_HOME=\#(folder) exec "$@"' sh"#
    let (result, report) = try bench([model], via: prefix)
    #expect(result.status == 74, "\(result)")
    let error = try #require(report.cells.first?.error)
    #expect(error.code == .inputOutput)
    #expect(error.message.contains("There is no room for wide.synthetic (200002 bytes)"), "\(error)")
    #expect(error.message.hasPrefix("Behind \""), "\(error)")
  }

  @Test("A stress test is not resumed behind a prefix, nor here if it began behind one")
  func resume() throws {
    let begun = try sandbox.assay(
      "stress", sandbox.model(), "--inferences", "100", "--via", prefix, environment: environment)
    #expect(begun.status == 0, "\(begun)")
    let here = try sandbox.assay("stress", "--resume", "last", "--inferences", "200")
    #expect(here.status == 64 && here.standardError.contains("was measured behind \"env HOME="), "\(here)")
    #expect(try sandbox.assay("stress", "--resume", "last", "--via", prefix).status == 64)
  }
}

@Suite("Frames")
struct FrameTests {
  @Test("Messages and raw bytes come out as they went in, however they arrive")
  func roundTrip() throws {
    let bytes = Frame.message(Array("{}".utf8)) + Frame.raw(.records, [1, 2, 3]) + Frame.raw(.content, [])
    var buffer = FrameBuffer()
    var frames: [Frame] = []
    for byte in bytes {
      withUnsafeBytes(of: byte) { buffer.append($0) }
      while let frame = try buffer.next() { frames.append(frame) }
    }
    #expect(frames.map(\.kind) == [.message, .records, .content])
    #expect(frames.map { Array($0.bytes) } == [Array("{}".utf8), [1, 2, 3], []])
    #expect(buffer.missingCount == 4)
  }

  @Test(
    "Anything else is refused",
    arguments: [Array("Welcome to the board".utf8), [1, 0, 0, 0, 0x58], [0, 0, 0, 0]])
  func nonsense(bytes: [UInt8]) {
    var buffer = FrameBuffer()
    bytes.withUnsafeBytes { buffer.append($0) }
    #expect(throws: AssayError.self) { try buffer.next() }
  }
}
