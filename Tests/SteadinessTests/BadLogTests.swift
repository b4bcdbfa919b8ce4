import AssayCore
import Foundation
import RecordLog
import Steadiness
import Testing

@Suite("A bad log is analysed as far as possible, and its problems are listed")
struct BadLogTests {
  private static let year: UInt64 = 365 * 86_400 * 1_000_000_000
  private let good = Analysis.records((0..<2000).map { 10 + Double($0 % 7) / 10 })

  @Test("No inferences")
  func empty() {
    let report = Analysis.of([] as [InferenceRecord])
    #expect(report.count == 0 && report.latency == nil && report.findings.isEmpty)
    #expect(report.problems == [.noInferences])
    #expect(Analysis.isFinite(report))
  }

  @Test("One inference, two, and all of one length", arguments: [[5.0], [5, 6], Array(repeating: 5, count: 3000)])
  func few(milliseconds: [Double]) {
    let report = Analysis.of(Analysis.records(milliseconds), options: SteadinessOptions(discardAbove: 1))
    #expect(report.count == milliseconds.count && report.problems.isEmpty)
    #expect(report.latency?.minimum == 5)
    #expect(Analysis.codes(report) == [])
    #expect(Analysis.isFinite(report))
  }

  @Test("Durations of zero")
  func zeros() {
    let report = Analysis.of((0..<3000).map { InferenceRecord(start: $0, duration: 0) })
    #expect(report.count == 3000 && report.latency?.maximum == 0)
    #expect(Analysis.isFinite(report))
  }

  @Test("Impossible durations are left out and counted")
  func absurdDurations() {
    var records = good
    records[7] = InferenceRecord(start: records[7].start, duration: .max)
    records[900] = InferenceRecord(start: records[900].start, duration: Self.year)
    let report = Analysis.of(records)
    #expect(report.count == 1998)
    #expect(report.latency.map { $0.maximum < 11 } ?? false)
    #expect(report.problems == [.impossibleDurations(count: 2)])
    #expect(Analysis.isFinite(report))
  }

  @Test("A clock that was set back or forward costs one gap, and a single wild start two")
  func clockSteps() {
    func shifted(from index: Int, by offset: UInt64) -> [InferenceRecord] {
      good.enumerated().map { $0 < index ? $1 : InferenceRecord(start: $1.start &+ offset, duration: $1.duration) }
    }
    let plain = Analysis.of(good)
    let back = Analysis.of(shifted(from: 1000, by: 0 &- 5_000_000_000))
    #expect(back.problems == [.backwardStarts(count: 1)])
    let ahead = Analysis.of(shifted(from: 1000, by: 40 * Self.year))
    #expect(ahead.problems == [.longGaps(count: 1)])
    for report in [back, ahead] {
      #expect(report.count == plain.count && abs(report.seconds - plain.seconds) < 0.1)
      #expect(Analysis.isFinite(report))
    }
    for wild in [0, 60 * Self.year, .max] as [UInt64] {
      var records = good
      records[1500] = InferenceRecord(start: wild, duration: records[1500].duration)
      let report = Analysis.of(records)
      #expect(report.count == 2000 && abs(report.seconds - plain.seconds) < 0.1)
      #expect((1...2).contains(report.problems.count), "\(report.problems)")
      #expect(Analysis.isFinite(report))
    }
  }

  @Test("Pauses of weeks, for longer than 64 bits of nanoseconds hold")
  func centuries() {
    let weeks: UInt64 = 29 * 86_400 * 1_000_000_000
    let report = Analysis.of((0..<9000).map { InferenceRecord(start: $0 &* weeks, duration: 1000) })
    #expect(report.count == 9000 && !report.problems.isEmpty)
    #expect(Analysis.isFinite(report))
  }

  @Test("Random bytes give neither a crash nor NaN")
  func garbage() {
    for seed in 0..<6 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let records = (0..<3000).map { _ in
        InferenceRecord(
          start: random.next() >> UInt64(random.next() % 64), duration: random.next() >> UInt64(random.next() % 64))
      }
      let report = Analysis.of(records, options: SteadinessOptions(discardAbove: .nan))
      #expect(Analysis.isFinite(report))
      #expect(!report.problems.isEmpty)
      #expect(report.envelope.count <= 8001)
    }
  }

  @Test("A log file that was cut short says how much is missing; one with wild times is read as well as from memory")
  func files() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).records").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var writer = try RecordLogWriter(creating: path, expectedCount: good.count)
    for (index, record) in good.enumerated() {
      if !writer.hasRoom { try writer.makeRoom() }
      writer.append(start: index == 1999 ? .max : record.start, duration: record.duration)
    }
    try writer.finish()
    let whole = try SteadinessAnalysis.analyze(RecordLogReader(opening: path))
    #expect(whole.count == 2000 && whole.problems.count == 1)
    #expect(abs(whole.seconds - Analysis.of(good).seconds) < 0.1)

    try #require(truncate(path, 4096 + 16 * 500 + 3) == 0)
    let cut = try SteadinessAnalysis.analyze(RecordLogReader(opening: path))
    #expect(cut.count == 500)
    #expect(cut.problems == [.truncated(expected: 2000, found: 500)])
  }
}
