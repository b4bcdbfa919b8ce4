import ArgumentParser
import Assay
import AssayCore
import Foundation
import Platform
import Report
import ResultStore
import Study

struct SweepCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Measures models in every precision on every engine, and recommends one.",
    discussion: """
      It makes every conversion that the installed converters can make, and measures each on every engine and device that reads it: latency, \
      size, load time and memory, and accuracy with what each form lost where images are given. What cannot be made says why in one line.

      It is a study made on the fly: what is done is not measured again by the same sweep, and --save-study writes the file, for assay study \
      run and assay study report. It ends with one table, the results that no other beats in both latency and accuracy, and one \
      recommended line: the fastest that lost no accuracy but by chance; with --min-top1, the fastest that reaches it; with --max-latency alone, \
      the most accurate within it. The table is by rising latency, or by falling accuracy where that is looked for.
      """)

  static let examples = [
    "assay sweep net.tflite -e litert",
    "assay sweep net.onnx --images images --precision fp32,int8 --max-latency 20ms --min-top1 60%",
  ]

  @Argument(help: "Model files: .tflite, .onnx, OpenVINO .xml, or SavedModel folders.", completion: .file())
  var models: [String]

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run them: engine[:device],... or all (default: every device of every installed engine). May be repeated.",
      valueName: "targets"))
  var engines: [String] = []

  @Option(
    help: .init(
      "Precisions: fp32 (the model's own numbers), fp16, int8. (default: fp32,fp16,int8)", valueName: "precisions"),
    transform: Precisions.parse)
  var precision: [ConversionForm.Precision] = ConversionForm.Precision.allCases

  @Option(
    help: .init("Also measure accuracy on these images: a folder of class folders.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(parsing: .unconditional, help: .init("Use this many images, stratified by class.", valueName: "count"))
  var limit: Int?

  @Option(
    help: .init(
      "Images, or an .npy file, that quantising looks at (default: some of --images; else random inputs).",
      valueName: "path"))
  var calibration: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Threads for one inference; each of several is measured (default: the physical cores this process may use).",
      valueName: "counts"),
    transform: ThreadCounts.parse)
  var threads: [Int]?

  @Option(
    parsing: .unconditional,
    help: .init("Also measure this many inferences side by side; each of several.", valueName: "counts"),
    transform: { try NumbersArgument.parse($0, 1...1024, "A number of streams") })
  var streams: [Int]?

  @Option(parsing: .unconditional, help: .init("Measure exactly this many inferences per cell.", valueName: "count"))
  var runs: Int?

  @Option(help: .init("What the recommended one must not exceed, as in 20ms.", valueName: "time"))
  var maxLatency: TimeSpan?

  @Option(
    name: .customLong("min-top1"), help: .init("What the recommended one must reach, as in 60%.", valueName: "percent"))
  var minTop1: Percentage?

  @Option(help: .init("Write the study into this file.", valueName: "file"))
  var saveStudy: String?

  @Flag(help: "Print the plan and how long it probably takes, and measure nothing.")
  var dryRun = false

  @Flag(help: "Try again what failed before.")
  var retryFailed = false

  @OptionGroup(title: "Saved runs") var location: StoreArguments

  @Flag(name: [.short, .long], help: "Show no plan and no progress. Errors still go to standard error.")
  var quiet = false

  func validate() throws {
    try Bounds.check(limit, 1...100_000_000, "--limit")
    try Bounds.check(runs, 1...1_000_000_000, "--runs")
    try TimeSpan.check(maxLatency, 1e-6...Bounds.week, "--max-latency", "from 1us to 7d")
    try minTop1?.check(0...100, "--min-top1")
    if images == nil, limit != nil || minTop1 != nil {
      throw ValidationError("--limit and --min-top1 are about accuracy: give --images, too.")
    }
    if calibration != nil, !precision.contains(.int8) {
      throw ValidationError("--calibration is for int8, which --precision leaves out.")
    }
    if Set(models).count < models.count { throw ValidationError("A model is named twice.") }
    _ = try targets()
  }

  func run() throws {
    let store = try location.open(for: .saving)
    let plan = try SweepPlan(
      models, on: try targets(), precisions: precision, in: RunContext(try Machine.local()))
    let path = try write(makeStudy(plan), beside: store)
    let study = try command(path, retryFailed ? ["--retry-failed"] : [])
    if dryRun || !quiet {
      for line in plan.omissions { Terminal.message(line) }
      try command(path, ["--dry-run"]).run()
    }
    if dryRun { return }
    var status: ExitCode?
    do {
      try study.run()
    } catch let code as ExitCode {
      // Cells that failed stand in the table.
      status = code
    }
    try report(study, plan, store)
    if let status { throw status }
  }

  private func report(_ study: StudyRunCommand, _ plan: SweepPlan, _ store: ResultStore) throws {
    let damaged = DamagedRuns()
    let measured = try StudyMeasurements(
      of: try study.study.read(), in: store, statistic: .median, damaged: damaged.note)
    let goals = SweepText.Goals(
      maximumLatency: maxLatency?.milliseconds, minimumTop1: minTop1.map { $0.share * 100 })
    let sink = try TextSink(path: "-")
    try sink.write(SweepText(measured.observations, goals: goals, omissions: plan.omissions).text())
    try sink.close()
    try damaged.leave()
  }

  private func targets() throws -> [Target]? {
    engines.isEmpty || engines == ["all"] ? nil : try TargetList.parse(engines)
  }

  /// The command that runs the study.
  private func command(_ path: String, _ options: [String]) throws -> StudyRunCommand {
    var arguments = [path] + options
    if let store = location.store { arguments += ["--store", store] }
    if quiet { arguments.append("--quiet") }
    return try StudyRunCommand.parse(arguments)
  }

  private func makeStudy(_ plan: SweepPlan) -> SweepStudy {
    var study = SweepStudy(
      plan.models.map { model in
        var model = model
        model.path = ProcessSpec.absolutePath(model.path)
        return model
      })
    study.title = "Sweep of \(models.map { URL(filePath: $0).lastPathComponent }.joined(separator: ", "))"
    study.threads = threads
    study.runs = runs
    study.streams = streams ?? []
    study.images = images.map(ProcessSpec.absolutePath)
    study.imageCount = limit
    study.calibration = (calibration ?? images).map(ProcessSpec.absolutePath)
    return study
  }

  /// Writes the study where the user wants it, or beside the store. The same sweep has the same name, and so resumes, also where
  /// converters were installed since.
  ///
  /// - Returns: the path of the file.
  private func write(_ study: SweepStudy, beside store: ResultStore) throws -> String {
    let asked: [String] =
      models.map(ProcessSpec.absolutePath) + engines.sorted()
      + [
        "\(precision)", study.images ?? "", study.calibration ?? "", "\(study.imageCount ?? 0)", "\(threads ?? [])",
        "\(study.streams)", "\(runs ?? 0)",
      ]
    let name = "sweep \(SHA256.hexDigest(of: asked.joined(separator: "\n")).prefix(12))"
    let path = saveStudy ?? "\(store.studyFolder)/\(name.replacing(" ", with: "-")).yaml"
    if saveStudy == nil {
      do throws(SystemError) {
        try Folder.make(store.studyFolder, mode: Folder.privateMode)
      } catch {
        throw AssayError(
          .inputOutput, "Cannot make \(store.studyFolder): \(error).",
          advice: "Name another store with --store, or a file with --save-study.")
      }
    }
    let sink = try TextSink(path: path)
    try sink.write(study.text(name: name))
    try sink.close()
    return path
  }
}

/// Reads `fp32,int8`.
private enum Precisions {
  static func parse(_ text: String) throws -> [ConversionForm.Precision] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let precisions = words.compactMap { ConversionForm.Precision(word: $0) }
    guard precisions.count == words.count, Set(precisions).count == words.count else {
      let known = ConversionForm.Precision.allCases.map(\.word).joined(separator: ", ")
      throw ValidationError("'\(text)' is no list of precisions, each once: \(known).")
    }
    return precisions
  }
}
