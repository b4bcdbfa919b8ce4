import Dispatch
import Synchronization

/// Work on several images at once.
enum Parallel {
  /// Calls `body` for every index below `count`, in `lanes` threads at most, and returns when all are done. Whoever is free takes the next
  /// index; calls with the same lane never overlap.
  static func forEach(count: Int, lanes: Int, _ body: (_ index: Int, _ lane: Int) -> Void) {
    let next = Atomic(0)
    withoutActuallyEscaping(body) { body in
      // What `body` touches is not shared: it goes by the index and the lane, which no two calls have in common at a time.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(lanes, count)) { lane in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          body(index, lane)
        }
      }
    }
  }
}
