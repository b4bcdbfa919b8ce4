import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import EngineInstaller
import Foundation
import Report

struct EnginesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engines", abstract: "Lists and installs inference engines and the tool that draws charts.",
    subcommands: [List.self, Install.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the engines that Assay knows, and which of them are installed.")

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

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Installs engines and the tool that draws charts from PyPI, pinned and checked by hash.",
      discussion: "Set ASSAY_PYTHON to choose the Python whose pip downloads them.")

    @Argument(help: "Names of engines, or charts (default: everything that can be installed).")
    var names: [String] = []

    func run() throws {
      let installer = try EngineInstaller(environment: ProcessInfo.processInfo.environment)
      try installer.install(names) { Terminal.message($0) }
    }
  }
}
