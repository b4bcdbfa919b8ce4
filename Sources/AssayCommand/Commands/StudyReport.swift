import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import Foundation
import PublishedResults
import Report
import ResultStore
import Study

struct StudyReport: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes the tables and figures that a study declares.",
    discussion: """
      The results are those that assay study run has saved, under the names of the study. With --published, the results of the source that the study names in 'published' stand in its tables, those of others beside them, \
      each with its conditions, and what contradicts them below. Without a format, it prints Markdown.
      """)

  static let examples = [
    "assay study report study.yaml --published --markdown report.md",
    "assay study report study.yaml --published --html report.html --latex paper --figures paper",
  ]

  @OptionGroup var study: StudyArgument

  @Flag(help: "Use the published results that ship with Assay.")
  var published = false

  @Option(help: .init("Write Markdown (- for standard output).", valueName: "file"))
  var markdown: String?

  @Option(help: .init("Write a page with charts that loads nothing (- for standard output).", valueName: "file"))
  var html: String?

  @Option(help: .init("Write a CSV file per table into this folder.", valueName: "folder"))
  var csv: String?

  @Option(help: .init("Write report.tex and a file per table into this folder.", valueName: "folder"))
  var latex: String?

  @Option(help: .init("Write every figure as SVG and PDF into this folder.", valueName: "folder"))
  var figures: String?

  @OptionGroup(title: "Saved runs") var location: StoreArguments

  func run() throws {
    let file = try study.read()
    let damaged = DamagedRuns()
    let results = try results(of: file, damaged)
    guard !results.own.isEmpty || !results.others.isEmpty else {
      throw AssayError(
        .usage, "There are no results of the study \(file.name).",
        advice: "Measure it: assay study run \(study.file.shellQuoted). Or report what is published: --published")
    }
    let document = StudyDocument(file, results: results)
    for name in document.missing { Terminal.message("\(file.name): no results for the \(name).") }
    if let figures { try draw(document, into: figures) }
    if let html { try write(document.html(bundle: try chartTool().bundle()), to: html) }
    if let csv { try write(document.csvFiles(), into: csv) }
    if let latex {
      try write(document.latexFiles(pictures: figures.map { Self.path(to: $0, from: latex) }), into: latex)
    }
    let isAlone = html == nil && csv == nil && latex == nil && figures == nil
    if let markdown = markdown ?? (isAlone ? "-" : nil) {
      let folder = PathText.folder(of: markdown)
      let pictures = figures.map { markdown == "-" ? $0 : Self.path(to: $0, from: folder) }
      try write(document.markdown(pictures: pictures), to: markdown)
    }
    try damaged.leave()
  }

  private func results(of file: StudyFile, _ damaged: DamagedRuns) throws -> StudyResults {
    // What is published are means. One column has one meaning.
    let statistic = published && file.published != nil ? StudyStatistic.mean : .median
    var results = StudyResults(
      measured: [], published: published ? .shipped : nil, ownSource: file.published, statistic: statistic)
    guard location.store != nil || hasStore else { return results }
    let measured = try StudyMeasurements(
      of: file, in: location.open(for: .existing), statistic: statistic, damaged: damaged.note)
    if measured.leftOut > 0 { Terminal.message(StudyRunText.leftOut(measured.leftOut)) }
    results.own += measured.observations
    results.stressTests = measured.stressTests
    results.scenarios = measured.scenarios
    return results
  }

  private var hasStore: Bool {
    let path = try? ResultStore.defaultPath(environment: ProcessInfo.processInfo.environment)
    return path.map(FileManager.default.fileExists(atPath:)) ?? false
  }

  private func chartTool() throws(AssayError) -> ChartTool {
    try ChartTool(environment: ProcessInfo.processInfo.environment)
  }

  private func draw(_ document: StudyDocument, into folder: String) throws(AssayError) {
    try chartTool().draw(
      document.pictures(style: PictureStyle(theme: .paper)), into: [.svg: folder, .pdf: folder])
    Terminal.message("Wrote the figures into \(folder).")
  }

  private func write(_ text: String, to path: String) throws(AssayError) {
    let sink = try TextSink(path: path)
    try sink.write(text)
    try sink.close()
    if path != "-" { Terminal.message("Wrote \(path).") }
  }

  private func write(_ files: [(name: String, text: String)], into folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw AssayError(.inputOutput, "Cannot create the folder \(folder): \(error.localizedDescription)")
    }
    for file in files {
      let sink = try TextSink(path: "\(folder)/\(file.name)")
      try sink.write(file.text)
      try sink.close()
    }
    Terminal.message("Wrote \(files.count) files into \(folder).")
  }

  /// A folder as a file in another folder refers to it: relative if both are below the working folder.
  private static func path(to folder: String, from other: String) -> String {
    func parts(_ path: String) -> [String] {
      URL(fileURLWithPath: path.isEmpty ? "." : path).standardizedFileURL.pathComponents
    }
    let (target, base) = (parts(folder), parts(other))
    let shared = zip(target, base).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: base.count - shared) + target.dropFirst(shared)
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }
}
