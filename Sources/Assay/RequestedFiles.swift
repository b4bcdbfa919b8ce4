import AssayCore
import RecordLog
import Report

/// The files to write for each cell.
struct RequestedFiles {
  private let records: CellFiles?
  private let predictions: CellFiles?
  private let summaries: CellFiles?

  /// - Throws: `.inputOutput`, before anything is measured, where they cannot be written.
  init(_ context: RunContext, cells: [CellSpec]) throws(AssayError) {
    records = context.recordPath.map { CellFiles(path: $0, cells: cells) }
    try records?.check()
    predictions = context.predictionsPath.map { CellFiles(path: $0, cells: cells) }
    try predictions?.check()
    summaries = context.summaryPath.map { CellFiles(path: $0, cells: cells) }
    try summaries?.check()
  }

  func writeRecords(_ path: String, of cell: CellReport, number: Int) throws(AssayError) {
    guard let records else { return }
    let sink = try records.open(for: cell, number: number)
    try RecordExporter.write(RecordLogReader(opening: path), to: sink)
    try sink.close()
  }

  /// Of a cell that ran a whole scenario.
  func writeSummary(_ path: String, of cell: CellReport, number: Int) throws(AssayError) {
    guard let summaries, let result = try ScenarioOfRun.result(path, of: cell) else { return }
    let sink = try summaries.open(for: cell, number: number)
    try sink.write(LoadGenSummary(result, name: "\(cell.model.name) on \(cell.target)".printable).text())
    try sink.close()
  }

  func writePredictions(_ path: String, of cell: CellReport, number: Int) throws(AssayError) {
    try predictions?.copy(path, of: cell, number: number)
  }
}
