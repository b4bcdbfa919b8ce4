import AssayCore
import Classification
import EngineKit
import Measurement
import Platform

/// Measures one cell with an engine that is open, and reports each step to the parent.
struct CellMeasurer {
  let spec: CellSpec
  let job: CellJob
  let channel: ProtocolChannel
  let commands: CommandListener
  let stops: StopReporter
  /// Sends what is recorded to a parent that does not see the files; `nil` for one that does.
  let outbound: OutboundRecords?

  var stop: StopFlag { commands.stop }
  /// Threads that prepare images.
  var lanes: Int { ProcessEnvironment.processors }

  func measure(with engine: some Engine) throws(AssayError) {
    let given = try GivenTensors(spec.options.given, contents: job.inputFiles)
    let loaded = try LoadedModel(
      spec.compileSpec(threads: isOverlapped ? 1 : spec.options.threads), given: given, by: engine,
      allowsFallback: spec.options.allowFallback)
    do throws(AssayError) {
      if let path = job.outputsPath {
        try capture(loaded, job.captures, writing: path)
      } else {
        try measure(loaded, by: engine)
      }
    } catch {
      throw loaded.values.explain(error, inputs: loaded.model.inputs)
    }
  }

  private func measure<E: Engine>(_ loaded: LoadedModel<E.Model>, by engine: E) throws(AssayError) {
    let overhead = try harnessOverhead()
    let latency = LatencyMeasurement(logPath: job.recordLogPath, stop: stop)
    let warmedUp = { (result: WarmUp.Result) in
      channel.send(.measuring(WarmUpResult(result, overhead: overhead)))
      outbound?.measurementBegan()
      if !result.isSimulated { stops.measurementBegan(at: job.resumePoint?.nanoseconds ?? 0) }
    }
    switch spec.measure {
    case .latency(let rule):
      let session = try readySession(of: loaded)
      let prepare = turns(of: session, loaded.values)
      guard job.measuresInBlocks else {
        return try finish(try latency.run(session, rule: rule, warmedUp: warmedUp, prepare: prepare))
      }
      try finish(
        try latency.runBlocks(
          session, rule: rule, warmedUp: warmedUp, nextBlock: nextBlock, blockDone: report, prepare: prepare))
    case .streams(let rule): try measureStreams(loaded, by: engine, rule, warmedUp: warmedUp)
    case .scenario(let scenario): try measureScenario(loaded, by: engine, scenario, warmedUp: warmedUp)
    case .load(let load): try measureLoad(loaded, by: engine, load, warmedUp: warmedUp)
    case .accuracy(let accuracy):
      let images = try images()
      try finish(try classify(images, accuracy, with: loaded, warmedUp: warmedUp), of: images)
    case .stress(let stress) where spec.recordsStreams:
      try measureStreams(loaded, by: engine, stress.rule, warmedUp: warmedUp)
    case .stress(let stress):
      let session = try readySession(of: loaded)
      let rule = job.resumePoint.map(stress.rule.remaining) ?? stress.rule
      guard let set = stress.images else {
        return try finish(
          try latency.run(
            session, rule: rule, resumption: job.resumePoint, warmedUp: warmedUp,
            prepare: turns(of: session, loaded.values)))
      }
      var inputs = try ImageInputs(
        try images(), of: set, inputs: session.inputs, at: loaded.values.imageInput, model: spec.model, lanes: lanes,
        stop: stop)
      inputs.fill(session)
      try finish(
        try latency.run(session, rule: rule, resumption: job.resumePoint, warmedUp: warmedUp) { inputs.fill(session) })
    }
  }

  /// Of the loop that measures this cell.
  private func harnessOverhead() throws(AssayError) -> Double {
    let path = spec.options.sandbox ? "\(job.scratchFolder)/records" : job.recordLogPath
    guard spec.recordsStreams else { return try HarnessOverhead.measure(beside: path) }
    let isScheduled =
      switch spec.measure {
      case .scenario(let scenario): scenario.scenario == .server
      case .load: true
      case .latency, .streams, .accuracy, .stress: false
      }
    return try HarnessOverhead.measure(streams: spec.options.streams, isScheduled: isScheduled, beside: path)
  }

  /// Gives the inputs that have several values the next of them.
  private func turns(of session: some InferenceSession, _ values: InputValues) -> () -> Void {
    guard values.takesTurns else { return {} }
    var turn = 0
    return {
      values.fill(session, turn: turn)
      turn += 1
    }
  }

  func images() throws(AssayError) -> ImageManifest {
    guard let images = job.images else {
      throw AssayError(.protocolViolation, "The parent lists no images for \(spec.model.path).")
    }
    return images
  }

  /// Overlapped runs use as many sessions of one thread as they were given threads: images do not wait for one another.
  private var isOverlapped: Bool {
    if case .accuracy(let accuracy) = spec.measure { accuracy.timing == .overlapped } else { false }
  }

  func readySession<Model: CompiledModel>(of loaded: LoadedModel<Model>) throws(AssayError) -> Model.Session {
    let (session, nanoseconds) = try loaded.makeSession(seed: spec.options.seed)
    channel.send(.sessionReady(ReadySession(loaded, loadNanoseconds: nanoseconds)))
    return session
  }

  private func classify(
    _ images: ImageManifest, _ accuracy: AccuracyMeasure, with loaded: LoadedModel<some CompiledModel>,
    warmedUp: (WarmUp.Result) -> Void
  ) throws(AssayError) -> AccuracyCounts {
    let classification = ImageClassification(
      accuracy, of: spec.model, job: job, images: images, lanes: lanes, stop: stop, heartbeat: stops.heartbeat)
    let counted = { (counts: AccuracyCounts) in channel.send(.counted(counts)) }
    guard isOverlapped else {
      return try classification.run(
        on: readySession(of: loaded), imageInput: loaded.values.imageInput, warmedUp: warmedUp, counted: counted)
    }
    return try classification.run(
      overlapped: loaded, sessions: spec.options.threads, seed: spec.options.seed,
      sessionReady: { [channel] in channel.send(.sessionReady(ReadySession(loaded, loadNanoseconds: $0))) },
      warmedUp: warmedUp, counted: counted)
  }

  func nextBlock() -> RepetitionRule? {
    stops.heartbeat.rest()
    defer { stops.heartbeat.resume() }
    return commands.nextBlock()
  }

  /// A failure to send the records of a block leaves a gap that the last call reports.
  func report(_ block: RecordRange) {
    stops.heartbeat.settle()
    try? outbound?.flush()
    channel.send(.blockDone(block))
  }

  private func finish(_ ending: TimedLoop.Ending) throws(AssayError) {
    try finish(stoppedEarly: ending == .stopped, accuracy: nil)
  }

  private func finish(_ counts: AccuracyCounts, of images: ImageManifest) throws(AssayError) {
    try finish(
      stoppedEarly: stop.isRaised && counts.preparedCount < images.count, accuracy: counts)
  }

  func finish(
    stoppedEarly: Bool, accuracy: AccuracyCounts?, streams: StreamFacts? = nil
  ) throws(AssayError) {
    stops.heartbeat.settle()
    try outbound?.end()
    channel.send(
      .finished(
        CellMeasurement(
          stoppedEarly: stoppedEarly, peakResidentBytes: ProcessMemory.peakResidentBytes(), accuracy: accuracy,
          streams: streams)))
  }
}

extension CellSpec {
  /// What its model is compiled from and for.
  func compileSpec(threads: Int) throws(AssayError) -> CompileSpec {
    guard let format = model.format else {
      throw AssayError(.protocolViolation, "The parent does not name the format of \(model.path).")
    }
    var compileSpec = CompileSpec(
      modelPath: model.path, format: format, device: target.device, threads: threads, shapes: options.shapes,
      batch: options.batch, signature: model.signature, engineOptions: options.engine)
    if recordsStreams { compileSpec.streams = options.streams }
    return compileSpec
  }
}

extension ReadySession {
  init(_ loaded: LoadedModel<some CompiledModel>, loadNanoseconds: UInt64) {
    let model = loaded.model
    self.init(
      inputs: model.inputs, outputs: model.outputs, device: model.device,
      loadMilliseconds: Double(loadNanoseconds) / 1e6, inputsChosen: loaded.values.choices,
      execution: model.execution.isEmpty ? nil : model.execution, warnings: loaded.warnings)
  }
}

extension WarmUpResult {
  fileprivate init(_ result: WarmUp.Result, overhead: Double) {
    self.init(
      firstInferenceMilliseconds: Double(result.firstNanoseconds) / 1e6, count: result.count, outputs: result.outputs,
      harnessOverheadNanoseconds: overhead, deviceMilliseconds: result.deviceMilliseconds)
  }
}
