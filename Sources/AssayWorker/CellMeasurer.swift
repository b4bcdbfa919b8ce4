import AssayCore
import Classification
import EngineKit
import Engines
import FoundationEssentials
import Glibc
import Measurement
import Platform
import RecordLog

/// Measures one cell with an engine that is open, and tells the parent each step.
struct CellMeasurer {
  let spec: CellSpec
  let job: CellJob
  let channel: ProtocolChannel
  let commands: CommandListener

  private var stop: StopFlag { commands.stop }

  func measure(with engine: some Engine) throws(AssayError) {
    let overhead = try harnessOverhead()
    switch spec.measure {
    case .accuracy(let accuracy): try measure(accuracy, with: engine, overhead: overhead)
    case .latency(let rule):
      let session = try firstSession(with: engine, threads: spec.options.threads)
      if job.measuresInBlocks {
        try measureBlocks(session, rule: rule, overhead: overhead)
      } else {
        try measure(session, rule: rule, overhead: overhead)
      }
    case .stress(let stress):
      let session = try firstSession(with: engine, threads: spec.options.threads)
      let rule = job.resumePoint.map(stress.rule.remaining) ?? stress.rule
      guard let images = stress.images, let list = job.images else {
        return try measure(session, rule: rule, overhead: overhead)
      }
      var inputs = try ImageInputs(
        images, listed: list, for: session, modelPath: spec.model.path, format: try format(),
        lanes: ProcessInfo.processInfo.activeProcessorCount)
      inputs.fill(session)
      try measure(session, rule: rule, overhead: overhead) { inputs.fill(session) }
    }
  }

  private func format() throws(AssayError) -> ModelFormat {
    guard let format = spec.model.format else {
      throw AssayError(.protocolViolation, "The parent does not name the format of \(spec.model.path).")
    }
    return format
  }

  /// Makes the session, tells the parent of it, and fills its inputs.
  private func firstSession<E: Engine>(with engine: E, threads: Int) throws(AssayError) -> E.Session {
    let start = MonotonicClock.now()
    let session = try makeSession(with: engine, threads: threads)
    let loadNanoseconds = MonotonicClock.now() - start
    for (index, input) in session.inputs.enumerated() {
      RandomInputs.fill(session.inputBytes(at: index), spec: input, seed: spec.options.seed, inputIndex: index)
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
    let format = try format()
    guard E.description.formats.contains(format) else {
      let formats = E.description.formats.map(\.rawValue).sorted().joined(separator: ", ")
      throw AssayError(
        .unsupported, "\(E.description.displayName) does not read \(format.rawValue) models; it reads \(formats).",
        advice: "Engines that read it: \(EngineCatalogue.names(reading: format).joined(separator: ", "))")
    }
    let options = spec.options
    let session = try engine.makeSession(
      SessionSpec(
        modelPath: spec.model.path, format: format, device: spec.target.device, threads: threads,
        shapes: options.shapes, batch: options.batch))
    if !session.fallbacks.isEmpty && !options.allowFallback {
      throw AssayError(
        .deviceUnavailable,
        "\(spec.target) leaves parts of \(spec.model.path) to another device: \(session.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it all the same.")
    }
    return session
  }

  /// Overlapped runs have as many sessions of one thread as they were given threads: images do not wait for one another.
  private func measure(
    _ accuracy: AccuracyMeasure, with engine: some Engine, overhead: Double
  ) throws(AssayError) {
    guard let list = job.images else {
      throw AssayError(.protocolViolation, "The parent lists no images for \(spec.model.path).")
    }
    let threads = spec.options.threads
    let isOverlapped = accuracy.timing == .overlapped
    var sessions = [try firstSession(with: engine, threads: isOverlapped ? 1 : threads)]
    if isOverlapped { for _ in 1..<threads { sessions.append(try makeSession(with: engine, threads: 1)) } }
    let classification = ImageClassification(
      accuracy, of: spec.model, format: try format(), job: job, manifest: list,
      lanes: ProcessInfo.processInfo.activeProcessorCount, stop: stop)
    let counts = try classification.run(on: sessions) { warmUp in
      channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    } counted: {
      channel.send(.counted($0))
    }
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: stop.isRaised && counts.images + counts.unreadableCount < list.count,
          peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: counts)))
  }

  private func measure(
    _ session: some InferenceSession, rule: RepetitionRule, overhead: Double, prepare: () -> Void = {}
  ) throws(AssayError) {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try recordLog(expectedCount: Self.expectedCount(rule, after: warmUp))
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let origin = MonotonicClock.now() &- (job.resumePoint?.nanoseconds ?? 0)
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
    guard let point = job.resumePoint else {
      return try RecordLogWriter(creating: job.recordLogPath, expectedCount: expectedCount)
    }
    let log = try RecordLogWriter(appendingTo: job.recordLogPath, expectedCount: expectedCount)
    guard log.count == UInt64(point.count) else {
      throw AssayError(
        .inputOutput, "Another assay has gone on with the record log \(job.recordLogPath) meanwhile.",
        advice: "Try again: it goes on from where that one ended.")
    }
    return log
  }

  /// Blocks go into one log, with starts counted from the end of warm-up, so that the log tells when each block ran.
  private func measureBlocks(
    _ session: some InferenceSession, rule: RepetitionRule, overhead: Double
  ) throws(AssayError) {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try RecordLogWriter(creating: job.recordLogPath, expectedCount: Self.expectedCount(rule, after: warmUp))
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let origin = MonotonicClock.now()
    var ending = TimedLoop.Ending.complete
    while ending == .complete, let block = commands.nextBlock() {
      let first = log.count
      ending = try TimedLoop.run(session, rule: block, since: origin, into: &log, stop: stop)
      if ending == .complete { channel.send(.blockDone(RecordRange(first: Int(first), count: Int(log.count - first)))) }
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
    let path = job.recordLogPath + ".null"
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
