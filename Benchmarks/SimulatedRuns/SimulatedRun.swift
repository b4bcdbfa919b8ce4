public import AssayCore
import Glibc
public import RecordLog

/// A run made up from a seed: what latencies are over time, one inference after another.
public protocol SimulatedRun {
  /// Of the whole run.
  var seconds: Double { get }
  /// About so many inferences fit in.
  var expectedCount: Int { get }
  /// The latency, in ms, of an inference that begins at a time in seconds.
  mutating func latency(at time: Double) -> Double
}

extension SimulatedRun {
  /// Hands out the records of the run, chunk by chunk: nothing else is held in memory.
  public mutating func generate(_ body: (UnsafeBufferPointer<InferenceRecord>) throws(AssayError) -> Void)
    throws(AssayError)
  {
    let end = UInt64(seconds * 1e9)
    var time: UInt64 = 0
    var chunk: [InferenceRecord] = []
    chunk.reserveCapacity(1 << 14)
    while time < end {
      chunk.removeAll(keepingCapacity: true)
      while chunk.count < 1 << 14, time < end {
        // Tails of Pareto's kind reach beyond what a run can hold; an inference of an hour is long enough.
        let duration = UInt64(min(max(1, latency(at: Double(time) / 1e9) * 1e6), 3600e9))
        chunk.append(InferenceRecord(start: time, duration: duration))
        time += duration + 200
      }
      try chunk.withUnsafeBufferPointer(body)
    }
  }

  /// Writes the run as a record log, which must not exist yet.
  public mutating func write(to path: String) throws(AssayError) {
    var log = try RecordLogWriter(creating: path, expectedCount: expectedCount)
    do throws(AssayError) {
      try generate { records throws(AssayError) in
        for record in records {
          if !log.hasRoom { try log.makeRoom() }
          log.append(start: record.start, duration: record.duration)
        }
      }
    } catch {
      log.finish()
      throw error
    }
    log.finish()
  }
}
