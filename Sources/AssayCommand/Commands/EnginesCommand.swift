import ArgumentParser
import Assay
import AssayCore
import Report

struct EnginesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engines", abstract: "Lists and installs inference engines.", subcommands: [List.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the engines that Assay knows and those that are here.")

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
      let engines = try Diagnosis.engines()
      let sink = try TextSink(path: "-")
      try sink.write(json ? RunDocuments.json(engines) : DiagnosisText.engines(engines))
    }
  }
}
