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
    commandName: "sweep", abstract: "Measures models on every engine that reads them, and recommends one.",
    discussion: """
      It is a study made on the fly: what is done is not measured again by the same sweep, and --save-study writes the file, for assay study \
      run and assay study report. It ends with a table by rising latency, the results that no other beats in both latency and accuracy, \
      and one recommended line: the most accurate within the limits, or the fastest where no images are given.
      """)

  static let examples = [
    "assay sweep net.tflite -e litert",
    "assay sweep net.tflite net.onnx -e litert,onnxruntime --images images --max-latency 20ms --min-top1 60%",
  ]

  @Argument(help: "Model files: .tflite, .onnx, OpenVINO .xml, or SavedModel folders.", completion: .file())
  var models: [String]

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run them: engine[:device],... (default: every installed engine that reads the model). May be repeated.",
      valueName: "targets"))
  var engines: [String] = []

  @Option(
    help: .init("Also measure accuracy on these images: a folder of class folders.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(parsing: .unconditional, help: .init("Use this many images, stratified by class.", valueName: "count"))
  var limit: Int?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Threads for one inference; each of several is measured (default: the physical cores this process may use).",
      valueName: "counts"),
    transform: ThreadCounts.parse)
  var threads: [Int]?

  @Option(parsing: .unconditional, help: .init("Measure exactly this many inferences per cell.", valueName: "count"))
  var runs: Int?

  @Option(help: .init("What the recommended one must not exceed, as in 20ms.", valueName: "time"))
  var maxLatency: TimeSpan?

  @Option(help: .init("What the recommended one must reach, as in 60%.", valueName: "percent"))
  var minTop1: Percentage?

  @Option(help: .init("Write the study into this file.", valueName: "file"))
  var saveStudy: String?

  @Flag(help: "Print the plan and how long it probably takes, and measure nothing.")
  var dryRun = false

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
    if Set(models).count < models.count { throw ValidationError("A model is named twice.") }
    _ = try targets()
  }

  func run() throws {
    let store = try location.open(for: .saving)
    let path = try writeStudy(beside: store)
    let study = try command(path)
    if dryRun || !quiet { try command(path, "--dry-run").run() }
    if dryRun { return }
    var status: ExitCode?
    do {
      try study.run()
    } catch let code as ExitCode {
      // Cells that failed stand in the table.
      status = code
    }
    let damaged = DamagedRuns()
    let measured = try StudyMeasurements(
      of: try study.study.read(), in: store, statistic: .median, damaged: damaged.note)
    let sink = try TextSink(path: "-")
    try sink.write(
      SweepText(
        measured.observations, maximumLatency: maxLatency?.milliseconds, minimumTop1: minTop1.map { $0.share * 100 }
      ).text())
    try sink.close()
    if let status { throw status }
    try damaged.leave()
  }

  private func targets() throws -> [Target]? { engines.isEmpty ? nil : try TargetList.parse(engines) }

  /// The command that runs the study.
  private func command(_ path: String, _ options: String...) throws -> StudyRunCommand {
    var arguments = [path] + options
    if let store = location.store { arguments += ["--store", store] }
    if quiet { arguments.append("--quiet") }
    return try StudyRunCommand.parse(arguments)
  }

  /// Writes the study where the user wants it, or beside the store. The same sweep has the same name, and so goes on where it was.
  ///
  /// - Returns: the path of the file.
  private func writeStudy(beside store: ResultStore) throws -> String {
    let cells = try Bench(models: models, targets: try targets()).cells
    var study = SweepStudy(
      models.map { model in
        SweepStudy.Model(
          name: model, path: ProcessSpec.absolutePath(model),
          targets: cells.filter { $0.model.path == model }.map(\.target))
      })
    study.threads = threads
    study.runs = runs
    study.images = images.map(ProcessSpec.absolutePath)
    study.imageCount = limit
    let name = "sweep \(SHA256.hexDigest(of: study.body).prefix(12))"
    let path = saveStudy ?? "\(store.studyFolder)/\(name.replacing(" ", with: "-")).yaml"
    if saveStudy == nil {
      do throws(SystemError) {
        try Folder.make(store.studyFolder, mode: Folder.privateMode)
      } catch {
        throw AssayError(.inputOutput, "Cannot make \(store.studyFolder): \(error).")
      }
    }
    let sink = try TextSink(path: path)
    try sink.write(study.text(name: name))
    try sink.close()
    return path
  }
}
