import AssayCore
import EngineKit
import Foundation
import Measurement
import Platform
import RecordLog
import Synchronization
import TestSupport
import Testing

@Suite("Streams run side by side, in a closed loop or by a schedule")
struct StreamTests {
  private let sandbox: Sandbox
  private var path: String { sandbox.path("log.records") }

  init() throws { sandbox = try Sandbox() }

  @Test("Every stream runs, all together at least as often as asked", arguments: [1, 2, 5])
  func closed(streams: Int) throws {
    let records = try run(StreamModel(microseconds: 200), streams, .closed, .exactly(100)).records
    #expect(records.count >= 100 && records.count < 100 + streams * 100)
    #expect(Set(records.map(\.stream)) == Set((1...streams).map { UInt32($0) }))
    #expect(records.allSatisfy { $0.scheduled == $0.start && $0.duration >= 200_000 })
    for stream in 1...streams {
      let own = records.filter { $0.stream == UInt32(stream) }
      #expect(zip(own, own.dropFirst()).allSatisfy { $0.end <= $1.start && $1.query == $0.query + UInt32(streams) })
    }
  }

  @Test("All streams end once the time is over, within one inference")
  func time() throws {
    var rule = RepetitionRule()
    (rule.minimumCount, rule.minimumSeconds) = (1, 0.1)
    let records = try run(StreamModel(microseconds: 500), 3, .closed, rule).records
    let ends: [UInt64] = (1...3).map { (stream: UInt32) in
      records.filter { $0.stream == stream }.map(\.end).max() ?? 0
    }
    #expect(ends.allSatisfy { $0 >= 90_000_000 }, "\(ends)")
  }

  @Test("A stop ends all streams")
  func stop() throws {
    let stop = StopFlag()
    let model = StreamModel(microseconds: 100) { count in if count == 20 { stop.raise() } }
    let found = try run(model, 3, .closed, .exactly(1_000_000), stop: stop)
    #expect(found.outcome.ending == .stopped && !found.records.isEmpty)
  }

  @Test("A stream that fails ends all, and the error has its number; records before it stay")
  func failure() throws {
    let model = StreamModel(microseconds: 100) { count throws(AssayError) in
      if count == 30 { throw AssayError(.inferenceFailed, "The thirtieth.") }
    }
    let error = #expect(throws: AssayError.self) { _ = try run(model, 4, .closed, .exactly(1_000_000)) }
    #expect(error?.message.contains("of 4: The thirtieth.") == true, "\(error?.message ?? "")")
    #expect(try RecordLogReader(opening: path).count() > 20)
  }

  @Test("A session that cannot be made for the third of eight streams is an error with its number")
  func thirdFails() throws {
    let model = StreamModel(microseconds: 1, sessions: 2)
    let error = #expect(throws: AssayError.self) { _ = try run(model, 8, .closed, .exactly(10)) }
    #expect(error?.message == "Stream 3 of 8: No more sessions.")
  }

  @Test("Simulated clocks make streams exact")
  func simulated() throws {
    var rule = RepetitionRule()
    (rule.minimumCount, rule.minimumSeconds) = (1, 60)
    let records = try run(StreamModel(microseconds: 1000, isSimulated: true), 4, .closed, rule).records
    #expect(records.count == 4 * 60_000)
    #expect(records.allSatisfy { $0.duration == 1_000_000 })
  }

  @Test("Queries of a schedule are issued when they are due, and none is lost")
  func schedule() throws {
    let due = (0..<200).map { UInt64($0) * 500_000 }
    let records = try run(StreamModel(microseconds: 100), 2, .scheduled(Schedule(due: due)), .exactly(1)).records
    #expect(records.map(\.scheduled) == due)
    #expect(records.map(\.query) == (0..<200).map { UInt32($0) })
    #expect(records.allSatisfy { $0.start >= $0.scheduled })
  }

  @Test("Latency runs from the time at which a query was due, also when all streams were busy")
  func openLoop() throws {
    // One a millisecond for streams that take three: with two of them, the queue grows by a third of a query a millisecond.
    let due = (0..<300).map { UInt64($0) * 1_000_000 }
    let model = StreamModel(microseconds: 3000, isSimulated: true)
    let records = try run(model, 2, .scheduled(Schedule(due: due)), .exactly(1)).records
    #expect(records.count == 300)
    let expected: [UInt64] = (0..<300).map { UInt64($0 / 2 * 3 + $0 % 2) * 1_000_000 }
    #expect(records.map(\.start) == expected)
    let latency: UInt64 = expected[299] + 3_000_000 - due[299]
    #expect(records.last?.inference.duration == latency)
  }

  @Test("A bounded queue drops the oldest query, and counts it")
  func drops() throws {
    let due = (0..<300).map { UInt64($0) * 1_000_000 }
    let model = StreamModel(microseconds: 3000, isSimulated: true)
    let found = try run(model, 2, .scheduled(Schedule(due: due, queueLimit: 4)), .exactly(1))
    #expect(found.outcome.droppedCount > 80 && found.records.count + found.outcome.droppedCount == 300)
    #expect(found.records.allSatisfy { $0.inference.duration <= 8_000_000 })
  }

  @Test("More streams than queries, and a schedule without queries, end")
  func fewQueries() throws {
    let few = try run(StreamModel(microseconds: 10), 6, .scheduled(Schedule(due: [0, 5])), .exactly(1))
    #expect(few.records.count == 2)
    unlink(path)
    let none = try run(StreamModel(microseconds: 10), 2, .scheduled(Schedule(due: [])), .exactly(1))
    #expect(none.records.isEmpty && none.outcome.ending == .complete)
  }

  @Test("What is prepared for a query is prepared on the thread of its session")
  func prepared() throws {
    let pool = try SessionPool(StreamModel(microseconds: 10), count: 3) { _, _ in }
    let seen = Mutex<[UInt32]>([])
    let first = try pool.perform { session throws(AssayError) in
      try WarmUp.run(session, rule: .exactly(1), stop: StopFlag())
    }
    let streams = StreamMeasurement(pool, first: first, logPath: path, stop: StopFlag()) { session, query in
      if !session.isOnOwnThread { return }
      seen.withLock { $0.append(query) }
    }
    _ = try streams.run(.scheduled(Schedule(due: (0..<50).map { UInt64($0) * 1000 })), rule: Self.cold) { _ in }
    #expect(seen.withLock { $0.sorted() } == (0..<50).map { UInt32($0) })
  }

  @Test(
    "Inputs are filled within the time of a query that waits for them, and otherwise between two inferences",
    arguments: [(Arrivals.closed, false), (.closed, true), (.scheduled(Schedule(due: [0, 1, 2])), false)])
  func timeOfInputs(arrivals: Arrivals, timesInputs: Bool) throws {
    let found = try run(StreamModel(microseconds: 10), 1, arrivals, .exactly(3), timesInputs: timesInputs) { _, _ in
      usleep(2000)
    }
    let inferences = found.records.map(\.inference)
    try #require(inferences.count == 3)
    if case .closed = arrivals, !timesInputs {
      let gaps = zip(inferences, inferences.dropFirst()).map { $1.start - $0.start - $0.duration }
      #expect(gaps.allSatisfy { $0 >= 2_000_000 })
    } else {
      #expect(inferences.allSatisfy { $0.duration >= 2_000_000 })
    }
  }

  @Test("Blocks of streams follow each other in one log")
  func blocks() throws {
    let pool = try SessionPool(StreamModel(microseconds: 50), count: 2) { _, _ in }
    let first = try pool.perform { session throws(AssayError) in
      try WarmUp.run(session, rule: .exactly(1), stop: StopFlag())
    }
    var rule = RepetitionRule.exactly(60)
    (rule.warmUpCount, rule.warmUpSeconds) = (1, 0)
    var (asked, done): (Int, [RecordRange]) = (0, [])
    _ = try StreamMeasurement(pool, first: first, logPath: path, stop: StopFlag()).runBlocks(
      rule: rule, warmedUp: { _ in },
      nextBlock: {
        asked += 1
        return asked <= 3 ? .exactly(20) : nil
      }, blockDone: { done.append($0) })
    #expect(done.count == 3 && done.allSatisfy { $0.count >= 20 })
    #expect(zip(done, done.dropFirst()).allSatisfy { $0.first + $0.count == $1.first })
    #expect(try RecordLogReader(opening: path).count() == done.reduce(0) { $0 + $1.count })
    // All blocks of a stream are in one window of a page.
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.size] as? Int == 4096 + 2 * 4096)
  }

  @Test("The cost of the loop is measured with as many streams, closed or by a schedule", arguments: [false, true])
  func overhead(isScheduled: Bool) throws {
    let nanoseconds = try HarnessOverhead.measure(streams: 3, isScheduled: isScheduled, beside: path)
    #expect(nanoseconds > 0 && nanoseconds < 1_000_000)
    #expect(!FileManager.default.fileExists(atPath: path + ".null"))
  }

  // MARK: Helpers

  /// Without warm-up.
  private static var cold: RepetitionRule {
    var rule = RepetitionRule()
    (rule.warmUpCount, rule.warmUpSeconds) = (1, 0)
    return rule
  }

  private func run(
    _ model: StreamModel, _ count: Int, _ arrivals: Arrivals, _ rule: RepetitionRule, stop: StopFlag = StopFlag(),
    timesInputs: Bool = false, prepare: @escaping @Sendable (StreamSession, UInt32) -> Void = { _, _ in }
  ) throws -> (outcome: StreamMeasurement<StreamSession>.Outcome, records: [StreamRecord]) {
    var rule = rule
    (rule.warmUpCount, rule.warmUpSeconds) = (1, 0)
    let pool = try SessionPool(model, count: count) { _, _ in }
    let first = try pool.perform { [rule] session throws(AssayError) in
      try WarmUp.run(session, rule: rule, stop: StopFlag())
    }
    let outcome = try StreamMeasurement(
      pool, first: first, logPath: path, stop: stop, timesInputs: timesInputs, prepare: prepare
    ).run(arrivals, rule: rule) { _ in }
    var records: [StreamRecord] = []
    var position = RecordPosition()
    try RecordLogReader(opening: path).readStreams(after: &position) { records += $0 }
    return (outcome, records)
  }
}

/// Inferences that take a given time, real or simulated; may do something at the nth of all.
private final class StreamModel: CompiledModel {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  let device = Target.defaultDevice
  let nanoseconds: UInt64
  let isSimulated: Bool
  let body: @Sendable (Int) throws(AssayError) -> Void
  let count = Atomic(0)
  private let sessions: Atomic<Int>

  init(
    microseconds: UInt64, isSimulated: Bool = false, sessions: Int = .max,
    _ body: @escaping @Sendable (Int) throws(AssayError) -> Void = { _ in }
  ) {
    nanoseconds = microseconds * 1000
    self.isSimulated = isSimulated
    self.sessions = Atomic(sessions)
    self.body = body
  }

  func makeSession() throws(AssayError) -> StreamSession {
    guard sessions.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 else {
      throw AssayError(.badModel, "No more sessions.")
    }
    return StreamSession(self)
  }
}

private final class StreamSession: InferenceSession {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  let simulatedClock: SimulatedClock?
  private let model: StreamModel
  private let thread = pthread_self()

  init(_ model: StreamModel) {
    self.model = model
    simulatedClock = model.isSimulated ? SimulatedClock() : nil
  }

  var isOnOwnThread: Bool { pthread_equal(thread, pthread_self()) != 0 }

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  func infer() throws(AssayError) {
    try model.body(model.count.wrappingAdd(1, ordering: .relaxed).newValue)
    if let simulatedClock { return simulatedClock.advance(by: model.nanoseconds) }
    let end = MonotonicClock.now() + model.nanoseconds
    while MonotonicClock.now() < end {}
  }
}
