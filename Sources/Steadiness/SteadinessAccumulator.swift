public import AssayCore
public import RecordLog
import Statistics

/// Takes the records of a run in order, chunk by chunk, and analyses them in bounded memory.
///
/// The time is cut into at most 2000 pieces of equal length, each with its exact median. All searches over time use those pieces.
public struct SteadinessAccumulator {
  /// Pieces that the expected time is cut into.
  static let maximumPieces = 2000
  /// Inferences that a piece holds on average, at least.
  static let smallestPiece = 8

  private let options: SteadinessOptions
  private let collector = PieceCollector()
  private var starts = MonotonicStarts()
  private var run = RunData()
  /// Length of a piece in nanoseconds.
  private let width: UInt64
  private let lastPiece: UInt64
  private var pieceEnd: UInt64 = 0
  private var pieceStart: UInt64 = 0
  private var origin: UInt64?

  /// - Parameters:
  ///   - seconds: the time that the records should cover. Up to four times as much is cut into pieces of the same length.
  ///   - count: the expected number of records.
  public init(expecting seconds: Double, count: Int, options: SteadinessOptions = SteadinessOptions()) {
    self.options = options
    let pieces = min(max(1, count / Self.smallestPiece), Self.maximumPieces)
    let nanoseconds = min(max(0, seconds), Double(MonotonicStarts.longest) / 1e9 * 1000) * 1e9
    width = UInt64(nanoseconds / Double(pieces)) + 1
    lastPiece = UInt64(4 * pieces)
  }

  /// Adds the next records.
  public mutating func add(_ records: UnsafeBufferPointer<InferenceRecord>) {
    for record in records {
      let start = starts.place(record)
      if record.duration > MonotonicStarts.longest {
        run.absurdDurations += 1
        continue
      }
      if start >= pieceEnd { beginPiece(at: start) }
      collector.add(record.duration, at: start, to: &run.distribution)
      run.end = max(run.end, start + record.duration)
    }
  }

  /// The report of all records. Call it last.
  ///
  /// - Parameter telemetry: of the same run, to find the causes of changes.
  public mutating func finish(telemetry: TelemetrySeries? = nil) -> SteadinessReport {
    closePiece()
    run.backwardStarts = starts.backwards
    run.leaps = starts.leaps
    return SteadinessAnalysis.report(&run, options: options, telemetry: telemetry)
  }

  /// The findings so far, without the piece that is not over. More records may follow.
  public func findings(telemetry: TelemetrySeries? = nil) -> [Finding] {
    var run = run
    return SteadinessAnalysis.report(&run, options: options, telemetry: telemetry).findings
  }

  private mutating func beginPiece(at start: UInt64) {
    closePiece()
    let origin = self.origin ?? start
    self.origin = origin
    run.start = origin
    let index = min((start - origin) / width, lastPiece)
    pieceStart = origin + index * width
    pieceEnd = index == lastPiece ? .max : pieceStart + width
  }

  private mutating func closePiece() {
    let end = pieceEnd == .max ? max(starts.previous, pieceStart) : pieceEnd
    if let piece = collector.close(start: pieceStart, end: end, into: &run.distribution) { run.pieces.append(piece) }
  }
}

/// The input of all searches.
struct RunData {
  var distribution = DurationDistribution()
  /// Pieces with inferences, in order of time.
  var pieces: [Piece] = []
  /// First start and last end, in nanoseconds.
  var start: UInt64 = 0
  var end: UInt64 = 0
  var absurdDurations = 0
  var backwardStarts = 0
  var leaps = 0
}
