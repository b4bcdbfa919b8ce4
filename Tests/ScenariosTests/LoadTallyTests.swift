import AssayCore
import Scenarios
import Testing

@Suite struct LoadTallyTests {
  /// One stream whose inferences take 10 ms, so that it breaks at 100 queries a second.
  private func ramp(from first: Double, to last: Double, seconds: Double = 20) throws -> LoadReport {
    let due = try ArrivalTimes.times(of: ArrivalPattern(from: first, to: last, seconds: seconds), seed: 1)
    var tally = LoadTally(due: due, seconds: seconds)
    var free: UInt64 = 0
    for time in due {
      let start = max(time, free)
      free = start + 10_000_000
      tally.add(due: time, started: start, ended: free)
    }
    return tally.report(isRamp: first != last)
  }

  @Test func `A ramp breaks where queries come faster than they are done`() throws {
    let rate = try #require(try ramp(from: 10, to: 200).breaksAt)
    #expect(rate > 95 && rate < 125)
  }

  @Test func `A ramp below what the model can do does not break`() throws {
    let report = try ramp(from: 10, to: 80)
    #expect(report.breaksAt == nil)
    #expect(report.curve.allSatisfy { $0.p99 == 10 })
    #expect(report.dropped == 0)
  }

  @Test func `A disturbance at the end of a ramp is no break`() throws {
    let due = try ArrivalTimes.times(of: ArrivalPattern(from: 10, to: 80, seconds: 20), seed: 1)
    var tally = LoadTally(due: due, seconds: 20)
    for time in due {
      let wait: UInt64 = time > 19_100_000_000 ? 50_000_000 : 0
      tally.add(due: time, started: time + wait, ended: time + wait + 10_000_000)
    }
    #expect(tally.report(isRamp: true).breaksAt == nil)
  }

  @Test func `The rate of each piece is that at which queries arrived`() throws {
    let curve = try ramp(from: 10, to: 200).curve
    #expect(curve.count == 20)
    #expect(abs(curve[0].rate - 14.75) < 1.1)
    #expect(abs(curve[19].rate - 195.25) < 1.1)
  }

  @Test func `Queries that were never done count as dropped`() {
    var tally = LoadTally(due: Array(stride(from: 0, to: 100, by: 1)).map { $0 * 1_000_000 }, seconds: 0.1)
    for index in stride(from: UInt64(0), to: 100, by: 2) {
      tally.add(due: index * 1_000_000, started: index * 1_000_000, ended: index * 1_000_000 + 1000)
    }
    let report = tally.report(isRamp: false)
    #expect(report.dropped == 50)
    #expect(report.curve.reduce(0) { $0 + $1.dropped } == 50)
    #expect(report.completedPerSecond == 500)
    #expect(report.arrivedPerSecond == 1000)
  }

  @Test func `Times from a damaged log make no trap`() {
    var tally = LoadTally(due: [0, .max], seconds: -1)
    tally.add(due: .max, started: 0, ended: 5)
    #expect(tally.report(isRamp: true).queries == 2)
    var short = LoadTally(due: [0], seconds: 1e300)
    short.add(due: .max, started: 0, ended: .max)
    #expect(short.report(isRamp: false).dropped == 0)
  }
}
