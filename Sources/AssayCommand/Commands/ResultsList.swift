import ArgumentParser
import AssayCore
import Foundation
import Report
import ResultStore

struct ResultsList: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists saved runs, newest first. Dates and times are in UTC.")

  static let examples = ["assay results list --model net.tflite --engine litert"]

  @OptionGroup var location: StoreArguments

  @Option(
    help: .init(
      "Models with this file name, or with this end of their path, as in v1/net.onnx; * and ? match anything.",
      valueName: "name"))
  var model: String?

  @Option(name: [.short, .long], help: .init("Runs on this engine. May be repeated.", valueName: "name"))
  var engine: [String] = []

  @Option(help: .init("Runs on this device.", valueName: "name"))
  var device: String?

  @Option(help: .init("Machines with this in the name of the board or processor.", valueName: "name"))
  var host: String?

  @Option(help: .init("Runs with this tag.", valueName: "tag"))
  var tag: String?

  @Option(help: .init("From this day or time on: 2026-11-26 or 2026-11-26T14:30.", valueName: "date"))
  var since: String?

  @Option(help: .init("Up to this day or time.", valueName: "date"))
  var until: String?

  @Option(
    help: .init("How they ended: ok, failed, unsupported or interrupted.", valueName: "status"),
    transform: { text in
      guard let status = CellStatus(rawValue: text) else { throw ValidationError("'\(text)' is not a status.") }
      return status
    })
  var status: CellStatus?

  @Option(parsing: .unconditional, help: .init("Show at most this many; 0 shows all.", valueName: "count"))
  var limit = 50

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Show all columns, also what all runs share.")
  var verbose = false

  func validate() throws {
    try Bounds.check(limit, 0...Int.max - 1, "--limit")
    _ = try filter()
  }

  func run() throws {
    // One more than is shown, to know whether there are more.
    let damaged = DamagedRuns()
    var runs = try location.open(for: .existing).list(
      filter(), limit: limit == 0 ? nil : limit + 1, damaged: damaged.note)
    let hasMore = limit > 0 && runs.count > limit
    if hasMore { runs.removeLast() }
    let sink = try TextSink(path: "-")
    if json {
      try sink.write(RunDocuments.json(RunsDocument(runs)))
    } else {
      try RunList.write(runs, to: sink, on: Terminal.screen(.auto, isVerbose: verbose))
      if runs.isEmpty && damaged.isEmpty { Terminal.message("No saved run matches.") }
    }
    if hasMore { Terminal.message("There are more; --limit 0 shows all.") }
    try sink.close()
    try damaged.leave()
  }

  private func filter() throws -> RunFilter {
    var filter = RunFilter()
    filter.model = model
    filter.engines = engine.map { $0.lowercased() }
    filter.device = device?.lowercased()
    filter.host = host
    filter.tag = tag
    filter.status = status
    filter.since = try since.map { try Moment($0, option: "--since").start }
    filter.before = try until.map { try Moment($0, option: "--until").end }
    return filter
  }
}

/// A day, or a minute of it, in UTC.
private struct Moment {
  /// Its start, and the start of the next one, in the format of the store.
  let start: String
  let end: String

  init(_ text: String, option: String) throws {
    let hasTime = text.contains("T")
    let style = Date.ISO8601FormatStyle()
    guard text.count == (hasTime ? 16 : 10), let date = try? style.parse(hasTime ? "\(text):00Z" : "\(text)T00:00:00Z")
    else {
      throw ValidationError("'\(text)' after \(option) is not a date; write 2026-11-26 or 2026-11-26T14:30.")
    }
    func written(_ date: Date) -> String { String(date.formatted(style).dropLast()) }
    start = written(date)
    end = written(date.addingTimeInterval(hasTime ? 60 : 86_400))
  }
}
