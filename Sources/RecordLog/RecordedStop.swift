/// A time in which the process that wrote a log was stopped, on the axis of its records.
public struct RecordedStop: Hashable, Sendable {
  /// In nanoseconds from the start of the measurement.
  public let start: UInt64
  /// In nanoseconds.
  public let duration: UInt64

  public init(start: UInt64, duration: UInt64) {
    self.start = start
    self.duration = duration
  }

  /// Whether the process was stopped during an inference, whose duration then says nothing. The middle decides: the process stood still there
  /// for certain, and the ends are known to a fraction of a second.
  public func cuts(_ record: InferenceRecord) -> Bool {
    let middle = start &+ duration / 2
    return record.start <= middle && middle < record.end
  }
}
