import AssayCore
import EngineKit
import Foundation
import Measurement
import Platform
import RecordLog
import TestSupport
import Testing

@Suite("The timed loop keeps its rule")
struct TimedLoopTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("An exact count is exact, whatever the time", arguments: [1, 2, 257, 5000])
  func exactCount(count: Int) throws {
    let session = CountingSession()
    let (ending, records) = try run(session, .exactly(count))
    #expect(ending == .complete)
    #expect(records.count == count && session.count == count)
  }

  @Test("Count and time must both be reached")
  func minimums() throws {
    var rule = RepetitionRule()
    rule.minimumCount = 30
    rule.minimumSeconds = 0
    #expect(try run(CountingSession(), rule).records.count == 30)

    rule.minimumSeconds = 0.05
    let records = try run(CountingSession(), rule).records
    let last = try #require(records.last)
    #expect(records.count >= 30)
    #expect(last.start + last.duration >= 50_000_000)
    #expect(records.dropLast().allSatisfy { $0.start + $0.duration < 50_000_000 } || records.count == 30)
  }

  @Test("The longest time ends a loop whose count is not reached")
  func maximum() throws {
    var rule = RepetitionRule()
    rule.minimumCount = 1_000_000
    rule.maximumSeconds = 0.02
    let (ending, records) = try run(CountingSession(nanoseconds: 1_000_000), rule)
    #expect(ending == .complete)
    let last = try #require(records.last)
    #expect(last.start + last.duration >= 20_000_000)
    #expect(records.dropLast().allSatisfy { $0.start + $0.duration < 20_000_000 })
  }

  @Test("A stop flag ends the loop after the inference that runs")
  func stop() throws {
    let stop = StopFlag()
    let session = CountingSession { count in if count == 7 { stop.raise() } }
    let (ending, records) = try run(session, .exactly(100), stop: stop)
    #expect(ending == .stopped)
    #expect(records.count == 7)
  }

  @Test("An inference that fails leaves the records before it")
  func failure() throws {
    let path = sandbox.path("log.records")
    var log = try RecordLogWriter(creating: path, expectedCount: 10)
    let session = CountingSession { count throws(AssayError) in
      if count == 13 { throw AssayError(.inferenceFailed, "The thirteenth.") }
    }
    let error = #expect(throws: AssayError.self) {
      _ = try TimedLoop.run(session, rule: .exactly(100), into: &log, stop: StopFlag())
    }
    #expect(error?.message == "The thirteenth.")
    #expect(try RecordLogReader(opening: path).count() == 12)
  }

  @Test("A record holds when an inference began and how long it took")
  func records() throws {
    let records = try run(CountingSession(nanoseconds: 200_000), .exactly(20)).records
    for (earlier, later) in zip(records, records.dropFirst()) {
      #expect(later.start >= earlier.start + earlier.duration)
    }
    #expect(records.allSatisfy { $0.duration >= 200_000 })
  }

  @Test("A second loop on the same log goes on behind the first")
  func continued() throws {
    let path = sandbox.path("log.records")
    var log = try RecordLogWriter(creating: path, expectedCount: 10)
    for _ in 0..<2 {
      _ = try TimedLoop.run(CountingSession(), rule: .exactly(150), into: &log, stop: StopFlag())
    }
    #expect(log.count == 300)
  }

  @Test("Warm-up runs its count and its time, at least one inference, and times the first apart")
  func warmUp() throws {
    var rule = RepetitionRule()
    rule.warmUpSeconds = 0
    for (asked, expected) in [(0, 1), (1, 1), (3, 3), (40, 40)] {
      rule.warmUpCount = asked
      let session = CountingSession()
      let result = try WarmUp.run(session, rule: rule, stop: StopFlag())
      #expect(result.count == expected && session.count == expected)
    }
    rule.warmUpSeconds = 0.02
    rule.warmUpCount = 3
    let slowFirst = CountingSession { count in if count == 1 { spin(nanoseconds: 5_000_000) } }
    let start = MonotonicClock.now()
    let result = try WarmUp.run(slowFirst, rule: rule, stop: StopFlag())
    #expect(MonotonicClock.now() - start >= 20_000_000)
    #expect(result.firstNanoseconds >= 5_000_000)
    #expect(result.fastestNanoseconds < result.firstNanoseconds)
    #expect(result.count > 1)
  }

  @Test("The device's time is the median of the warm-up without its first inference")
  func deviceTime() throws {
    var rule = RepetitionRule()
    rule.warmUpSeconds = 0
    for (count, expected) in [(1, nil), (2, 5), (4, 6), (2000, 1503.5)] as [(Int, Double?)] {
      rule.warmUpCount = count
      let session = CountingSession()
      session.deviceTime = { number in number == 1 ? 1000 : Double(number + 3) }
      #expect(try WarmUp.run(session, rule: rule, stop: StopFlag()).deviceMilliseconds == expected)
    }
    #expect(try WarmUp.run(CountingSession(), rule: rule, stop: StopFlag()).deviceMilliseconds == nil)
  }

  @Test("A stop flag ends warm-up too")
  func stoppedWarmUp() throws {
    let stop = StopFlag()
    stop.raise()
    var rule = RepetitionRule()
    rule.warmUpSeconds = 60
    #expect(try WarmUp.run(CountingSession(), rule: rule, stop: stop).count == 1)
  }

  @Test("A simulated clock makes records exact and takes no real time")
  func simulatedClock() throws {
    var rule = RepetitionRule()
    rule.minimumCount = 1
    rule.minimumSeconds = 120
    let session = SimulatedSession()
    let path = sandbox.path("simulated.records")
    let start = MonotonicClock.now()
    let ending = try LatencyMeasurement(logPath: path, stop: StopFlag()).run(session, rule: rule) { warmUp in
      #expect(warmUp.firstNanoseconds == 1_000_000)
      #expect(warmUp.count == 500)
    }
    #expect(MonotonicClock.now() - start < 60_000_000_000)
    #expect(ending == .complete)
    var records: [InferenceRecord] = []
    try RecordLogReader(opening: path).read { records += $0 }
    #expect(records.count == 120_000)
    #expect(records.allSatisfy { $0.duration == 1_000_000 })
    #expect(records.last?.start == 119_999_000_000)
  }

  @Test("What the harness costs is told per inference, and is more than nothing")
  func overhead() throws {
    var log = try RecordLogWriter(creating: sandbox.path("log.records"), expectedCount: 2000)
    let overhead = try HarnessOverhead.measure(count: 2000, into: &log)
    #expect(log.count == 2000)
    #expect(overhead > 0 && overhead < 1e6)
    #expect(HarnessOverhead.twoClockReads(count: 1000) > 0)
  }

  // MARK: Helpers

  private func run(
    _ session: CountingSession, _ rule: RepetitionRule, stop: StopFlag = StopFlag()
  ) throws -> (ending: TimedLoop.Ending, records: [InferenceRecord]) {
    let path = sandbox.path("\(UUID().uuidString).records")
    var log = try RecordLogWriter(creating: path, expectedCount: 10)
    let ending = try TimedLoop.run(session, rule: rule, into: &log, stop: stop)
    try log.finish()
    var records: [InferenceRecord] = []
    try RecordLogReader(opening: path).read { records += $0 }
    return (ending, records)
  }
}

private func spin(nanoseconds: UInt64) {
  let end = MonotonicClock.now() + nanoseconds
  while MonotonicClock.now() < end {}
}

/// Counts its inferences; each takes a given time and may do something.
private final class CountingSession: InferenceSession {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  private(set) var count = 0
  /// By the number of the last inference, in ms.
  var deviceTime: ((Int) -> Double)?
  private let nanoseconds: UInt64
  private let body: (Int) throws(AssayError) -> Void

  init(nanoseconds: UInt64 = 0, _ body: @escaping (Int) throws(AssayError) -> Void = { _ in }) {
    self.nanoseconds = nanoseconds
    self.body = body
  }

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  var deviceMilliseconds: Double? { deviceTime?(count) }

  func infer() throws(AssayError) {
    count += 1
    if nanoseconds > 0 { spin(nanoseconds: nanoseconds) }
    try body(count)
  }
}

/// Every inference takes one millisecond of a simulated clock.
private final class SimulatedSession: InferenceSession {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  let simulatedClock: SimulatedClock? = SimulatedClock()

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
  func infer() throws(AssayError) { simulatedClock?.advance(by: 1_000_000) }
}
