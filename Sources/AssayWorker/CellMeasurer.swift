import AssayCore
import Classification
import EngineKit
import Engines
import Glibc
import Measurement
import RecordLog

/// Measures one cell with an engine that is open, and tells the parent each step.
struct CellMeasurer {
  let plan: CellPlan
  let channel: ProtocolChannel
  let commands: CommandListener

  private var stop: StopFlag { commands.stop }

  func measure(with engine: some Engine) throws(AssayError) {
    let overhead = try harnessOverhead()
    switch plan.workload {
    case .randomInputs(let rule):
      let session = try firstSession(with: engine, threads: plan.options.threads)
      try measure(session, rule: rule, overhead: overhead)
    case .imageInputs(let rule, let images):
      let session = try firstSession(with: engine, threads: plan.options.threads)
      var inputs = try ImageInputs(
        images, for: session, modelPath: plan.modelPath, format: plan.format,
        lanes: ProcessEnvironment.processors)
      inputs.fill(session)
      try measure(session, rule: rule, overhead: overhead) { inputs.fill(session) }
    case .blocks(let warmUpSeconds):
      let session = try firstSession(with: engine, threads: plan.options.threads)
      try measureBlocks(session, warmUpSeconds: warmUpSeconds, overhead: overhead)
    case .images(let images): try measure(images, with: engine, overhead: overhead)
    }
  }

  /// Makes the session, tells the parent of it, and fills its inputs.
  private func firstSession<E: Engine>(with engine: E, threads: Int) throws(AssayError) -> E.Session {
    let start = MonotonicClock.now()
    let session = try makeSession(with: engine, threads: threads)
    let loadNanoseconds = MonotonicClock.now() - start
    for (index, input) in session.inputs.enumerated() {
      RandomInputs.fill(session.inputBytes(at: index), spec: input, seed: plan.options.seed, inputIndex: index)
    }
    channel.send(
      .sessionReady(
        ReadySession(
          inputs: session.inputs, outputs: session.outputs, device: session.device,
          loadMilliseconds: Double(loadNanoseconds) / 1e6,
          warnings: session.fallbacks.map {
            CellWarning($0, advice: "these parts do not run on the device that was asked for.")
          })))
    return session
  }

  private func makeSession<E: Engine>(with engine: E, threads: Int) throws(AssayError) -> E.Session {
    guard E.description.formats.contains(plan.format) else {
      let formats = E.description.formats.map(\.rawValue).sorted().joined(separator: ", ")
      throw AssayError(
        .unsupported, "\(E.description.displayName) does not read \(plan.format.rawValue) models; it reads \(formats).",
        advice: "Engines that read it: \(EngineCatalogue.names(reading: plan.format).joined(separator: ", "))")
    }
    let options = plan.options
    let session = try engine.makeSession(
      SessionSpec(
        modelPath: plan.modelPath, format: plan.format, device: plan.target.device, threads: threads,
        shapes: options.shapes, batch: options.batch))
    if !session.fallbacks.isEmpty && !options.allowFallback {
      throw AssayError(
        .deviceUnavailable,
        "\(plan.target) leaves parts of \(plan.modelPath) to another device: \(session.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it all the same.")
    }
    return session
  }

  /// Overlapped runs have as many sessions of one thread as they were given threads: images do not wait for one another.
  private func measure(
    _ images: ImageWorkload, with engine: some Engine, overhead: Double
  ) throws(AssayError) {
    let threads = plan.options.threads
    let isOverlapped = images.timing == .overlapped
    var sessions = [try firstSession(with: engine, threads: isOverlapped ? 1 : threads)]
    if isOverlapped { for _ in 1..<threads { sessions.append(try makeSession(with: engine, threads: 1)) } }
    let classification = ImageClassification(
      images, modelPath: plan.modelPath, format: plan.format, recordLogPath: plan.recordLogPath,
      lanes: ProcessEnvironment.processors,
      stop: stop)
    let counts = try classification.run(on: sessions) { warmUp in
      channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    } counted: {
      channel.send(.counted($0))
    }
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: stop.isRaised && counts.images + counts.unreadableCount < images.count,
          peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: counts)))
  }

  private func measure(
    _ session: some InferenceSession, rule: RepetitionRule, overhead: Double, prepare: () -> Void = {}
  ) throws(AssayError) {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try recordLog(expectedCount: Self.expectedCount(rule, after: warmUp))
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let origin = MonotonicClock.now() &- (plan.resumption?.nanoseconds ?? 0)
    let ending: TimedLoop.Ending
    do throws(AssayError) {
      ending = try TimedLoop.run(session, rule: rule, since: origin, into: &log, stop: stop, prepare: prepare)
    } catch {
      // On a full disk, what was taken ahead is wanted by the store.
      log.finish()
      throw error
    }
    log.finish()
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: ending == .stopped, peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: nil)))
  }

  private func recordLog(expectedCount: Int) throws(AssayError) -> RecordLogWriter {
    guard let point = plan.resumption else {
      return try RecordLogWriter(creating: plan.recordLogPath, expectedCount: expectedCount)
    }
    let log = try RecordLogWriter(appendingTo: plan.recordLogPath, expectedCount: expectedCount)
    guard log.count == UInt64(point.count) else {
      throw AssayError(
        .inputOutput, "Another assay has gone on with the record log \(plan.recordLogPath) meanwhile.",
        advice: "Try again: it goes on from where that one ended.")
    }
    return log
  }

  /// Blocks go into one log, with starts counted from the end of warm-up, so that the log tells when each block ran.
  private func measureBlocks(
    _ session: some InferenceSession, warmUpSeconds: Double, overhead: Double
  ) throws(AssayError) {
    var rule = RepetitionRule()
    rule.warmUpSeconds = warmUpSeconds
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try RecordLogWriter(creating: plan.recordLogPath, expectedCount: Self.expectedCount(rule, after: warmUp))
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let origin = MonotonicClock.now()
    var ending = TimedLoop.Ending.complete
    while ending == .complete, let block = commands.nextBlock() {
      let first = log.count
      ending = try TimedLoop.run(session, rule: block, since: origin, into: &log, stop: stop)
      if ending == .complete { channel.send(.blockDone(firstRecord: Int(first), count: Int(log.count - first))) }
    }
    log.finish()
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: ending == .stopped, peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: nil)))
  }

  /// Room for as many records as the fastest inference of the warm-up makes likely.
  private static func expectedCount(_ rule: RepetitionRule, after warmUp: WarmUp.Result) -> Int {
    let inTime =
      min(rule.minimumSeconds, rule.maximumSeconds ?? .infinity) * 1e9 / Double(max(warmUp.fastestNanoseconds, 1))
    return Int(min(max(inTime * 1.1, Double(rule.minimumCount)), 0x1p40))
  }

  /// Runs the timed loop around nothing, in this very process and into a log on the same disk.
  private func harnessOverhead() throws(AssayError) -> Double {
    let count = 20_000
    let path = plan.recordLogPath + ".null"
    defer { unlink(path) }
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    return try HarnessOverhead.measure(count: count, into: &log)
  }
}

extension WarmUpResult {
  init(_ result: WarmUp.Result, overhead: Double) {
    self.init(
      firstInferenceMilliseconds: Double(result.firstNanoseconds) / 1e6, count: result.count,
      harnessOverheadNanoseconds: overhead)
  }
}
