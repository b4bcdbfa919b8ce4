/// One inference in the record log, as everybody reads it who is interested in latencies alone.
public struct InferenceRecord: Hashable, Sendable {
  /// When the inference was due, from the start of the measurement, in nanoseconds of CLOCK_MONOTONIC. Without a schedule that is when it
  /// started.
  public let start: UInt64
  /// The latency, in nanoseconds.
  public let duration: UInt64
  /// End of the inference, on the time axis of `start`. A damaged record can hold any number, so the sum wraps.
  public var end: UInt64 { start &+ duration }

  public init(start: UInt64, duration: UInt64) {
    self.start = start
    self.duration = duration
  }
}

/// One inference of one of several streams.
public struct StreamRecord: Hashable, Sendable {
  /// When it really started, from the start of the measurement, in nanoseconds of CLOCK_MONOTONIC.
  public let start: UInt64
  /// How long the engine took, in nanoseconds.
  public let duration: UInt64
  /// When it was due; without a schedule, when it started.
  public let scheduled: UInt64
  /// From 1 on.
  public let stream: UInt32
  /// Its place in the schedule, or among the inferences of its stream, from 0 on.
  public let query: UInt32

  public var end: UInt64 { start &+ duration }
  /// The inference with its latency from the time at which it was due.
  public var inference: InferenceRecord { InferenceRecord(start: scheduled, duration: end &- scheduled) }

  public init(start: UInt64, duration: UInt64, scheduled: UInt64? = nil, stream: UInt32 = 1, query: UInt32 = 0) {
    self.start = start
    self.duration = duration
    self.scheduled = scheduled ?? start
    self.stream = stream
    self.query = query
  }
}
