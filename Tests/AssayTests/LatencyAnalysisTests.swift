import AssayCore
import Foundation
import RecordLog
import Testing

@testable import Assay

@Suite("A measurement with a weakness has a warning, and others have none")
struct LatencyAnalysisTests {
  /// The warnings of a run whose inferences take so many microseconds.
  private func warnings(_ microseconds: [Double]) throws -> [Warning] {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).records").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var writer = try RecordLogWriter(creating: path, expectedCount: microseconds.count)
    var start: UInt64 = 0
    for value in microseconds {
      if !writer.hasRoom { try writer.makeRoom() }
      let duration = UInt64(value * 1000)
      writer.append(start: start, duration: duration)
      start += duration
    }
    try writer.finish()
    return try #require(try LatencyAnalysis(CountedRecords(path))).warnings
  }

  /// About 1 ms, with up to `jitter` to both sides, without a trend.
  private func noise(_ count: Int, jitter: Double = 0.02) -> [Double] {
    var random = SplitMix64(seed: 3)
    return (0..<count).map { _ in 1000 * (1 + Double.random(in: -jitter...jitter, using: &random)) }
  }

  @Test("A steady run has no warning")
  func steady() throws { #expect(try warnings(noise(1000)).isEmpty) }

  @Test("Latencies that vary by over 2.5 % are noisy")
  func variation() throws {
    // A uniform distribution of half width w deviates by w / √3.
    #expect(try warnings(noise(1000, jitter: 0.042)).isEmpty)
    let found = try warnings(noise(1000, jitter: 0.1))
    guard found.count == 1, case .latencyVariation(let coefficient) = found[0] else {
      Issue.record("not one warning of noise: \(found)")
      return
    }
    #expect(abs(coefficient - 0.1 / 3.0.squareRoot()) < 0.003)
  }

  @Test("One inference that takes 50 % longer is an outlier, but not among fewer than 20")
  func outliers() throws {
    var run = noise(2000)
    run[700] = 1500
    #expect(try warnings(run) == [.outliers(extreme: 1, tukey: 1, count: 2000)])
    let few = Array(run[690..<708])
    #expect(try !warnings(few).contains { $0.code == .outliers })
  }

  @Test("A first tenth that is over 5 % slower is a slow start, but not in fewer than 100 inferences")
  func slowStart() throws {
    func run(_ count: Int, factor: Double) -> [Double] {
      noise(count, jitter: 0.005).enumerated().map { $0 < count / 10 ? $1 * factor : $1 }
    }
    let found = try warnings(run(1000, factor: 1.08))
    #expect(
      found.contains { if case .slowStart(let change) = $0 { abs(change - 0.08) < 0.005 } else { false } }, "\(found)")
    #expect(try !warnings(run(1000, factor: 1.03)).contains { $0.code == .slowStart })
    #expect(try !warnings(run(90, factor: 1.08)).contains { $0.code == .slowStart })
  }

  @Test("A rise or fall of over 2.5 % is a drift; a smaller one is not", arguments: [0.05, -0.05])
  func drift(change: Double) throws {
    func run(_ change: Double) -> [Double] {
      noise(2000, jitter: 0.002).enumerated().map { $1 * (1 + change * Double($0) / 2000) }
    }
    let found = try warnings(run(change))
    #expect(
      found.contains { if case .drift(let drift) = $0 { (drift > 0) == (change > 0) } else { false } }, "\(found)")
    #expect(try !warnings(run(change / 4)).contains { $0.code == .drift })
  }

  @Test("A log without a record has no figures")
  func empty() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).records").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try RecordLogWriter(creating: path, expectedCount: 1)
    try writer.finish()
    #expect(try LatencyAnalysis(CountedRecords(path)) == nil)
  }
}
