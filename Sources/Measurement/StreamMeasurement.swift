public import AssayCore
public import EngineKit
import Platform
import RecordLog
import Synchronization

/// Inferences of several streams side by side, each on a thread and a session of its own, all recorded in one log.
public struct StreamMeasurement<Session: InferenceSession> {
  /// What the streams did besides what the log says.
  public struct Outcome: Sendable {
    public var ending = TimedLoop.Ending.complete
    /// How long the measurement took, in nanoseconds; less than nothing was simulated.
    public var wallNanoseconds: UInt64 = 0
    /// What the whole process computed meanwhile.
    public var processorNanoseconds: UInt64 = 0
    /// Queries of a schedule that waited when too many others did, and were never issued.
    public var droppedCount = 0
    /// Time that streams spent on looking at the clock before a query was due, in nanoseconds.
    public var spunNanoseconds: UInt64 = 0
  }

  private let pool: SessionPool<Session>
  private let first: WarmUp.Result
  private let logPath: String
  private let stop: StopFlag
  private let timesInputs: Bool
  private let prepare: @Sendable (Session, UInt32) -> Void

  /// Seconds that streams may take to end after the first has ended, besides the time of so many first inferences.
  private static var patience: Double { 10 }
  private static var firstInferences: Double { 20 }
  /// Records that all first windows together have room for: 64 MiB.
  private static var mostTaken: Int { 1 << 21 }

  /// - Parameters:
  ///   - pool: a session for each stream, their inputs filled.
  ///   - first: the first inference of all.
  ///   - logPath: the record log to make, or to append to.
  ///   - timesInputs: whether a query of a closed loop begins with `prepare`, or with the inference. One of a schedule brings its inputs, so it
  ///     always begins with `prepare`.
  ///   - prepare: runs before each inference, on the thread of the session, with the number of the query.
  public init(
    _ pool: SessionPool<Session>, first: WarmUp.Result, logPath: String, stop: StopFlag, timesInputs: Bool = false,
    prepare: @escaping @Sendable (Session, UInt32) -> Void = { _, _ in }
  ) {
    self.pool = pool
    self.first = first
    self.logPath = logPath
    self.stop = stop
    self.timesInputs = timesInputs
    self.prepare = prepare
  }

  /// Warms all streams up, then runs them until the rule is fulfilled, or until the schedule has ended.
  ///
  /// - Parameters:
  ///   - resumption: the end of the record log to append to; `nil` makes a new one.
  ///   - warmedUp: runs before the first record.
  /// - Throws: what a session throws, with the number of its stream; `.timedOut` for one that hangs while others end; `.inputOutput` when the
  ///   disk is full. The records before it stay.
  public func run(
    _ arrivals: Arrivals, rule: RepetitionRule, resumption: ResumePoint? = nil, warmedUp: (WarmUp.Result) -> Void
  ) throws(AssayError) -> Outcome {
    let warmUp = try warmUp(rule)
    let log = try recordLog(resumption, rule, warmUp)
    warmedUp(warmUp)
    var outcome = Outcome()
    let schedule: Schedule? = if case .scheduled(let schedule) = arrivals { schedule } else { nil }
    try measure(
      StreamRun(
        rule, count: pool.count, schedule: schedule, timesInputs: timesInputs, log: log, origin: nil,
        resumed: resumption?.nanoseconds ?? 0, isSimulated: warmUp.isSimulated, stop: stop), warmUp, into: &outcome)
    try log.finish()
    return outcome
  }

  /// Warms all streams up, then runs them for every block that is asked for, all into one log.
  ///
  /// - Parameters:
  ///   - nextBlock: sleeps until a block is asked for; `nil` ends the measurement.
  ///   - blockDone: gets the records of a block.
  public func runBlocks(
    rule: RepetitionRule, warmedUp: (WarmUp.Result) -> Void, nextBlock: () -> RepetitionRule?,
    blockDone: (RecordRange) -> Void
  ) throws(AssayError) -> Outcome {
    let warmUp = try warmUp(rule)
    let log = try recordLog(nil, rule, warmUp)
    warmedUp(warmUp)
    let origin = MonotonicClock.now()
    var outcome = Outcome()
    var (first, elapsed) = (0, UInt64(0))
    while outcome.ending == .complete, let block = nextBlock() {
      let run = StreamRun(
        block, count: pool.count, schedule: nil, timesInputs: timesInputs, log: log, origin: origin, resumed: elapsed,
        isSimulated: warmUp.isSimulated, stop: stop)
      let results = try measure(run, warmUp, into: &outcome)
      let count = results.reduce(0) { $0 + $1.count }
      if outcome.ending == .complete { blockDone(RecordRange(first: first, count: count)) }
      first += count
      elapsed = results.map(\.end).max() ?? elapsed
    }
    try log.finish()
    return outcome
  }

  @discardableResult
  private func measure(
    _ run: StreamRun, _ warmUp: WarmUp.Result, into outcome: inout Outcome
  ) throws(AssayError) -> [StreamLoop<Session>.Result] {
    let (begin, processor) = (MonotonicClock.now(), ProcessorClock.nanoseconds())
    let prepare = prepare
    let results: [StreamLoop<Session>.Result]
    do throws(AssayError) {
      let patience = patience(warmUp) + (run.schedule?.tail(of: run.count) ?? 0)
      results = try pool.performOnAll(patience: patience) { (session, stream) throws(AssayError) in
        try StreamLoop(session: session, stream: stream, run: run, prepare: prepare)()
      }
    } catch {
      run.ended.raise()
      // The first failure is the one to report.
      try? run.log.finish()
      throw error
    }
    outcome.ending = run.isStoppedEarly ? .stopped : .complete
    outcome.wallNanoseconds += MonotonicClock.now() - begin
    outcome.processorNanoseconds += ProcessorClock.nanoseconds() - processor
    outcome.droppedCount += run.droppedCount.load(ordering: .acquiring)
    outcome.spunNanoseconds += results.reduce(0) { $0 + $1.spunNanoseconds }
    return results
  }

  /// All warm up together.
  private func warmUp(_ rule: RepetitionRule) throws(AssayError) -> WarmUp.Result {
    let stop = stop
    let all = try pool.performOnAll(patience: patience(first) + rule.warmUpSeconds) { (session, _) throws(AssayError) in
      try WarmUp.run(session, rule: rule, stop: stop)
    }
    return WarmUp.Result(
      firstNanoseconds: first.firstNanoseconds, count: 1 + all.reduce(0) { $0 + $1.count },
      fastestNanoseconds: all.map(\.fastestNanoseconds).min() ?? 1, outputs: first.outputs,
      deviceMilliseconds: all.compactMap(\.deviceMilliseconds).median, isSimulated: first.isSimulated)
  }

  private func patience(_ warmUp: WarmUp.Result) -> Double {
    Self.patience + Self.firstInferences * Double(warmUp.firstNanoseconds) / 1e9
  }

  private func recordLog(
    _ resumption: ResumePoint?, _ rule: RepetitionRule, _ warmUp: WarmUp.Result
  ) throws(AssayError) -> StreamRecordLog {
    let log: StreamRecordLog
    if let resumption {
      log = try StreamRecordLog(appendingTo: logPath)
      guard try log.count() == resumption.count else { throw .appendedElsewhere(logPath) }
    } else {
      var own = rule
      own.minimumCount = rule.minimumCount / max(pool.count, 1)
      let count = LatencyMeasurement.expectedCount(own, after: warmUp)
      log = try StreamRecordLog(creating: logPath, expectedCount: min(count, Self.mostTaken / max(pool.count, 1)))
    }
    // Mapping and touching memory takes longer than the streams' run-up, so it comes before their common start.
    try log.takeWindows(streams: pool.count)
    return log
  }
}
