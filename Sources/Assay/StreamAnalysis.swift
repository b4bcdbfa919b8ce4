import AssayCore
import RecordLog
import Statistics

/// What the record log of several streams says of all of them together.
struct StreamAnalysis {
  /// Inferences of each stream.
  let counts: [Int]
  /// Inferences a second.
  let rate: Double
  /// Its 95 % interval; `nil` where it was measured for too short a time.
  var interval: ClosedRange<Double>?
  /// The nanoseconds for an inference of all together: in each block, or in parts of the time.
  let times: [UInt64]

  /// - Parameters:
  ///   - streams: how many there were.
  ///   - blocks: those that count, of a cell that took turns; `nil` if all records count.
  /// - Returns: `nil` if no record counts.
  /// - Throws: `.inputOutput` if the log cannot be read.
  init?(_ log: RecordLogReader, streams: Int, blocks: [RecordRange]? = nil) throws(AssayError) {
    if let blocks {
      let work = try Self.work(of: blocks, in: log)
      let seconds = work.reduce(0) { $0 + $1.seconds }
      guard seconds > 0 else { return nil }
      rate = work.reduce(0) { $0 + $1.total } / seconds
      times = work.compactMap(\.times.first)
      counts = try Self.ends(of: log, streams: streams).counts
      return
    }
    // Until the first stream ends, all run. As latencies, the rate leaves out the time in which the process was stopped.
    let (counts, ends) = try Self.ends(of: log, streams: streams)
    let time = RunningTime(stops: log.stops())
    let running = zip(counts, ends).filter { $0.0 > 0 }.map { time.at($0.1) }
    guard let end = running.min(), var work = WorkOverTime(0...end, expecting: counts.reduce(0, +)) else { return nil }
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      for record in records {
        let start = time.at(record.start)
        work.add(start: start, duration: max(time.at(record.end), start) - start)
      }
    }
    self.counts = counts
    rate = work.rate
    times = work.times
    interval = work.interval
  }

  /// The nanoseconds that all streams together took for an inference in a block.
  static func time(of block: [StreamRecord]) -> UInt64? { work(of: block)?.times.first }

  /// How many streams a log is of.
  static func streams(in log: RecordLogReader) throws(AssayError) -> Int {
    var streams: UInt32 = 1
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      for record in records { streams = max(streams, record.stream) }
    }
    return Int(streams)
  }

  private static func work(of blocks: [RecordRange], in log: RecordLogReader) throws(AssayError) -> [WorkOverTime] {
    var work: [WorkOverTime] = []
    var rest = blocks[...]
    var (index, block): (Int, [StreamRecord]) = (0, [])
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      for record in records {
        defer { index += 1 }
        guard let range = rest.first, index >= range.first else { continue }
        block.append(record)
        guard index + 1 == range.first + range.count else { continue }
        if let done = Self.work(of: block) { work.append(done) }
        block = []
        rest = rest.dropFirst()
      }
    }
    return work
  }

  /// Of the records of one block, until the first stream ends.
  private static func work(of block: [StreamRecord]) -> WorkOverTime? {
    let ends = Dictionary(grouping: block, by: \.stream).values.compactMap { $0.map(\.end).max() }
    guard let start = block.map(\.start).min(), let end = ends.min(), start < end,
      var work = WorkOverTime(start...end, expecting: 1)
    else { return nil }
    for record in block { work.add(start: record.start, duration: record.duration) }
    return work
  }

  private static func ends(of log: RecordLogReader, streams: Int) throws(AssayError) -> (counts: [Int], [UInt64]) {
    var counts = Array(repeating: 0, count: streams)
    var ends = Array(repeating: UInt64(0), count: streams)
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      for record in records {
        let index = Int(record.stream) - 1
        guard counts.indices.contains(index) else { continue }
        counts[index] += 1
        ends[index] = max(ends[index], record.end)
      }
    }
    return (counts, ends)
  }
}
