import AssayCore
import EngineKit
import Engines
import Glibc
import Measurement
import RecordLog

/// Measures one cell with an engine that is open, and tells the parent each step.
struct CellMeasurer {
  let plan: CellPlan
  let channel: ProtocolChannel
  let stop: StopFlag

  func measure(with engine: some Engine) throws(AssayError) {
    let overhead = try harnessOverhead()
    let session = try makeSession(with: engine)
    switch plan.workload {
    case .randomInputs(let rule): try measure(session, rule: rule, overhead: overhead)
    case .images(let images):
      try ImageClassification(workload: images, plan: plan, channel: channel, stop: stop)
        .run(session, overhead: overhead)
    }
  }

  private func makeSession<E: Engine>(with engine: E) throws(AssayError) -> E.Session {
    guard E.description.formats.contains(plan.format) else {
      let formats = E.description.formats.map(\.rawValue).sorted().joined(separator: ", ")
      throw AssayError(
        .unsupported, "\(E.description.displayName) does not read \(plan.format.rawValue) models; it reads \(formats).",
        advice: "Engines that read it: \(EngineCatalogue.names(reading: plan.format).joined(separator: ", "))")
    }
    let options = plan.options
    let start = MonotonicClock.now()
    let session = try engine.makeSession(
      SessionSpec(
        modelPath: plan.modelPath, format: plan.format, device: plan.target.device, threads: options.threads,
        shapes: options.shapes, batch: options.batch))
    let loadNanoseconds = MonotonicClock.now() - start
    if !session.fallbacks.isEmpty && !options.allowFallback {
      throw AssayError(
        .deviceUnavailable,
        "\(plan.target) leaves parts of \(plan.modelPath) to another device: \(session.fallbacks.joined(separator: "; ")).",
        advice: "Give --allow-fallback to measure it all the same.")
    }
    for (index, input) in session.inputs.enumerated() {
      RandomInputs.fill(session.inputBytes(at: index), spec: input, seed: options.seed, inputIndex: index)
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

  private func measure(
    _ session: some InferenceSession, rule: RepetitionRule, overhead: Double
  ) throws(AssayError) {
    let warmUp = try WarmUp.run(session, rule: rule, stop: stop)
    var log = try RecordLogWriter(creating: plan.recordLogPath, expectedCount: Self.expectedCount(rule, after: warmUp))
    channel.send(.measuring(WarmUpResult(warmUp, overhead: overhead)))
    let ending = try TimedLoop.run(session, rule: rule, into: &log, stop: stop)
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
    return Int(min(max(inTime * 1.1, Double(rule.minimumCount)), Double(RecordLogWriter.maximumWindowCount)))
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
