import Platform
import Synchronization

/// Makes streams with simulated clocks take queries in the order of their clocks, as real streams do by themselves.
final class SimulatedTurns: Sendable {
  private let clocks: Mutex<[UInt64]>
  private let alarms: [Alarm]

  init(count: Int) {
    clocks = Mutex(Array(repeating: 0, count: count))
    alarms = (0..<count).map { _ in Alarm() }
  }

  /// Sleeps until no other stream is behind this one, which is where its clock says.
  func wait(_ stream: Int, at time: UInt64) {
    while true {
      let next = clocks.withLock { clocks in
        clocks[stream] = time
        return Self.next(clocks)
      }
      if next == stream { return }
      alarms[next].ring()
      alarms[stream].wait()
    }
  }

  /// The stream takes no more queries.
  func end(_ stream: Int) {
    let next = clocks.withLock { clocks in
      clocks[stream] = .max
      return Self.next(clocks)
    }
    alarms[next].ring()
  }

  private static func next(_ clocks: [UInt64]) -> Int { clocks.indices.min { clocks[$0] < clocks[$1] } ?? 0 }
}
