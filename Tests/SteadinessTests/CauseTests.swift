import AssayCore
import SimulatedRuns
import Steadiness
import Testing

@Suite("The cause of a shift is what the sensors show at that time")
struct CauseTests {
  private let run = NoiseRun(
    .white, seed: 2, base: 300, seconds: 7200, shift: NoiseRun.Shift(time: 6000, change: 0.34))

  /// Sensors read once a second, each by a function of the time.
  private func telemetry(
    _ sensors: [(id: String, quantity: Sensor.Quantity, value: (Int) -> Double?)]
  ) -> TelemetrySeries {
    TelemetrySeries(
      sensors: sensors.map { Sensor(id: $0.id, name: $0.id, quantity: $0.quantity, source: "test") },
      seconds: (0..<7200).map(Double.init), values: sensors.map { sensor in (0..<7200).map(sensor.value) })
  }

  @Test("A clock that falls while the machine is hot is thermal throttling, in one finding")
  func throttling() throws {
    let series = telemetry([
      ("clock.cpu0", .clock, { $0 < 6000 ? 1400 : 1200 }), ("clock.cpu1", .clock, { $0 < 6000 ? 1400 : 1200 }),
      ("temperature.zone0", .temperature, { $0 < 6000 ? 60 + Double($0) / 300 : 80 }),
    ])
    let report = try Analysis.of(run, telemetry: series)
    let finding = try #require(report.findings.first)
    #expect(finding.code == .throttling)
    #expect(report.shifts.first?.cause == Self.fall(at: 80, isThermal: true))
    #expect(finding.fact == report.shifts.first.map { .throttling($0) })
  }

  /// The CPU clock fell from 1400 to 1200 MHz.
  private static func fall(
    at temperature: Double, isUndervolted: Bool = false, isThermal: Bool = false
  ) -> ShiftCause {
    .clock(
      .init(
        sensor: "CPU clock", from: 1400, to: 1200, temperature: temperature, isUndervolted: isUndervolted,
        isThermal: isThermal))
  }

  private static var clock: (String, Sensor.Quantity, (Int) -> Double?) {
    ("clock.cpu0", .clock, { $0 < 6000 ? 1400 : 1200 })
  }

  @Test("A hot disk beside a warm processor is no thermal throttling")
  func hotDisk() throws {
    let report = try Analysis.of(
      run,
      telemetry: telemetry([
        Self.clock, ("temperature.zone.cpu-thermal", .temperature, { _ in 55 }),
        ("temperature.hwmon.nvme.Composite", .temperature, { _ in 71 }),
      ]))
    #expect(report.findings.first?.code == .shift)
    #expect(report.shifts.first?.cause == Self.fall(at: 55))
    let alone = try Analysis.of(
      run, telemetry: telemetry([Self.clock, ("temperature.hwmon.nvme.Composite", .temperature, { _ in 71 })]))
    #expect(alone.findings.first?.code == .shift)
  }

  @Test("A clock that is held down is called thermal where the flag means heat, and not where it may mean power")
  func meaningOfFlags() throws {
    for (id, isThermal) in [(Sensor.tooHot, true), ("throttled.nvidia.0", false)] {
      let report = try Analysis.of(run, telemetry: telemetry([(id, .throttled, { $0 < 6000 ? 0 : 1 })]))
      #expect(report.shifts.first?.cause == .clockHeldDown(.init(isThermal: isThermal)), "\(id)")
      #expect(report.findings.first?.code == (isThermal ? .throttling : .shift), "\(id)")
    }
  }

  @Test("Too low a supply voltage is named, also on a hot machine")
  func undervoltage() throws {
    let report = try Analysis.of(
      run,
      telemetry: telemetry([
        Self.clock, ("temperature.zone.cpu-thermal", .temperature, { _ in 72 }),
        (Sensor.undervoltage, .throttled, { $0 < 6000 ? 0 : 1 }),
      ]))
    #expect(report.shifts.first?.cause == Self.fall(at: 72, isUndervolted: true))
    let shares = report.findings.compactMap { finding -> Double? in
      if case .undervoltage(let share) = finding.fact { share } else { nil }
    }
    #expect(shares.count == 1 && shares.allSatisfy { abs($0 - 1.0 / 6) < 0.01 }, "\(shares)")
    #expect(!report.findings.contains { [.throttling, .clockHeldDown].contains($0.code) })
    let alone = try Analysis.of(
      run, telemetry: telemetry([(Sensor.undervoltage, .throttled, { $0 < 6000 ? 0 : 1 })]))
    #expect(alone.shifts.first?.cause == .undervoltage)
  }

  @Test("Sensors at rest, without values or with nonsense explain nothing")
  func nothing() throws {
    let series = telemetry([
      ("clock.cpu0", .clock, { _ in 1400 }), ("clock.cpu1", .clock, { _ in nil }),
      ("temperature.zone0", .temperature, { _ in .nan }), ("throttled", .throttled, { _ in 0 }),
    ])
    let report = try Analysis.of(run, telemetry: series)
    #expect(report.findings.first?.code == .shift)
    #expect(report.shifts.first?.cause == nil)
    #expect(Analysis.isFinite(report))
    #expect(try Analysis.of(run, telemetry: TelemetrySeries()).shifts.count == 1)
  }

  @Test("A hypervisor that gives the processors to others is named")
  func steal() throws {
    let report = try Analysis.of(run, telemetry: telemetry([("steal", .steal, { $0 < 6000 ? 0.01 : 0.3 })]))
    guard case .steal(let from, let to) = report.shifts.first?.cause else {
      Issue.record("the hypervisor is not named: \(report.shifts)")
      return
    }
    #expect(abs(from - 0.01) < 1e-9 && abs(to - 0.3) < 1e-9)
    #expect(report.findings.prefix(2).map(\.code) == [.competingLoad, .shift])
  }

  @Test("A machine that held its clock down is a finding without a shift")
  func flags() throws {
    let series = telemetry([("throttled", .throttled, { $0 % 10 == 0 ? 1 : 0 })])
    let report = try Analysis.of(NoiseRun(.white, seed: 2, base: 300, seconds: 7200), telemetry: series)
    #expect(report.findings.contains { $0.fact == .clockHeldDown(timeShare: 0.1) })
  }

  /// Two cores, one thread of the run, and a load.
  private func competing(load: @escaping (Int) -> Double?, steal: Double = 0) throws -> Finding? {
    let host = HostDescription(
      architecture: "x86_64", cores: 2, physicalCores: 2, allowedCores: 2, allowedPhysicalCores: 2, loadAverage: 9)
    let report = try Analysis.of(
      run, options: SteadinessOptions(surroundings: RunSurroundings(host: host, threads: 1)),
      telemetry: telemetry([("load", .load, load), ("steal", .steal, { _ in steal })]))
    return report.findings.first { $0.code == .competingLoad }.map { finding in
      #expect(report.findings.first == finding, "it comes first, because it may explain the others")
      return finding
    }
  }

  @Test("Load beyond the run's own threads is a finding, and so is a hypervisor that gives time to others")
  func competition() throws {
    #expect(try competing { _ in 1.5 } == nil, "half a thread of others on two cores")
    let busy = try competing { $0 % 2 == 0 ? 3 : 5 }
    #expect(busy?.fact == .competingLoad(.init(load: 3, cores: 2, steal: nil)) && busy?.strength == .strong)
    let stolen = try competing(load: { _ in 1 }, steal: 0.125)
    #expect(stolen?.fact == .competingLoad(.init(load: nil, cores: nil, steal: 0.125)))
    #expect(stolen?.strength == .moderate)
    // The load before the run counts where none was read beside it.
    #expect(try competing { _ in nil }?.fact == .competingLoad(.init(load: 9, cores: 2, steal: nil)))
    #expect(try Analysis.of(run).findings.allSatisfy { $0.code != .competingLoad })
  }

  @Test("The deviation of the median tells how level a run was, and is missing for a short one")
  func deviation() throws {
    let level = try Analysis.of(NoiseRun(.white, seed: 2, base: 300, seconds: 7200))
    #expect(try #require(level.medianDeviation) < 0.005 && level.hold == .held(deviation: level.medianDeviation ?? 0))
    let shifted = try Analysis.of(run)
    #expect(abs(try #require(shifted.medianDeviation) - 0.34) < 0.02)
    #expect(shifted.findings.first.map { shifted.hold == .broken(by: $0) } == true)
    #expect(Analysis.of(Analysis.records([1, 2, 3])).hold == .tooShort)
  }
}
