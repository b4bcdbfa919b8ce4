import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import EngineInstaller
import Foundation
import Report

struct EnginesCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "engines", abstract: "Lists and installs inference engines and the tool that draws charts.",
    subcommands: [List.self, Install.self])

  static let examples = ["assay engines list"]

  struct List: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Lists the engines that Assay knows, and which of them are installed.")

    static let examples = ["assay engines list --json"]

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let engines = Diagnosis.engines(try .local())
      let sink = try TextSink(path: "-")
      // Without a data folder, charts are not installed.
      let charts = try? ChartTool(environment: ProcessInfo.processInfo.environment).place
      try sink.write(
        json
          ? RunDocuments.json(EnginesDocument(engines)) : DiagnosisText.engines(engines) + DiagnosisText.charts(charts))
    }
  }

  struct Install: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Installs engines and the tool that draws charts from PyPI, pinned and checked by hash.",
      discussion: "Set ASSAY_PYTHON to choose the Python whose pip downloads them.")

    static let examples = ["assay engines install litert onnxruntime"]

    @Argument(help: "Names of engines, or charts (default: charts and every engine in its newest version).")
    var names: [String] = []

    func run() throws {
      let installer = try EngineInstaller(environment: ProcessInfo.processInfo.environment)
      try installer.install(names) { Terminal.message($0) }
    }
  }
}
