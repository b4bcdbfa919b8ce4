import AssayCore
import SimulatedRuns
import Steadiness

/// A kind of run, and the findings that the analysis must report.
struct DetectionCase: Sendable {
  let name: String
  /// How often the analysis must be right.
  let asked: String
  let run: @Sendable (_ seed: UInt64) -> any SimulatedRun
  /// The codes of the findings to expect, without the mere descriptions.
  let expected: Set<Finding.Code>
  var check: @Sendable (SteadinessReport) -> Bool = { _ in true }

  func outcome(seed: UInt64) -> Outcome {
    var run = run(seed)
    var accumulator = SteadinessAccumulator(expecting: run.seconds, count: run.expectedCount)
    do throws(AssayError) {
      try run.generate { accumulator.add($0) }
    } catch {
      return Outcome(isRight: false, description: error.message)
    }
    let report = accumulator.finish()
    let descriptions: Set<Finding.Code> = [.steady, .spread, .outliers]
    let codes = report.findings.map(\.code).filter { !descriptions.contains($0) }
    let isNamed = Set(codes) == expected
    return Outcome(
      isRight: isNamed && check(report),
      description: isNamed
        ? "figures" : codes.isEmpty ? "none" : Set(codes.map(\.rawValue)).sorted().joined(separator: "+"))
  }

  static let all: [DetectionCase] = patterns + shifts + noises + others

  private static let patterns = [
    DetectionCase(
      name: "Raspberry Pi", asked: "99 %", run: { ThesisPattern.raspberryPi.run(seed: $0) }, expected: [],
      check: { report in
        report.findings.contains { finding in
          guard case .steady(let steady) = finding.fact else { return false }
          return abs(steady.share.center - 1065) <= 2 && abs(steady.share.tolerance - 15) <= 3
            && abs(steady.share.share - 0.93) < 0.02
        }
      }),
    DetectionCase(
      name: "Coral", asked: "99 %", run: { ThesisPattern.coral.run(seed: $0) }, expected: [.shift],
      check: { report in
        guard report.shifts.count == 1, let shift = report.shifts.first else { return false }
        return shift.statistic != .median && shift.change > 0 && abs(shift.at - 6000) < 300
      }),
    DetectionCase(
      name: "NCS2", asked: "99 %", run: { ThesisPattern.ncs2.run(seed: $0) }, expected: [.modes],
      check: { report in
        report.modes.count == 4
          && zip(report.modes, [23.7, 26.4, 29.6, 33.9]).allSatisfy { abs($0.center / $1 - 1) < 0.01 }
          && abs((report.modes.first?.share ?? 0) - 0.1185) < 0.03
      }),
    DetectionCase(
      name: "Jetson", asked: "99 %", run: { ThesisPattern.jetson.run(seed: $0) }, expected: [],
      check: { report in report.findings.contains { $0.code == .spread } }),
  ]

  private static let shifts =
    [NoiseRun.Noise.white, .autocorrelated, .student, .minute].map { noise in
      DetectionCase(
        name: "30 % at 6000 s, \(noise.rawValue)", asked: noise == .minute ? "-" : "99 %",
        run: { NoiseRun(noise, seed: $0, shift: NoiseRun.Shift(time: 6000, change: 0.3)) }, expected: [.shift],
        check: { $0.shifts.count == 1 && abs($0.shifts[0].at - 6000) <= 30 && abs($0.shifts[0].change - 0.3) < 0.05 })
    }
    + [NoiseRun.Noise.white, .autocorrelated, .student].map { noise in
      DetectionCase(
        name: "3 % at 6000 s, \(noise.rawValue)", asked: "95 %",
        run: { NoiseRun(noise, seed: $0, shift: NoiseRun.Shift(time: 6000, change: 0.03)) }, expected: [.shift],
        check: { $0.shifts.count == 1 && abs($0.shifts[0].change - 0.03) < 0.01 })
    }
    + [
      DetectionCase(
        name: "3 % at 2000 s of 10 000 inferences", asked: "95 %",
        run: { NoiseRun(.white, seed: $0, base: 1080, shift: NoiseRun.Shift(time: 2000, change: 0.03)) },
        expected: [.shift])
    ]

  private static let noises = NoiseRun.Noise.allCases.map { noise in
    DetectionCase(
      name: "noise, \(noise.rawValue)", asked: "99 %", run: { NoiseRun(noise, seed: $0) }, expected: [])
  }

  private static let others = [
    DetectionCase(
      name: "drift of 2 % an hour", asked: "-", run: { NoiseRun(.white, seed: $0, drift: 0.02) }, expected: [.trend])
  ]
}
