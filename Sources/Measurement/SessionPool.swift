public import AssayCore
public import EngineKit
import Platform
import Synchronization

/// Threads that each make a session of one model, keep it to themselves, and take work from a queue until the pool is gone.
///
/// A session is never `Sendable`, so the compiler keeps it on its thread: work comes to the session, not the session to the work.
public final class SessionPool<Session: InferenceSession>: Sendable {
  private let queue = WorkQueue<Session>()

  /// Starts the threads one after the other, so that nothing else runs while a session is made and prepared.
  ///
  /// - Parameter prepare: runs on each thread once, with its session and its number from 0.
  /// - Throws: what making or preparing a session throws, or `.inputOutput` where a thread cannot be started.
  public init<Model: CompiledModel>(
    _ model: Model, count: Int, prepare: @escaping @Sendable (Session, Int) throws(AssayError) -> Void
  ) throws(AssayError) where Model.Session == Session {
    let queue = queue
    for number in 0..<count {
      let start = Handover<Result<Void, AssayError>>()
      do throws(AssayError) {
        try DetachedThread.start("a session") {
          do throws(AssayError) {
            let session = try model.makeSession()
            try prepare(session, number)
            start.send(.success(()))
            while let work = queue.next() { work(session) }
          } catch {
            start.send(.failure(error))
          }
        }
        try start.receive().get()
      } catch {
        queue.close()
        throw error
      }
    }
  }

  deinit { queue.close() }

  /// Runs a body on the next thread that is free, and waits for it.
  public func perform<Value: Sendable>(
    _ body: @escaping @Sendable (Session) throws(AssayError) -> Value
  ) throws(AssayError) -> Value {
    let result = Handover<Result<Value, AssayError>>()
    queue.add { session in
      do throws(AssayError) {
        result.send(.success(try body(session)))
      } catch {
        result.send(.failure(error))
      }
    }
    return try result.receive().get()
  }
}

/// Work in the order in which it was added.
private final class WorkQueue<Session: InferenceSession>: Sendable {
  typealias Work = @Sendable (Session) -> Void

  private let waiting = Mutex<[Work]>([])
  private let isClosed = Atomic(false)
  private let arrivals = Alarm()

  func add(_ work: @escaping Work) {
    waiting.withLock { $0.append(work) }
    arrivals.ring()
  }

  /// Ends every thread once it has no work.
  func close() {
    isClosed.store(true, ordering: .releasing)
    arrivals.ring()
  }

  /// Sleeps until there is work; `nil` when the queue is closed.
  func next() -> Work? {
    while true {
      arrivals.wait()
      if let work = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return work }
      if isClosed.load(ordering: .acquiring) {
        // Wakes the next thread.
        arrivals.ring()
        return nil
      }
    }
  }
}

/// One value that one thread sends and another waits for.
private final class Handover<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let arrival = Alarm()

  func send(_ value: Value) {
    self.value.withLock { $0 = value }
    arrival.ring()
  }

  func receive() -> Value {
    while true {
      arrival.wait()
      if let value = value.withLock({ $0 }) { return value }
    }
  }
}
