import AssayCore
import Datasets
import Dispatch
import EngineKit
import Imaging
import Measurement
import Synchronization

/// Prepares and infers several images at once: each thread takes an image, prepares it, and runs it on a session that is free.
struct OverlappedClassifier<Session: InferenceSession>: ChunkClassifier, ~Copyable {
  private let sessions: SessionPool<Session>
  private let scorer: Scorer
  private let stop: StopFlag
  private var preparers: [ImagePreparer]
  private let prepared: PreparedInputs

  /// - Parameter lanes: threads that prepare images.
  init(_ sessions: [Session], scorer: Scorer, preparer: ImagePreparer, lanes: Int, stop: StopFlag) {
    self.sessions = SessionPool(sessions)
    self.scorer = scorer
    self.stop = stop
    preparers = Array(repeating: preparer, count: lanes)
    prepared = PreparedInputs(capacity: lanes, byteCount: scorer.input.byteCount)
  }

  mutating func classify(_ chunk: inout Chunk) throws(AssayError) {
    let (images, stop, prepared, sessions, scorer) = (chunk.images, stop, prepared, sessions, scorer)
    let lanes = preparers.count
    let failure = Mutex<AssayError?>(nil)
    preparers.withUnsafeMutableBufferPointer { preparers in
      chunk.outcomes.withUnsafeMutableBufferPointer { outcomes in
        Parallel.forEach(count: images.count, lanes: lanes) { index, lane in
          if stop.isRaised || failure.withLock({ $0 != nil }) { return }
          do throws(AssayError) {
            try preparers[lane].prepare(images[index].path, into: prepared[lane])
          } catch {
            outcomes[index] = .unreadable(error)
            return
          }
          do throws(AssayError) {
            outcomes[index] = try sessions.withSession { (session) throws(AssayError) in
              session.inputBytes(at: 0).copyMemory(from: UnsafeRawBufferPointer(prepared[lane]))
              try session.infer()
              return scorer.outcome(of: session)
            }
          } catch {
            failure.withLock { $0 = $0 ?? error }
          }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  consuming func finish() {}
}

/// Sessions, each of which one thread has at a time.
private final class SessionPool<Session: InferenceSession> {
  private let sessions: [Session]
  private let idle: Mutex<[Int]>
  private let idleCount: DispatchSemaphore

  init(_ sessions: [Session]) {
    self.sessions = sessions
    idle = Mutex(Array(sessions.indices))
    idleCount = DispatchSemaphore(value: sessions.count)
  }

  /// Waits for a session that is idle.
  func withSession<Result>(_ body: (Session) throws(AssayError) -> Result) throws(AssayError) -> Result {
    idleCount.wait()
    // The semaphore lets through no more threads than there are idle sessions.
    let index = idle.withLock { $0.removeLast() }
    defer {
      idle.withLock { $0.append(index) }
      idleCount.signal()
    }
    return try body(sessions[index])
  }
}
