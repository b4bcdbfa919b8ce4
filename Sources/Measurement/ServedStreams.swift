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
  /// is kept. The other is gone before this returns.
  public init<E: Engine>(
    _ count: Int, _ loaded: LoadedModel<E.Model>, by engine: E, seed: UInt64, rule: RepetitionRule, stop: StopFlag
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
    let own: SessionPool<Session>
    let ownStart = MonotonicClock.now()
    do throws(AssayError) {
      own = try Self.ownSessions(count, of: loaded, by: engine, fill: fill)
    } catch {
      // It takes more memory than one for all.
      trials = [StreamTrial(service: service), StreamTrial(service: .ownSessions, error: error)]
      (pool, self.service, self.loadNanoseconds) = (shared, service, loadNanoseconds)
      return
    }
    let ownNanoseconds = MonotonicClock.now() - ownStart
    let found = try Self.measure([(service, shared), (.ownSessions, own)], seconds: Self.trialSeconds(rule), stop)
    trials = found
    let isOwn = found[0].error != nil || (found[1].inferencesPerSecond ?? 0) > (found[0].inferencesPerSecond ?? 0)
    (isOwn ? shared : own).end()
    (pool, self.service) = isOwn ? (own, .ownSessions) : (shared, service)
    self.loadNanoseconds = isOwn ? ownNanoseconds : loadNanoseconds
  }

  private static func ownSessions<E: Engine>(
    _ count: Int, of loaded: LoadedModel<E.Model>, by engine: E,
    fill: @escaping @Sendable (Session, Int) throws(AssayError) -> Void
  ) throws(AssayError) -> SessionPool<Session> where E.Model.Session == Session {
    var spec = loaded.spec
    spec.streams = 1
    return try SessionPool(
      count: count, models: { [spec] (_) throws(AssayError) -> E.Model in try engine.compile(spec) }, prepare: fill)
  }

  /// Tries both services there and back, so that a slow change of the machine's speed helps neither. One that fails is left out.
  private static func measure(
    _ pools: [(service: StreamService, pool: SessionPool<Session>)], seconds: Double, _ stop: StopFlag
  ) throws(AssayError) -> [StreamTrial] {
    var rates = pools.map { _ in [Double]() }
    var trials = pools.map { StreamTrial(service: $0.service) }
    for index in [0, 1, 1, 0] where trials[index].error == nil {
      do throws(AssayError) {
        rates[index].append(try rate(pools[index].pool, seconds: seconds, stop))
      } catch {
        // What hangs keeps running beside the other.
        if error.code == .timedOut { throw error }
        trials[index].error = error
      }
    }
    for index in pools.indices where trials[index].error == nil {
      trials[index].inferencesPerSecond = rates[index].reduce(0, +) / Double(rates[index].count)
    }
    if let error = trials[0].error, trials.allSatisfy({ $0.error != nil }) { throw error }
    return trials
  }

  /// Of a trial: short beside the measurement.
  private static func trialSeconds(_ rule: RepetitionRule) -> Double { min(max(rule.minimumSeconds / 12, 0.05), 0.25) }

  /// Inferences a second of all streams in a short time.
  private static func rate(
    _ pool: SessionPool<Session>, seconds: Double, _ stop: StopFlag
  ) throws(AssayError) -> Double {
    var rule = RepetitionRule()
    (rule.warmUpCount, rule.warmUpSeconds) = (1, seconds)
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
