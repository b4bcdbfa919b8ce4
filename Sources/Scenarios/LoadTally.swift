public import AssayCore

/// Collects the queries of an open loop.
public struct LoadTally: Sendable {
  private let due: [UInt64]
  private let end: UInt64
  private var pieces: [Piece]
  private var last: UInt64 = 0
  /// How late queries were issued that found a free stream, in ns.
  private var delays: [UInt64] = []
  private var completed = 0

  /// Queries that were due at about the same time, in ns.
  private struct Piece {
    var latencies: [UInt64] = []
    /// From when they were due to when they started.
    var waits: [UInt64] = []
    var durations: [UInt64] = []
  }

  /// Pieces of a run, as far as there are queries for them.
  private static let pieceCount = 20
  private static let fewestQueries = 10

  /// - Parameters:
  ///   - due: when queries were due, in ns, in order, not empty.
  ///   - seconds: how long queries arrived; `nil` ends with the last.
  public init(due: [UInt64], seconds: Double?) {
    self.due = due
    // Both may come from a damaged file.
    end = max(seconds.map { UInt64(max(0, min($0, 1e9)) * 1e9) } ?? 0, (due.last ?? 0) &+ 1, 1)
    pieces = Array(repeating: Piece(), count: min(max(due.count / Self.fewestQueries, 1), Self.pieceCount))
  }

  /// Adds a query that was done, in any order. Times are in ns from the start.
  ///
  /// - Parameter foundStream: whether a stream was free when it was due, so that a late start is the generator's.
  public mutating func add(due: UInt64, started: UInt64, ended: UInt64, foundStream: Bool = true) {
    let piece = place(of: due)
    pieces[piece].latencies.append(ended &- due)
    pieces[piece].waits.append(started &- due)
    pieces[piece].durations.append(ended &- started)
    if foundStream { delays.append(started &- due) }
    completed += 1
    last = max(last, ended)
  }

  private func place(of time: UInt64) -> Int {
    Int(min(Double(time) / Double(end) * Double(pieces.count), Double(pieces.count - 1)))
  }

  /// - Parameter isRamp: whether the rate rises or falls, so that it can break.
  public func report(isRamp: Bool) -> LoadReport {
    let width = Double(end) / Double(pieces.count) / 1e9
    var counts = Array(repeating: 0, count: pieces.count)
    for time in due { counts[place(of: time)] += 1 }
    let curve = pieces.enumerated().map { index, piece in
      let latencies = piece.latencies.sorted()
      let percentile = { (share: Double) in
        latencies.isEmpty ? nil : Double(ScenarioResult.percentile(share, of: latencies)) / 1e6
      }
      return LoadPoint(
        from: Double(index) * width, to: Double(index + 1) * width, rate: Double(counts[index]) / width,
        queries: counts[index], dropped: counts[index] - latencies.count, p50: percentile(0.5), p99: percentile(0.99))
    }
    let seconds = Double(max(last, end)) / 1e9
    return LoadReport(
      queries: due.count, dropped: due.count - completed, seconds: seconds,
      arrivedPerSecond: Double(due.count) / (Double(end) / 1e9), completedPerSecond: Double(completed) / seconds,
      lateness: delays.isEmpty ? nil : IssueLateness(delays), curve: curve,
      breaksAt: isRamp ? breakingRate(curve) : nil)
  }

  /// The lowest rate from which on all pieces are overloaded: queries are dropped, or half of them wait for longer than two inferences take.
  /// A single piece that waits at the highest rate says nothing: anything else on the machine does that.
  private func breakingRate(_ curve: [LoadPoint]) -> Double? {
    let rising = zip(curve, pieces).sorted { $0.0.rate < $1.0.rate }
    let overloaded = rising.map { point, piece in
      guard !piece.waits.isEmpty else { return point.dropped > 0 }
      let wait = ScenarioResult.percentile(0.5, of: piece.waits.sorted())
      return point.dropped > 0 || wait > 2 * ScenarioResult.percentile(0.5, of: piece.durations.sorted())
    }
    guard overloaded.last == true else { return nil }
    let first = (overloaded.lastIndex(of: false) ?? -1) + 1
    let isAlone = first == rising.count - 1 && rising.count > 1 && rising[first].0.dropped == 0
    return isAlone ? nil : rising[first].0.rate
  }
}
