/// A place in a log, from which a reader continues when there are more records.
public struct RecordPosition: Sendable {
  /// Records before it.
  public internal(set) var count = 0
  /// Where each stream is, in a log of several.
  var streams: [UInt32: StreamPosition] = [:]

  /// Before the first record.
  public init() {}
}

/// A place among the records of one stream.
struct StreamPosition {
  /// The index among the windows of the stream.
  var window = 0
  /// The index within the window.
  var slot = 0
}
