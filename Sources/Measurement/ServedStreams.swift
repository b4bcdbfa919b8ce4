public import AssayCore
public import EngineKit
import Platform

/// Sessions for streams, made as the engine serves them best.
public struct ServedStreams<Session: InferenceSession> {
  public let pool: SessionPool<Session>
  public let service: StreamService
  /// What each service gave, where the engine has several; `nil` for the only one.
  public private(set) var trials: [StreamTrial]?
  /// The first inference of all.
  public let first: WarmUp.Result
  /// From opening the model file to the last session, in nanoseconds.
  public let loadNanoseconds: UInt64

  /// Makes a session for each stream. Where the engine can also give each stream a compiled model of its own, both are tried, and the faster one
  /// is kept.
  public init<E: Engine>(
    _ count: Int, _ loaded: LoadedModel<E.Model>, by engine: E, seed: UInt64, stop: StopFlag
  ) throws(AssayError) where E.Model.Session == Session {
    let services = engine.description.streams
    let start = MonotonicClock.now()
    let fill: @Sendable (Session, Int) throws(AssayError) -> Void = { [values = loaded.values] session, _ in
      values.fill(session, seed: seed)
    }
    let shared = try SessionPool(loaded.model, count: count, prepare: fill)
    let loadNanoseconds = loaded.compileNanoseconds + MonotonicClock.now() - start
    first = try shared.perform { session throws(AssayError) in try WarmUp.run(session, rule: .once, stop: stop) }
    let service = services.first ?? .ownSessions
    guard count > 1, services.dropFirst().contains(.ownSessions) else {
      (pool, self.service, self.loadNanoseconds) = (shared, service, loadNanoseconds)
      return
    }
    var spec = loaded.spec
    spec.streams = 1
    let ownStart = MonotonicClock.now()
    let own = try SessionPool(
      count: count, models: { [spec] (_) throws(AssayError) -> E.Model in try engine.compile(spec) }, prepare: fill)
    let ownNanoseconds = MonotonicClock.now() - ownStart
    // There and back, so that a slow change of the machine's speed helps neither.
    let rates = try [shared, own, own, shared].map { pool throws(AssayError) in try Self.rate(pool, stop) }
    let (ofShared, ofOwn) = ((rates[0] + rates[3]) / 2, (rates[1] + rates[2]) / 2)
    trials = [
      StreamTrial(service: service, inferencesPerSecond: ofShared),
      StreamTrial(service: .ownSessions, inferencesPerSecond: ofOwn),
    ]
    let isOwn = ofOwn > ofShared
    (pool, self.service) = isOwn ? (own, .ownSessions) : (shared, service)
    self.loadNanoseconds = isOwn ? ownNanoseconds : loadNanoseconds
  }

  private static var trialSeconds: Double { 0.25 }

  /// Inferences a second of all streams in a short time.
  private static func rate(_ pool: SessionPool<Session>, _ stop: StopFlag) throws(AssayError) -> Double {
    var rule = RepetitionRule()
    (rule.warmUpCount, rule.warmUpSeconds) = (1, trialSeconds)
    let rates = try pool.performOnAll(patience: 60) { [rule] session, _ throws(AssayError) in
      let start = MonotonicClock.now(for: session)
      let count = try WarmUp.run(session, rule: rule, stop: stop).count
      return Double(count) / (Double(MonotonicClock.now(for: session) - start) / 1e9)
    }
    return rates.reduce(0, +)
  }
}

extension RepetitionRule {
  /// A single inference.
  static var once: RepetitionRule {
    var rule = RepetitionRule()
    (rule.warmUpCount, rule.warmUpSeconds) = (1, 0)
    return rule
  }
}
