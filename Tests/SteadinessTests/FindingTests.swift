import AssayCore
import Glibc
import RecordLog
import SimulatedRuns
import Steadiness
import Testing

@Suite("The analysis of a long run finds what happened, and no more")
struct FindingTests {
  @Test("A Raspberry Pi is steady: 93 % of inferences within 1065 ± 15 ms", arguments: [1, 2] as [UInt64])
  func raspberryPi(seed: UInt64) throws {
    let report = try Analysis.of(ThesisPattern.raspberryPi.run(seed: seed))
    #expect(Analysis.codes(report) == [])
    let steady = report.findings.compactMap { finding -> LatencyShare? in
      if case .steady(let steady) = finding.fact { steady.share } else { nil }
    }
    let share = try #require(steady.first)
    #expect(abs(share.center - 1065) <= 2 && abs(share.tolerance - 15) <= 3, "\(share)")
    #expect(abs(share.share - 0.93) < 0.02, "\(share)")
  }

  @Test("A Jetson spreads: one broad mode, 95 % within 0.752 ± 0.252 ms")
  func jetson() throws {
    let interval = CenteredInterval(center: 0.752, tolerance: 0.252)
    let report = try Analysis.of(
      ThesisPattern.jetson.run(seed: 1, seconds: 40), options: SteadinessOptions(shares: [interval]))
    #expect(Analysis.codes(report) == [])
    #expect(report.findings.contains { $0.code == .spread })
    #expect(report.modes.isEmpty)
    #expect(abs(try #require(report.shares.last).share - 0.95) < 0.005)
  }

  @Test("The slowest inferences of a Coral rise after 5/9 of the time while its median stays")
  func coral() throws {
    let report = try Analysis.of(ThesisPattern.coral.run(seed: 1, seconds: 1800))
    #expect(Analysis.codes(report) == [.shift])
    let shift = try #require(report.shifts.first)
    #expect(report.shifts.count == 1)
    #expect(shift.statistic == .p999 && shift.from < 10 && shift.to > 12 && shift.to < 13)
    #expect(abs(shift.at - 1000) < 20)
  }

  @Test("An NCS2 runs at four speeds, 11.85 % of the inferences at the fastest")
  func ncs2() throws {
    let report = try Analysis.of(ThesisPattern.ncs2.run(seed: 1, seconds: 3600))
    #expect(Analysis.codes(report) == [.modes])
    #expect(report.modes.count == 4)
    for (mode, center) in zip(report.modes, [23.7, 26.4, 29.6, 33.9]) {
      #expect(abs(mode.center / center - 1) < 0.01)
      #expect(mode.activity.count == report.envelope.count)
    }
    #expect(abs(try #require(report.modes.first).share - 0.1185) < 0.03)
  }

  @Test("A shift of 30 % at 6000 s is located within 30 s, one of 3 % is found", arguments: [0.3, 0.03, -0.1])
  func shift(change: Double) throws {
    let run = NoiseRun(.white, seed: 5, base: 300, shift: NoiseRun.Shift(time: 6000, change: change))
    let report = try Analysis.of(run)
    #expect(Analysis.codes(report) == [.shift])
    let shift = try #require(report.shifts.first)
    #expect(report.shifts.count == 1)
    #expect(abs(shift.at - 6000) <= (change == 0.3 ? 30 : 120))
    #expect(abs(shift.change - change) < 0.01)
    #expect(shift.changeRange[0] <= change && change <= shift.changeRange[1])
    #expect(shift.atRange[0] <= 6000 && 6000 <= shift.atRange[1])
  }

  @Test("Stationary noise is not a finding", arguments: NoiseRun.Noise.allCases)
  func noise(_ noise: NoiseRun.Noise) throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let report = try Analysis.of(NoiseRun(noise, seed: seed, base: 500))
      #expect(Analysis.codes(report) == [], "seed \(seed): \(report.findings)")
    }
  }

  @Test("A slow drift is a trend and no staircase of shifts", arguments: [0.02, -0.01])
  func drift(change: Double) throws {
    let report = try Analysis.of(NoiseRun(.white, seed: 1, base: 300, drift: change))
    #expect(Analysis.codes(report) == [.trend])
    let trend = try #require(report.trend)
    #expect(abs(trend.millisecondsPerHour / 300 - change) < 0.002)
    #expect(trend.range[0] < trend.millisecondsPerHour && trend.millisecondsPerHour < trend.range[1])
  }

  @Test("A run that begins slower has a slow start")
  func slowStart() throws {
    let report = try Analysis.of(
      ScriptedRun(seconds: 3600, expectedCount: 36_000) { time, random in
        (100 + (time < 60 ? 20 : 0)) * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(report) == [.slowStart])
    let start = try #require(report.slowStart)
    #expect(abs(start.endsAt - 60) < 6 && abs(start.from - 120) < 1 && abs(start.to - 100) < 1)
  }

  @Test("Slow inferences every ten seconds are stalls; as many at random times are not")
  func stalls() throws {
    var next = 5.0
    let regular = try Analysis.of(
      ScriptedRun(seconds: 1800, expectedCount: 90_000) { time, random in
        if time >= next {
          next += 10
          return 80
        }
        return 20 * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(regular) == [.stalls])
    let stalls = try #require(regular.stalls)
    #expect(abs(stalls.periodSeconds - 10) < 0.05 && abs(stalls.latency - 80) < 0.1 && stalls.count > 170)

    let random = try Analysis.of(
      ScriptedRun(seconds: 1800, expectedCount: 90_000) { _, random in
        random.uniform() < 0.002 ? 80 : 20 * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(random) == [])
  }

  @Test("Slow inferences one after the other are one stall, however long it takes")
  func burst() throws {
    let report = try Analysis.of(
      ScriptedRun(seconds: 300, expectedCount: 300_000) { time, random in
        // Every 6 s, four of them.
        time.truncatingRemainder(dividingBy: 6) < 0.065 ? 20 : 1 + 0.02 * random.normal()
      })
    let period = report.stalls?.periodSeconds
    #expect(period.map { abs($0 - 6) < 0.1 } == true, "\(period ?? 0) s")
  }

  @Test("A device that is slowed down every few minutes runs at two speeds, rather than shifting each time")
  func squareWave() throws {
    let report = try Analysis.of(
      ScriptedRun(seconds: 10_800, expectedCount: 30_000) { time, random in
        (Int(time / 600) % 2 == 0 ? 300 : 390) * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(report) == [.modes], "\(report.findings)")
    #expect(report.modes.count == 2)
  }

  @Test("A device that warms up towards a plateau has a trend, and none of its speeds is a mode")
  func plateau() throws {
    let report = try Analysis.of(
      ScriptedRun(seconds: 10_800, expectedCount: 30_000) { time, random in
        300 * (1.1 - 0.1 * exp(-time / 2400)) * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(report) == [.trend], "\(report.findings)")
  }

  @Test("A level that is left and taken up again is two shifts; one that changes within a minute is one")
  func upAndDown() throws {
    let twice = try Analysis.of(
      ScriptedRun(seconds: 10_800, expectedCount: 30_000) { time, random in
        (3000..<6000 ~= time ? 330 : 300) * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(twice) == [.shift] && twice.shifts.count == 2, "\(twice.findings)")
    let ramp = try Analysis.of(
      ScriptedRun(seconds: 10_800, expectedCount: 30_000) { time, random in
        300 * (1 + 0.1 * min(max(0, (time - 5000) / 60), 1)) * (1 + 0.02 * random.normal())
      })
    #expect(Analysis.codes(ramp) == [.shift] && ramp.shifts.count == 1, "\(ramp.findings)")
  }

  @Test("A short run is described, without a claim about changes")
  func short() throws {
    let report = Analysis.of(Analysis.records((0..<60).map { 10 + Double($0 % 3) / 100 }))
    #expect(report.findings.map(\.code) == [.steady])
    guard case .steady(let steady) = report.findings.first?.fact else { return }
    #expect(!steady.isSearched)
  }
}
