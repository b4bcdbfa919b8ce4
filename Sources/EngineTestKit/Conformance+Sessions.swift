import AssayCore
import EngineKit
import Glibc

extension Conformance {
  /// What must hold of sessions whatever the model: several of them, threads, errors in between.
  static func sessionCases(for description: EngineDescription, _ fixtures: Fixtures) -> [ConformanceCase] {
    let expectations = fixtures.expectations(for: description.name)
    var cases: [ConformanceCase] = []
    if let conv = expectations.first(where: { $0.model.hasPrefix("conv") }) ?? expectations.first {
      cases.append(threads(conv, fixtures))
      cases.append(independence(conv, fixtures))
      cases.append(memory(conv, fixtures))
    }
    for mixed in expectations where mixed.model.hasPrefix("mixed") {
      cases.append(badIndex(mixed, fixtures))
    }
    return cases
  }

  private static func threads(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("It computes the same with one thread and with two") { engine, findings in
      for threads in [1, 2] {
        let session = try engine.makeSession(expectation.sessionSpec(in: fixtures, threads: threads))
        fillInputs(of: session, seed: fixtures.seed)
        try session.infer()
        check(outputs: session, expectation, "Threads \(threads)", &findings)
      }
    }
  }

  private static func independence(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("Two sessions of one model do not share their tensors") { engine, findings in
      let first = try engine.makeSession(expectation.sessionSpec(in: fixtures))
      let second = try engine.makeSession(expectation.sessionSpec(in: fixtures))
      fillInputs(of: first, seed: fixtures.seed)
      try first.infer()
      fillInputs(of: second, seed: fixtures.seed + 1)
      try second.infer()
      check(outputs: first, expectation, "After the other session's inference", &findings)
      try first.infer()
      check(outputs: first, expectation, "Own inference again", &findings)
    }
  }

  private static func memory(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("Two hundred sessions one after the other leave no memory behind") { engine, findings in
      func openAndClose(times: Int) throws {
        for _ in 0..<times {
          let session = try engine.makeSession(expectation.sessionSpec(in: fixtures))
          fillInputs(of: session, seed: fixtures.seed)
          try session.infer()
        }
      }
      try openAndClose(times: 50)
      let before = residentBytes()
      try openAndClose(times: 200)
      let growth = residentBytes() - before
      findings.expect(before > 0, "/proc/self/statm is not readable")
      findings.expect(growth < 4 << 20, "Resident memory grew by \(growth >> 10) KiB over 200 sessions")
    }
  }

  /// Engines differ in what an index outside of a table does: most report an error, OpenVINO answers with zeros.
  private static func badIndex(_ expectation: Expectation, _ fixtures: Fixtures) -> ConformanceCase {
    ConformanceCase("A failed inference of \(expectation.title) is an error that the session survives") {
      engine, findings in
      let session = try engine.makeSession(expectation.sessionSpec(in: fixtures))
      fillInputs(of: session, seed: fixtures.seed)
      guard let index = session.inputs.firstIndex(where: { $0.type == .int32 }) else {
        return findings.expect(false, "The model has no int32 input")
      }
      session.inputBytes(at: index).storeBytes(of: Int32.max / 2, as: Int32.self)
      do {
        try session.infer()
      } catch let error as AssayError {
        findings.expectEqual(error.code, .inferenceFailed, "The error's code")
      }
      fillInputs(of: session, seed: fixtures.seed)
      try session.infer()
      check(outputs: session, expectation, "The inference after it", &findings)
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
