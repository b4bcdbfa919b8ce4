import AssayCore
import RecordLog
import Report

/// The files to write for each cell.
struct RequestedFiles {
  private let records: CellFiles?
  private let predictions: CellFiles?

  /// - Throws: `.inputOutput`, before anything is measured, where they cannot be written.
  init(_ context: RunContext, cellCount: Int) throws(AssayError) {
    records = context.recordPath.map { CellFiles(path: $0, cellCount: cellCount) }
    try records?.check()
    predictions = context.predictionsPath.map { CellFiles(path: $0, cellCount: cellCount) }
    try predictions?.check()
  }

  func writeRecords(_ path: String, of cell: CellReport, number: Int) throws(AssayError) {
    guard let records else { return }
    try RecordExporter.write(RecordLogReader(opening: path), to: records.open(for: cell, number: number))
  }

  func writePredictions(_ path: String, of cell: CellReport, number: Int) throws(AssayError) {
    try predictions?.copy(path, of: cell, number: number)
  }
}
