import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import EngineInstaller
import Foundation
import Report

struct EnginesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engines", abstract: "Lists and installs inference engines, and what draws charts.",
    subcommands: [List.self, Install.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the engines that Assay knows and those that are here.")

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
      let engines = Diagnosis.engines(try .local())
      let sink = try TextSink(path: "-")
      // Without a data folder they are not installed.
      let charts = try? ChartTool(environment: ProcessInfo.processInfo.environment).place
      try sink.write(json ? RunDocuments.json(engines) : DiagnosisText.engines(engines) + DiagnosisText.charts(charts))
    }
  }

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Installs engines, and what draws charts, from PyPI, pinned and checked by hash.",
      discussion: "ASSAY_PYTHON may name the Python whose pip downloads them.")

    @Argument(help: "Engines by name, or charts; all that can be installed when none is given.")
    var names: [String] = []

    func run() throws {
      let installer = try EngineInstaller(environment: ProcessInfo.processInfo.environment)
      try installer.install(names) { Terminal.message($0) }
    }
  }
}
