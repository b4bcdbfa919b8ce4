/// When queries are due, whoever is ready for them: an open loop.
public struct Schedule: Sendable {
  /// In nanoseconds from the start of the measurement, in order.
  public let due: [UInt64]
  /// The most queries that wait for a free stream. When one more is due, the oldest of them is dropped. `nil` drops none.
  public let queueLimit: Int?

  public init(due: [UInt64], queueLimit: Int? = nil) {
    precondition(zip(due, due.dropFirst()).allSatisfy { $0 <= $1 }, "A schedule is in order.")
    self.due = due
    self.queueLimit = queueLimit
  }

  /// How long before a query is due its stream stops sleeping and looks at the clock: the time that the kernel takes to wake a thread, but no
  /// more than a twentieth of the mean distance of queries, so that looking takes at most that share of a core.
  var lead: UInt64 {
    guard let last = due.last, due.count > 1 else { return Self.longestLead }
    return min(Self.longestLead, last / UInt64(due.count - 1) / 20)
  }

  private static let longestLead: UInt64 = 50_000

  /// How long the last queries may still wait for their time, a stream each, when the first stream finds none left, in seconds.
  func tail(of streams: Int) -> Double {
    guard let last = due.last else { return 0 }
    return Double(last - due[max(due.count - streams, 0)]) / 1e9
  }
}

/// How queries arrive.
public enum Arrivals: Sendable {
  /// Each stream issues its next query when its last one has ended: a closed loop.
  case closed
  /// A query is issued when it is due, to the next stream that is free.
  case scheduled(Schedule)
}
