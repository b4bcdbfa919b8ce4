import ArgumentParser
import AssayCore
import RecordLog
import Report

struct ResultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "results", abstract: "Reads what runs have left.", subcommands: [Export.self])

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a record log as CSV: index, start_ms, latency_ms. Also one whose run was cut short.")

    @Argument(help: "The record log.")
    var log: String

    @Option(name: [.short, .long], help: "The CSV file (- for standard output).")
    var output = "-"

    func run() throws {
      let reader = try RecordLogReader(opening: log)
      try RecordExporter.write(reader, to: TextSink(path: output))
    }
  }
}
