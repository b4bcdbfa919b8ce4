import Dispatch
import Synchronization

/// Work on several things at once, outside any timing.
public enum Parallel {
  /// Maps every index below `count`, on at most `lanes` threads. A thread that is free takes the next index.
  ///
  /// - Parameters:
  ///   - makeLane: makes what one thread needs for itself: it gets a number below `lanes` that no other thread has.
  ///   - body: gets an index and the thread's own lane.
  public static func map<Lane, Value: Sendable>(
    count: Int, lanes: Int, makeLane: @Sendable (Int) -> Lane, _ body: @Sendable (Int, inout Lane) -> Value
  ) -> [Value] {
    let next = Atomic(0)
    let values = Mutex([Value?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: min(lanes, count)) { number in
      var lane = makeLane(number)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let value = body(index, &lane)
        values.withLock { $0[index] = value }
      }
    }
    return values.withLock { $0.compactMap(\.self) }
  }
}
