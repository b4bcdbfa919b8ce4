import AssayCore
import EngineKit
import Glibc
import Measurement
import Synchronization
import Testing

@Suite("A pool keeps each session on the thread that made it")
struct SessionPoolTests {
  @Test("All sessions work, each on its own thread only")
  func confinement() throws {
    let prepared = Mutex<[Int]>([])
    let pool = try SessionPool(TestModel(), count: 3) { session, number in
      prepared.withLock { $0.append(number) }
      #expect(session.isOnOwnThread)
    }
    #expect(prepared.withLock { $0 } == [0, 1, 2])
    let sums = Parallel.map(count: 300, lanes: 6, makeLane: { $0 }) { index, _ in
      try? pool.perform { session throws(AssayError) in
        #expect(session.isOnOwnThread)
        usleep(100)
        session.count += 1
        return index * 2
      }
    }
    #expect(sums == (0..<300).map { $0 * 2 })
  }

  @Test("An error of the work reaches the caller, and the session works on")
  func failure() throws {
    let pool = try SessionPool(TestModel(), count: 1) { _, _ in }
    let error = #expect(throws: AssayError.self) {
      try pool.perform { _ throws(AssayError) -> Int in throw AssayError(.inferenceFailed, "As asked.") }
    }
    #expect(error?.message == "As asked.")
    #expect(try pool.perform { $0.inputs.count } == 0)
  }

  @Test("A session that cannot be made or prepared is an error of the pool, and the other threads end")
  func start() throws {
    let error = #expect(throws: AssayError.self) {
      _ = try SessionPool(TestModel(), count: 4) { _, number throws(AssayError) in
        if number == 2 { throw AssayError(.badModel, "The third.") }
      }
    }
    #expect(error?.message == "Stream 3 of 4: The third.")
    #expect(throws: AssayError.self) { _ = try SessionPool(TestModel(isBroken: true), count: 1) { _, _ in } }
  }

  @Test("Sessions are gone once the pool is")
  func end() throws {
    let model = TestModel()
    do {
      _ = try SessionPool(model, count: 4) { _, _ in }
    }
    for _ in 0..<1000 where model.alive.load(ordering: .relaxed) > 0 { usleep(1000) }
    #expect(model.alive.load(ordering: .relaxed) == 0)
  }
}

/// Counts its living sessions.
private final class TestModel: CompiledModel {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  let device = Target.defaultDevice
  let alive = Atomic(0)
  private let isBroken: Bool

  init(isBroken: Bool = false) { self.isBroken = isBroken }

  func makeSession() throws(AssayError) -> TestSession {
    if isBroken { throw AssayError(.badModel, "It is broken.") }
    return TestSession(self)
  }
}

private final class TestSession: InferenceSession {
  let inputs: [TensorSpec] = []
  let outputs: [TensorSpec] = []
  var count = 0
  private let thread = pthread_self()
  private let model: TestModel

  init(_ model: TestModel) {
    self.model = model
    model.alive.add(1, ordering: .relaxed)
  }

  deinit { model.alive.subtract(1, ordering: .relaxed) }

  var isOnOwnThread: Bool { pthread_equal(thread, pthread_self()) != 0 }

  func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
  func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
  func infer() throws(AssayError) { count += 1 }
}
