import AssayCore
import EngineKit
import Measurement

extension CellMeasurer {
  /// Runs the streams of the cell side by side, served as the engine does it best.
  ///
  /// - Parameters:
  ///   - sampleCount: of the performance set of a scenario.
  ///   - prepare: fills the inputs of an inference, by its number, as a part of the query; `nil` gives inputs with several values the next of them,
  ///     in a closed loop outside the timing.
  func measureStreams<E: Engine>(
    _ loaded: LoadedModel<E.Model>, by engine: E, arriving arrivals: Arrivals = .closed, _ rule: RepetitionRule,
    sampleCount: Int? = nil, warmedUp: (WarmUp.Result) -> Void,
    prepare: (@Sendable (E.Model.Session, UInt32) -> Void)? = nil
  ) throws(AssayError) {
    let count = spec.options.streams
    let served = try ServedStreams(count, loaded, by: engine, seed: spec.options.seed, rule: rule, stop: stop)
    if served.trials != nil { ProcessMemory.forgetPeak() }
    channel.send(.sessionReady(ReadySession(loaded, loadNanoseconds: served.loadNanoseconds)))
    let values = loaded.values
    let takesTurns = values.takesTurns
    let streams = StreamMeasurement(
      served.pool, first: served.first, logPath: job.recordLogPath, stop: stop, timesInputs: prepare != nil
    ) { session, query in
      if let prepare { prepare(session, query) } else if takesTurns { values.fill(session, turn: Int(query)) }
    }
    let outcome =
      job.measuresInBlocks
      ? try streams.runBlocks(rule: rule, warmedUp: warmedUp, nextBlock: nextBlock, blockDone: report)
      : try streams.run(
        arrivals, rule: job.resumePoint.map(rule.remaining) ?? rule, resumption: job.resumePoint, warmedUp: warmedUp)
    var facts = StreamFacts(
      service: served.service, trials: served.trials, wallSeconds: Double(outcome.wallNanoseconds) / 1e9,
      processorSeconds: Double(outcome.processorNanoseconds) / 1e9)
    facts.sampleCount = sampleCount
    if case .scheduled = arrivals {
      facts.droppedCount = outcome.droppedCount
      facts.spunSeconds = Double(outcome.spunNanoseconds) / 1e9
    }
    try finish(stoppedEarly: outcome.ending == .stopped, accuracy: nil, streams: facts)
  }
}
