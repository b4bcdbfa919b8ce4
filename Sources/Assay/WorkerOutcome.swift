import AssayCore

/// What a worker told of its cell.
struct WorkerOutcome {
  var engine: OpenedEngine?
  var session: ReadySession?
  var warmUp: WarmUpResult?
  var measurement: CellMeasurement?
  var counts: AccuracyCounts?

  mutating func take(_ message: WorkerMessage) {
    switch message {
    case .engineOpened(let opened): engine = opened
    case .sessionReady(let ready): session = ready
    case .measuring(let result): warmUp = result
    case .counted(let accuracy): counts = accuracy
    case .finished(let result): measurement = result
    case .blockDone, .failed: break
    }
  }

  /// The counts of the whole run, or the last that came before it ended.
  var finalCounts: AccuracyCounts? { measurement?.accuracy ?? counts }

  func write(to cell: inout CellReport) {
    cell.engine.version = engine?.version
    cell.engine.library = engine?.library
    if let session {
      cell.device = session.device
      cell.inputs = session.inputs
      cell.outputs = warmUp?.outputs ?? session.outputs
      cell.loadMilliseconds = session.loadMilliseconds
      cell.warnings += session.warnings
    }
    cell.firstInferenceMilliseconds = warmUp?.firstInferenceMilliseconds
    cell.warmUpCount = warmUp?.count
    cell.harnessOverheadNanoseconds = warmUp?.harnessOverheadNanoseconds
    cell.peakResidentBytes = measurement?.peakResidentBytes
  }
}
