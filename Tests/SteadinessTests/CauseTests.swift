import AssayCore
import SimulatedRuns
import Steadiness
import Testing

@Suite("A shift is set beside what the sensors said at that time")
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

  @Test("A clock that falls while the machine is hot is thermal throttling, said in one sentence")
  func throttling() throws {
    let series = telemetry([
      ("clock.cpu0", .clock, { $0 < 6000 ? 1400 : 1200 }), ("clock.cpu1", .clock, { $0 < 6000 ? 1400 : 1200 }),
      ("temperature.zone0", .temperature, { $0 < 6000 ? 60 + Double($0) / 300 : 80 }),
    ])
    let report = try Analysis.of(run, telemetry: series)
    let finding = try #require(report.findings.first)
    #expect(finding.kind == .throttling)
    #expect(
      finding.sentence
        == "The median rose by 34 %, from 300 to 402 ms, at 1 h 40 min, when the CPU clock fell from 1400 to 1200 MHz "
        + "at 80 °C: thermal throttling.")
    #expect(report.shifts.first?.cause == "the CPU clock fell from 1400 to 1200 MHz at 80 °C")
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
    #expect(report.findings.first?.kind == .shift)
    #expect(report.shifts.first?.cause == "the CPU clock fell from 1400 to 1200 MHz at 55 °C")
    let alone = try Analysis.of(
      run, telemetry: telemetry([Self.clock, ("temperature.hwmon.nvme.Composite", .temperature, { _ in 71 })]))
    #expect(alone.findings.first?.kind == .shift)
  }

  @Test("A clock that is held down is called thermal where the flag means heat, and not where it may mean power")
  func meaningOfFlags() throws {
    for (id, kind) in [(Sensor.tooHot, Finding.Kind.throttling), ("throttled.nvidia.0", .shift)] {
      let report = try Analysis.of(run, telemetry: telemetry([(id, .throttled, { $0 < 6000 ? 0 : 1 })]))
      let finding = try #require(report.findings.first { $0.numbers["from_ms"] != nil })
      #expect(finding.kind == kind, "\(id)")
      #expect(finding.sentence.contains("the machine began to hold its clock down"))
      #expect(finding.sentence.contains("thermal") == (kind == .throttling))
    }
  }

  @Test("Too low a supply voltage is told as what it is, also where the machine is hot")
  func undervoltage() throws {
    let report = try Analysis.of(
      run,
      telemetry: telemetry([
        Self.clock, ("temperature.zone.cpu-thermal", .temperature, { _ in 72 }),
        (Sensor.undervoltage, .throttled, { $0 < 6000 ? 0 : 1 }),
      ]))
    #expect(
      report.shifts.first?.cause
        == "the CPU clock fell from 1400 to 1200 MHz at 72 °C and the supply voltage became too low "
        + "(under-voltage, not heat)")
    #expect(
      report.findings.contains {
        $0.sentence == "The supply voltage was too low for 17 % of the time: under-voltage, not heat."
      })
    #expect(!report.findings.contains { $0.kind == .throttling || $0.sentence.contains("thermal") })
    let alone = try Analysis.of(
      run, telemetry: telemetry([(Sensor.undervoltage, .throttled, { $0 < 6000 ? 0 : 1 })]))
    #expect(alone.shifts.first?.cause == "the supply voltage became too low (under-voltage, not heat)")
  }

  @Test("Sensors at rest, without values or with nonsense explain nothing")
  func nothing() throws {
    let series = telemetry([
      ("clock.cpu0", .clock, { _ in 1400 }), ("clock.cpu1", .clock, { _ in nil }),
      ("temperature.zone0", .temperature, { _ in .nan }), ("throttled", .throttled, { _ in 0 }),
    ])
    let report = try Analysis.of(run, telemetry: series)
    #expect(report.findings.first?.kind == .shift)
    #expect(report.shifts.first?.cause == nil)
    #expect(Analysis.isFinite(report))
    #expect(try Analysis.of(run, telemetry: TelemetrySeries()).shifts.count == 1)
  }

  @Test("A hypervisor that gives the processors to others is named")
  func steal() throws {
    let report = try Analysis.of(run, telemetry: telemetry([("steal", .steal, { $0 < 6000 ? 0.01 : 0.3 })]))
    #expect(report.shifts.first?.cause?.contains("hypervisor gave to others rose from 1.0 % to 30 %") ?? false)
    #expect(report.findings.first?.kind == .shift)
  }

  @Test("A machine that held its clock down is told of without a shift")
  func flags() throws {
    let series = telemetry([("throttled", .throttled, { $0 % 10 == 0 ? 1 : 0 })])
    let report = try Analysis.of(NoiseRun(.white, seed: 2, base: 300, seconds: 7200), telemetry: series)
    #expect(report.findings.contains { $0.sentence == "The machine held its clock down for 10 % of the time." })
  }
}
