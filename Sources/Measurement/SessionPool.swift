public import AssayCore
public import EngineKit
import Platform
import Synchronization

/// Threads that each make a session of one model, keep it to themselves, and take work from a queue until the pool is gone.
///
/// A session is never `Sendable`, so the compiler keeps it on its thread: work comes to the session, not the session to the work.
public final class SessionPool<Session: InferenceSession>: Sendable {
  /// Threads, each with a session.
  public let count: Int

  private let queue = WorkQueue<Session>()
  /// Rings for each thread that has ended.
  private let ends = Alarm()

  /// Starts the threads one after the other, so that nothing else runs while a session is made and prepared.
  ///
  /// - Parameters:
  ///   - models: makes the model of each session: always the same one where sessions share it.
  ///   - prepare: runs on each thread once, with its session and its number from 0.
  /// - Throws: what making or preparing a session throws, or `.inputOutput` where a thread cannot be started.
  public init<Model: CompiledModel>(
    count: Int, models: @escaping @Sendable (Int) throws(AssayError) -> Model,
    prepare: @escaping @Sendable (Session, Int) throws(AssayError) -> Void
  ) throws(AssayError) where Model.Session == Session {
    self.count = count
    let queue = queue
    let ends = ends
    for number in 0..<count {
      let start = Handover<Result<Void, AssayError>>()
      do throws(AssayError) {
        try DetachedThread.start("a session") {
          Self.serve(number, queue, start, models: models, prepare: prepare)
          ends.ring()
        }
        try start.receive().get()
      } catch {
        queue.close()
        throw count > 1 ? error.ofStream(number + 1, of: count) : error
      }
    }
  }

  /// A pool whose sessions share a model.
  public convenience init<Model: CompiledModel>(
    _ model: Model, count: Int, prepare: @escaping @Sendable (Session, Int) throws(AssayError) -> Void
  ) throws(AssayError) where Model.Session == Session {
    try self.init(count: count, models: { _ in model }, prepare: prepare)
  }

  deinit { queue.close() }

  /// Ends the threads and waits until their sessions are gone, so that their memory is free. Nothing may be performed afterwards.
  public func end() {
    queue.close()
    for _ in 0..<count where !ends.wait(seconds: Self.longestEnd) { return }
  }

  /// Seconds in which a session is gone, unless its library hangs.
  private static var longestEnd: Double { 10 }

  private static func serve<Model: CompiledModel>(
    _ number: Int, _ queue: WorkQueue<Session>, _ start: Handover<Result<Void, AssayError>>,
    models: (Int) throws(AssayError) -> Model, prepare: (Session, Int) throws(AssayError) -> Void
  ) where Model.Session == Session {
    do throws(AssayError) {
      let session = try models(number).makeSession()
      try prepare(session, number)
      start.send(.success(()))
      while let work = queue.next() { work(session, number) }
    } catch {
      start.send(.failure(error))
    }
  }

  /// Runs a body on every thread at the same time, and waits for all. No other work may be in the queue.
  ///
  /// - Parameters:
  ///   - patience: how long the others may take once one has ended, in seconds.
  ///   - body: gets the session and the number of the thread from 0.
  /// - Throws: what the bodies throw, the first in the order of their numbers; `.timedOut` for those that do not end.
  public func performOnAll<Value: Sendable>(
    patience: Double, _ body: @escaping @Sendable (Session, Int) throws(AssayError) -> Value
  ) throws(AssayError) -> [Value] {
    let results = GatheredResults<Value>(count: count)
    let start = StartLine(count)
    for _ in 0..<count {
      queue.add { session, number in
        // Nobody takes a second one before everybody has one.
        start.cross()
        results.set(number, Result { () throws(AssayError) in try body(session, number) })
      }
    }
    return try results.wait(patience: patience)
  }

  /// Runs a body on the next thread that is free, and waits for it.
  public func perform<Value: Sendable>(
    _ body: @escaping @Sendable (Session) throws(AssayError) -> Value
  ) throws(AssayError) -> Value {
    let result = Handover<Result<Value, AssayError>>()
    queue.add { session, _ in
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
  typealias Work = @Sendable (Session, Int) -> Void

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
