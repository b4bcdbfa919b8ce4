public import AssayCore
import Glibc
public import RecordLog

/// A run generated from a seed: latencies over time, one inference after another.
public protocol SimulatedRun {
  /// The length of the run.
  var seconds: Double { get }
  /// The approximate number of inferences.
  var expectedCount: Int { get }
  /// The latency, in ms, of an inference that begins at a time in seconds.
  mutating func latency(at time: Double) -> Double
}

extension SimulatedRun {
  /// Passes the records of the run to `body` in chunks, so that memory stays constant.
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
        // A Pareto tail can exceed any run, so an inference takes an hour at most.
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
      try log.finish()
      throw error
    }
    try log.finish()
  }
}
