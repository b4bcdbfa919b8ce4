public import AssayCore
public import EngineKit
import Platform
import RecordLog

/// Inferences one after the other on one session, each recorded.
public struct LatencyMeasurement {
  private let logPath: String
  private let stop: StopFlag

  /// - Parameter logPath: the record log to make, or to append to.
  public init(logPath: String, stop: StopFlag) {
    self.logPath = logPath
    self.stop = stop
  }

  /// Warms up, then runs the timed loop until the rule is fulfilled.
  ///
  /// - Parameters:
  ///   - session: has not run before; its inputs are filled.
  ///   - resumption: the end of the record log to append to; `nil` makes a new one.
  ///   - warmedUp: runs before the first record.
  ///   - prepare: runs before each inference, outside the timing.
  public func run(
    _ session: some InferenceSession, rule: RepetitionRule, resumption: ResumePoint? = nil,
    warmedUp: (WarmUp.Result) -> Void, prepare: () -> Void = {}
  ) throws(AssayError) -> TimedLoop.Ending {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try recordLog(resumption, expectedCount: Self.expectedCount(rule, after: warmUp))
    warmedUp(warmUp)
    let origin = MonotonicClock.now(for: session) &- (resumption?.nanoseconds ?? 0)
    let ending: TimedLoop.Ending
    do throws(AssayError) {
      ending = try TimedLoop.run(session, rule: rule, since: origin, into: &log, stop: stop, prepare: prepare)
    } catch {
      // Gives the reserved space back, which the store needs on a full disk. The first error is the one to report.
      try? log.finish()
      throw error
    }
    try log.finish()
    return ending
  }

  /// Warms up, then runs the timed loop once for every block that is asked for, all into one log. Starts count from the end of warm-up,
  /// so that the log shows when each block ran.
  ///
  /// - Parameters:
  ///   - nextBlock: sleeps until a block is asked for; `nil` ends the measurement.
  ///   - blockDone: gets the records of a block.
  ///   - prepare: runs before each inference, outside the timing.
  public func runBlocks(
    _ session: some InferenceSession, rule: RepetitionRule, warmedUp: (WarmUp.Result) -> Void,
    nextBlock: () -> RepetitionRule?, blockDone: (RecordRange) -> Void, prepare: () -> Void = {}
  ) throws(AssayError) -> TimedLoop.Ending {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try recordLog(nil, expectedCount: Self.expectedCount(rule, after: warmUp))
    warmedUp(warmUp)
    let origin = MonotonicClock.now(for: session)
    var ending = TimedLoop.Ending.complete
    while ending == .complete, let block = nextBlock() {
      let first = log.count
      ending = try TimedLoop.run(session, rule: block, since: origin, into: &log, stop: stop, prepare: prepare)
      if ending == .complete { blockDone(RecordRange(first: Int(first), count: Int(log.count - first))) }
    }
    try log.finish()
    return ending
  }

  private func recordLog(_ resumption: ResumePoint?, expectedCount: Int) throws(AssayError) -> RecordLogWriter {
    guard let resumption else { return try RecordLogWriter(creating: logPath, expectedCount: expectedCount) }
    let log = try RecordLogWriter(appendingTo: logPath, expectedCount: expectedCount)
    guard log.count == UInt64(resumption.count) else {
      throw .appendedElsewhere(logPath)
    }
    return log
  }

  /// Room for as many records as the fastest inference of the warm-up makes likely.
  static func expectedCount(_ rule: RepetitionRule, after warmUp: WarmUp.Result) -> Int {
    let inTime =
      min(rule.minimumSeconds, rule.maximumSeconds ?? .infinity) * 1e9 / Double(max(warmUp.fastestNanoseconds, 1))
    return Int(min(max(inTime * 1.1, Double(rule.minimumCount)), 0x1p40))
  }
}

extension AssayError {
  static func appendedElsewhere(_ path: String) -> AssayError {
    AssayError(
      .inputOutput, "Another assay has appended to the record log \(path) meanwhile.",
      advice: "Try again: the run continues from where that one ended.")
  }
}
