import AssayCore
import Classification
import EngineKit
import FoundationEssentials
import Measurement

/// Measures one cell with an engine that is open, and reports each step to the parent.
struct CellMeasurer {
  let plan: CellPlan
  let channel: ProtocolChannel
  let commands: CommandListener

  private var stop: StopFlag { commands.stop }
  /// Threads that prepare images.
  private var lanes: Int { ProcessInfo.processInfo.activeProcessorCount }

  func measure(with engine: some Engine) throws(AssayError) {
    let overhead = try HarnessOverhead.measure(beside: plan.recordLogPath)
    let loaded = try LoadedModel(compileSpec, by: engine, allowsFallback: plan.options.allowFallback)
    let latency = LatencyMeasurement(logPath: plan.recordLogPath, stop: stop)
    let warmedUp = { (result: WarmUp.Result) in channel.send(.measuring(WarmUpResult(result, overhead: overhead))) }
    switch plan.workload {
    case .randomInputs(let rule):
      let session = try readySession(of: loaded)
      finish(try latency.run(session, rule: rule, resumption: plan.resumption, warmedUp: warmedUp))
    case .imageInputs(let rule, let images):
      let session = try readySession(of: loaded)
      var inputs = try ImageInputs(
        images, inputs: session.inputs, modelPath: plan.modelPath, format: plan.format, lanes: lanes, stop: stop)
      inputs.fill(session)
      finish(
        try latency.run(session, rule: rule, resumption: plan.resumption, warmedUp: warmedUp) { inputs.fill(session) })
    case .blocks(let warmUpSeconds):
      let session = try readySession(of: loaded)
      finish(
        try latency.runBlocks(
          session, warmUpSeconds: warmUpSeconds, warmedUp: warmedUp, nextBlock: commands.nextBlock,
          blockDone: { channel.send(.blockDone(firstRecord: $0, count: $1)) }))
    case .images(let images):
      finish(try classify(images, with: loaded, warmedUp: warmedUp), of: images)
    }
  }

  /// Overlapped runs use as many sessions of one thread as they were given threads: images do not wait for one another.
  private var isOverlapped: Bool {
    if case .images(let images) = plan.workload { images.timing == .overlapped } else { false }
  }

  private var compileSpec: CompileSpec {
    let options = plan.options
    return CompileSpec(
      modelPath: plan.modelPath, format: plan.format, device: plan.target.device,
      threads: isOverlapped ? 1 : options.threads, shapes: options.shapes, batch: options.batch)
  }

  private func readySession<Model: CompiledModel>(of loaded: LoadedModel<Model>) throws(AssayError) -> Model.Session {
    let (session, nanoseconds) = try loaded.makeSession(seed: plan.options.seed)
    channel.send(.sessionReady(ReadySession(loaded.model, loadNanoseconds: nanoseconds)))
    return session
  }

  private func classify(
    _ images: ImageWorkload, with loaded: LoadedModel<some CompiledModel>, warmedUp: (WarmUp.Result) -> Void
  ) throws(AssayError) -> AccuracyCounts {
    let classification = ImageClassification(
      images, modelPath: plan.modelPath, format: plan.format, recordLogPath: plan.recordLogPath, lanes: lanes,
      stop: stop)
    let counted = { (counts: AccuracyCounts) in channel.send(.counted(counts)) }
    guard isOverlapped else {
      return try classification.run(on: readySession(of: loaded), warmedUp: warmedUp, counted: counted)
    }
    return try classification.run(
      overlapped: loaded, sessions: plan.options.threads, seed: plan.options.seed,
      sessionReady: { [channel] in channel.send(.sessionReady(ReadySession(loaded.model, loadNanoseconds: $0))) },
      warmedUp: warmedUp, counted: counted)
  }

  private func finish(_ ending: TimedLoop.Ending) {
    finish(stoppedEarly: ending == .stopped, accuracy: nil)
  }

  private func finish(_ counts: AccuracyCounts, of images: ImageWorkload) {
    finish(stoppedEarly: stop.isRaised && counts.images + counts.unreadableCount < images.count, accuracy: counts)
  }

  private func finish(stoppedEarly: Bool, accuracy: AccuracyCounts?) {
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: stoppedEarly, peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: accuracy)))
  }
}

extension ReadySession {
  fileprivate init(_ model: some CompiledModel, loadNanoseconds: UInt64) {
    self.init(
      inputs: model.inputs, outputs: model.outputs, device: model.device,
      loadMilliseconds: Double(loadNanoseconds) / 1e6,
      warnings: model.fallbacks.map {
        CellWarning($0, advice: "these parts do not run on the device that was asked for.")
      })
  }
}

extension WarmUpResult {
  fileprivate init(_ result: WarmUp.Result, overhead: Double) {
    self.init(
      firstInferenceMilliseconds: Double(result.firstNanoseconds) / 1e6, count: result.count, outputs: result.outputs,
      harnessOverheadNanoseconds: overhead)
  }
}
