import AssayCore

/// The inferences that began within one piece of the time. Latencies are in nanoseconds.
struct Piece: Sendable {
  /// In nanoseconds on the axis of the run.
  var start: UInt64
  var end: UInt64
  var count: Int
  var minimum: UInt64
  var p50: Double
  var p99: Double
  var maximum: UInt64
  /// The bins (`LatencyBins`) that hold latencies, ascending, and how many each holds.
  var bins: [UInt16]
  var counts: [UInt32]
  /// Inferences far slower than the median of the piece, the first of them.
  var slow: [SlowInference]

  /// The inferences in bins from `bin` on.
  func count(fromBin bin: Int) -> Int {
    var sum = 0
    for (index, value) in bins.enumerated().reversed() {
      if Int(value) < bin { break }
      sum += Int(counts[index])
    }
    return sum
  }

  /// The inferences in a range of bins.
  func count(in range: ClosedRange<UInt16>) -> Int {
    var sum = 0
    for (index, value) in bins.enumerated() where range.contains(value) { sum += Int(counts[index]) }
    return sum
  }

  var envelope: EnvelopePiece {
    EnvelopePiece(
      start: Double(start) / 1e9, end: Double(end) / 1e9, count: count, minimum: Double(minimum) / 1e6, p50: p50 / 1e6,
      p99: p99 / 1e6, maximum: Double(maximum) / 1e6)
  }
}

/// In nanoseconds on the axis of the run.
struct SlowInference: Sendable {
  var start: UInt64
  var duration: UInt64
}
