import Platform
import Synchronization

/// Work on several things at once, outside any timing.
///
/// On threads of its own, not on Dispatch's: Dispatch counts its running threads in `/proc`, and ends the process where a container or a board
/// has none.
public enum Parallel {
  /// Maps every index below `count`, on the calling thread and up to `lanes - 1` others. A thread that is free takes the next index. Where
  /// the system makes no more threads, those that there are do the work.
  ///
  /// - Parameters:
  ///   - makeLane: makes what one thread needs for itself: it gets a number below `lanes` that no other thread has.
  ///   - body: gets an index and the thread's own lane.
  public static func map<Lane, Value: Sendable>(
    count: Int, lanes: Int, makeLane: @escaping @Sendable (Int) -> Lane,
    _ body: @escaping @Sendable (Int, inout Lane) -> Value
  ) -> [Value] {
    let work = Work<Value>(count: count)
    let finished = Alarm()
    let others = (1..<max(1, min(lanes, count))).count { number in
      let thread: Void? = try? DetachedThread.start("preparing") {
        work.run(makeLane(number), body)
        finished.ring()
      }
      return thread != nil
    }
    work.run(makeLane(0), body)
    for _ in 0..<others { finished.wait() }
    return work.values.withLock { $0.compactMap(\.self) }
  }

  private final class Work<Value: Sendable>: Sendable {
    let values: Mutex<[Value?]>
    private let count: Int
    private let next = Atomic(0)

    init(count: Int) {
      self.count = count
      values = Mutex(Array(repeating: nil, count: count))
    }

    func run<Lane>(_ lane: Lane, _ body: (Int, inout Lane) -> Value) {
      var lane = lane
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let value = body(index, &lane)
        values.withLock { $0[index] = value }
      }
    }
  }
}
