import AssayCore
import EngineKit
import Foundation
import Measurement
import Synchronization
import TestSupport
import Testing

@Suite("Streams are served in the way of the engine that is faster here")
struct ServedStreamsTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("Both ways are tried, and the sessions of the one that lost are gone")
  func tried() throws {
    let engine = CountingEngine()
    let served = try serve(3, engine)
    let trials = try #require(served.trials)
    #expect(trials.map(\.service) == [.sharedSession, .ownSessions])
    #expect(trials.allSatisfy { ($0.inferencesPerSecond ?? 0) > 0 && $0.error == nil })
    #expect(engine.counts.sessions.load(ordering: .acquiring) == 3)
  }

  @Test("A single stream has nothing to try")
  func single() throws {
    let served = try serve(1, CountingEngine())
    #expect(served.trials == nil && served.service == .sharedSession)
  }

  @Test("Where streams can have no sessions of their own, they share one, and the reason is kept")
  func ownFails() throws {
    let served = try serve(3, CountingEngine(models: 2))
    #expect(served.service == .sharedSession)
    #expect(served.trials?.map(\.error?.message) == [nil, "Stream 2 of 3: No more models."])
    let streams = try served.pool.performOnAll(patience: 10) { (_, stream) throws(AssayError) in stream }
    #expect(streams == [0, 1, 2])
  }

  @Test("Where streams cannot share a session, each has its own")
  func sharedFails() throws {
    // The first inference succeeds.
    let served = try serve(3, CountingEngine(sharedInferences: 1))
    #expect(served.service == .ownSessions)
    #expect(served.trials?[0].error?.code == .inferenceFailed && served.trials?[1].error == nil)
  }

  @Test("Where neither works, the error of the first is reported")
  func bothFail() throws {
    let error = #expect(throws: AssayError.self) {
      _ = try serve(3, CountingEngine(sharedInferences: 1, ownInferences: 0))
    }
    #expect(error?.message.contains("of 3: No more inferences.") == true, "\(error?.message ?? "")")
  }

  private func serve(_ streams: Int, _ engine: CountingEngine) throws -> ServedStreams<CountingSession> {
    let path = try sandbox.write(Data("{}".utf8), to: "net.synthetic")
    var spec = CompileSpec(modelPath: path, format: .synthetic)
    spec.streams = streams
    let loaded = try LoadedModel(spec, by: engine, allowsFallback: true)
    var rule = RepetitionRule()
    rule.minimumSeconds = 0.1
    return try ServedStreams(streams, loaded, by: engine, seed: 1, rule: rule, stop: StopFlag())
  }
}

/// How many models may still be compiled, inferences may still be run, and sessions there are.
private final class Counts: Sendable {
  let models: Atomic<Int>
  let shared: Atomic<Int>
  let own: Atomic<Int>
  let sessions = Atomic(0)

  init(models: Int, shared: Int, own: Int) {
    self.models = Atomic(models)
    self.shared = Atomic(shared)
    self.own = Atomic(own)
  }
}

private struct CountingEngine: Engine {
  let description = EngineDescription(
    name: "counting", displayName: "Counting", formats: [.synthetic], streams: [.sharedSession, .ownSessions])
  let version = "1"
  let libraryPath: String? = nil
  let devices: [DeviceDescription] = []
  let counts: Counts

  init(models: Int = .max, sharedInferences: Int = .max, ownInferences: Int = .max) {
    counts = Counts(models: models, shared: sharedInferences, own: ownInferences)
  }

  func compile(_ spec: CompileSpec) throws(AssayError) -> CountingModel {
    guard counts.models.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 else {
      throw AssayError(.badModel, "No more models.")
    }
    return CountingModel(counts: counts, isShared: spec.streams > 1)
  }
}

private struct CountingModel: CompiledModel {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  let device = Target.defaultDevice
  let counts: Counts
  let isShared: Bool

  func makeSession() throws(AssayError) -> CountingSession { CountingSession(self) }
}

private final class CountingSession: InferenceSession {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  private let model: CountingModel

  init(_ model: CountingModel) {
    self.model = model
    model.counts.sessions.wrappingAdd(1, ordering: .releasing)
  }

  deinit { model.counts.sessions.wrappingSubtract(1, ordering: .releasing) }

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  func infer() throws(AssayError) {
    let left =
      model.isShared
      ? model.counts.shared.wrappingSubtract(1, ordering: .relaxed).oldValue
      : model.counts.own.wrappingSubtract(1, ordering: .relaxed).oldValue
    guard left > 0 else { throw AssayError(.inferenceFailed, "No more inferences.") }
    usleep(100)
  }
}
