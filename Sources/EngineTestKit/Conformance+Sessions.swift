import AssayCore
import EngineKit
import Glibc
import Platform
import Synchronization

/// What several threads found wrong.
private final class FoundFailures: Sendable {
  let sentences = Mutex<[String]>([])
}

extension Conformance {
  /// What must hold of sessions whatever the model: several of them, threads, errors in between.
  static func sessionCases(for description: EngineDescription, _ fixtures: Fixtures) -> [ConformanceCase] {
    let expectations = fixtures.expectations(for: description)
    var cases: [ConformanceCase] = []
    if let conv = expectations.first(where: { $0.model.hasPrefix("conv") }) ?? expectations.first {
      cases.append(threads(conv, fixtures))
      cases.append(independence(conv, fixtures))
      cases.append(sharing(conv, fixtures))
      cases.append(memory(conv, fixtures))
    }
    for mixed in expectations where mixed.model.hasPrefix("mixed") {
      cases.append(badIndex(mixed, fixtures))
    }
    return cases
  }

  private static func threads(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("It computes the same with one thread and with two") { engine, failures in
      for threads in [1, 2] {
        let session = try engine.makeSession(expectation.compileSpec(in: fixtures, threads: threads))
        session.fillInputs(seed: fixtures.seed)
        try session.infer()
        check(outputs: session, expectation, "Threads \(threads)", &failures)
      }
    }
  }

  private static func independence(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("Two sessions of one model do not share their tensors") { engine, failures in
      let first = try engine.makeSession(expectation.compileSpec(in: fixtures))
      let second = try engine.makeSession(expectation.compileSpec(in: fixtures))
      first.fillInputs(seed: fixtures.seed)
      try first.infer()
      second.fillInputs(seed: fixtures.seed + 1)
      try second.infer()
      check(outputs: first, expectation, "After the other session's inference", &failures)
      try first.infer()
      check(outputs: first, expectation, "Own inference again", &failures)
    }
  }

  private static func sharing(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("Sessions of one compiled model run on two threads at once") { engine, failures in
      func run<E: Engine>(_ engine: E) throws -> [String] {
        let model = try engine.compile(expectation.compileSpec(in: fixtures))
        let found = FoundFailures()
        try onTwoThreads { thread in
          var failures = Failures()
          do {
            let session = try model.makeSession()
            session.fillInputs(seed: fixtures.seed)
            for _ in 0..<20 { try session.infer() }
            check(outputs: session, expectation, "Thread \(thread)", &failures)
          } catch {
            failures.expect(false, "Thread \(thread): \(error)")
          }
          let sentences = failures.sentences
          found.sentences.withLock { $0 += sentences }
        }
        return found.sentences.withLock { $0 }
      }
      for failure in try run(engine) { failures.expect(false, failure) }
    }
  }

  private static func onTwoThreads(_ body: @escaping @Sendable (Int) -> Void) throws(AssayError) {
    let done = Alarm()
    for thread in 0..<2 {
      try DetachedThread.start("running sessions side by side") {
        body(thread)
        done.ring()
      }
    }
    for _ in 0..<2 { done.wait() }
  }

  private static func memory(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("Two hundred sessions one after the other leave no memory behind") { engine, failures in
      func openAndClose(times: Int) throws {
        for _ in 0..<times {
          let session = try engine.makeSession(expectation.compileSpec(in: fixtures))
          session.fillInputs(seed: fixtures.seed)
          try session.infer()
        }
      }
      try openAndClose(times: 50)
      let before = residentBytes()
      try openAndClose(times: 200)
      let growth = residentBytes() - before
      failures.expect(before > 0, "/proc/self/statm is not readable")
      failures.expect(growth < 4 << 20, "Resident memory grew by \(growth >> 10) KiB over 200 sessions")
    }
  }

  /// Engines differ in what an index outside of a table does: most report an error, OpenVINO answers with zeros.
  private static func badIndex(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("A failed inference of \(expectation.title) is an error that the session survives") {
      engine, failures in
      let session = try engine.makeSession(expectation.compileSpec(in: fixtures))
      session.fillInputs(seed: fixtures.seed)
      guard let index = session.inputs.firstIndex(where: { $0.type == .int32 }) else {
        return failures.expect(false, "The model has no int32 input")
      }
      session.inputBytes(at: index).storeBytes(of: Int32.max / 2, as: Int32.self)
      do {
        try session.infer()
      } catch let error as AssayError {
        failures.expectEqual(error.code, .inferenceFailed, "The error's code")
      }
      session.fillInputs(seed: fixtures.seed)
      try session.infer()
      check(outputs: session, expectation, "The inference after it", &failures)
    }
  }

  /// The resident set of this process, from the second number of /proc/self/statm, in pages; 0 where it is not readable.
  private static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
