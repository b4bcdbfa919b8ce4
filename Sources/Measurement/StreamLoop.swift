import AssayCore
import CPlatform
import EngineKit
import Platform
import RecordLog
import Synchronization

/// The timed loop of one stream: as `TimedLoop`, beside others.
struct StreamLoop<Session: InferenceSession> {
  let session: Session
  /// From 0 on.
  let stream: Int
  let run: StreamRun
  /// Fills the inputs for a query, by its number.
  let prepare: @Sendable (Session, UInt32) -> Void

  struct Result: Sendable {
    var count = 0
    /// When the last inference ended, on the axis of the records.
    var end: UInt64 = 0
    /// Time spent on looking at the clock before queries were due, in nanoseconds.
    var spunNanoseconds: UInt64 = 0
  }

  func callAsFunction() throws(AssayError) -> Result {
    do throws(AssayError) {
      if let clock = session.simulatedClock { return try begin(SimulatedLoopClock(clock: clock)) }
      return try begin(RealLoopClock())
    } catch {
      run.ended.raise()
      run.turns?.end(stream)
      throw error
    }
  }

  @inline(__always)
  private func begin(_ clock: some LoopClock) throws(AssayError) -> Result {
    var log = StreamRecordWriter(run.log, stream: stream + 1)
    if !log.hasRoom { try log.makeRoom() }
    // A single stream has no other to wait for, and of more streams than processors none has one of its own.
    let isApart = run.count > 1 && run.count <= assay_allowed_processors()
    var wait = PunctualWait(lead: run.schedule?.lead ?? 0, processor: isApart ? stream : nil)
    if session.simulatedClock == nil { _ = wait.wait(until: run.begin) { run.isStopped } }
    let end =
      if let schedule = run.schedule { try open(clock, schedule, &wait, into: &log) } else {
        try closed(clock, into: &log)
      }
    return Result(count: log.count, end: end, spunNanoseconds: wait.spun)
  }

  /// The end of the last inference that began in time ends the loop of all streams, so that each runs beside all others to its end.
  @inline(__always)
  private func closed(_ clock: some LoopClock, into log: inout StreamRecordWriter) throws(AssayError) -> UInt64 {
    let isSimulated = session.simulatedClock != nil
    let begin = clock.now()
    let origin = isSimulated ? begin &- run.resumed : run.origin
    let minimumEnd = begin + TimedLoop.nanoseconds(run.rule.minimumSeconds)
    let maximumEnd = begin + TimedLoop.nanoseconds(run.rule.maximumSeconds ?? .infinity)
    let (quota, streams) = (run.quota, UInt32(run.count))
    var query = UInt32(stream)
    var count: UInt64 = 0
    while true {
      if !log.hasRoom { try log.makeRoom() }
      if !run.timesInputs { prepare(session, query) }
      let start = clock.now()
      if run.timesInputs { prepare(session, query) }
      try session.infer()
      let end = clock.now()
      log.append(start: start &- origin, duration: end - start, scheduled: start &- origin, query: query)
      query &+= streams
      count += 1
      run.publish(stream, count)
      if end >= maximumEnd || count >= quota && end >= minimumEnd && (isSimulated || run.isCountReached()) {
        // Simulated clocks are independent: each stream runs for its own time.
        if !isSimulated { run.ended.raise() }
        return end &- origin
      }
      if run.isStopped { return end &- origin }
    }
  }

  @inline(__always)
  private func open(
    _ clock: some LoopClock, _ schedule: Schedule, _ wait: inout PunctualWait, into log: inout StreamRecordWriter
  ) throws(AssayError) -> UInt64 {
    let isSimulated = session.simulatedClock != nil
    let origin = isSimulated ? clock.now() : run.origin
    var count: UInt64 = 0
    var end = origin
    defer { run.turns?.end(stream) }
    while !run.isStopped {
      if !log.hasRoom { try log.makeRoom() }
      run.turns?.wait(stream, at: clock.now() - origin)
      let query = run.nextQuery.wrappingAdd(1, ordering: .relaxed).oldValue
      guard query < schedule.due.count else { break }
      if let limit = schedule.queueLimit, query + limit < schedule.due.count,
        origin + schedule.due[query + limit] <= clock.now()
      {
        run.droppedCount.wrappingAdd(1, ordering: .relaxed)
        continue
      }
      let due = origin + schedule.due[query]
      if let simulated = session.simulatedClock {
        if simulated.nanoseconds < due { simulated.advance(by: due - simulated.nanoseconds) }
      } else if wait.wait(until: due, unless: { run.isStopped }) == nil {
        break
      }
      let start = clock.now()
      prepare(session, UInt32(truncatingIfNeeded: query))
      try session.infer()
      end = clock.now()
      log.append(
        start: start &- origin, duration: end - start, scheduled: due &- origin,
        query: UInt32(truncatingIfNeeded: query))
      count += 1
      run.publish(stream, count)
    }
    return end &- origin
  }
}
