import AssayCore
import Testing

@testable import Telemetry

@Suite("Energy is power over time, by the sensor that sees most of the machine")
struct EnergyUseTests {
  @Test("Constant power for the length of the run, also where samples begin before and end after it")
  func constantPower() throws {
    let series = Self.series(["power.ina3221.VDD_IN": { _ in 5 }], seconds: stride(from: -2.5, through: 12.5, by: 1))
    let use = try #require(EnergyUse(of: series, seconds: 10, inferences: 1000))
    #expect(use.joules.rounded(to: 9) == 50)
    #expect(use.meanWatts.rounded(to: 9) == 5)
    #expect(use.millijoulesPerInference.rounded(to: 9) == 50)
    #expect(use.sensor == "VDD_IN power (whole board)")
  }

  @Test("Power that rises evenly counts by the trapezoid rule; RAPL gives means, which count as they are")
  func trapezoid() throws {
    let ramp = Self.series(["power.ina3221.VDD_IN": { $0 }], seconds: stride(from: 0, through: 10, by: 1))
    #expect(EnergyUse(of: ramp, seconds: 10, inferences: 1)?.joules.rounded(to: 9) == 50)
    let rapl = Self.series(["power.rapl.package-0": { $0 }], seconds: stride(from: 0, through: 10, by: 1))
    #expect(EnergyUse(of: rapl, seconds: 10, inferences: 1)?.joules.rounded(to: 9) == 55)
  }

  @Test("Nothing is integrated over missing values, missing samples or a machine that slept")
  func gaps() throws {
    var series = Self.series(["power.ina3221.VDD_IN": { _ in 4 }], seconds: stride(from: 0, through: 100, by: 1))
    series.values[0][50] = nil
    #expect(EnergyUse(of: series, seconds: 100, inferences: 100)?.joules.rounded(to: 9) == 392.0)
    series.events = [TelemetryEvent(seconds: 20.5, kind: .suspended, detail: "")]
    #expect(EnergyUse(of: series, seconds: 100, inferences: 100)?.joules.rounded(to: 9) == 388.0)
    series.seconds.removeSubrange(70..<80)
    series.values[0].removeSubrange(70..<80)
    let use = try #require(EnergyUse(of: series, seconds: 100, inferences: 100))
    #expect(use.joules.rounded(to: 9) == 344.0)
    #expect(use.meanWatts.rounded(to: 9) == 4)
    #expect(use.millijoulesPerInference.rounded(to: 9) == 4000, "gaps do not make inferences cheaper")
  }

  @Test("Without power, without time or without inferences there is no energy")
  func nothing() {
    let series = Self.series(["power.rapl.package-0": { _ in 4 }], seconds: stride(from: 0, through: 10, by: 1))
    #expect(EnergyUse(of: TelemetrySeries(), seconds: 10, inferences: 1) == nil)
    #expect(EnergyUse(of: series, seconds: 10, inferences: 0) == nil)
    for seconds in [0, -1, .nan, .infinity] {
      #expect(EnergyUse(of: series, seconds: seconds, inferences: 1) == nil)
    }
    #expect(EnergyUse(of: series, seconds: 25, inferences: 1) == nil, "it speaks for less than half of the run")
    let oneSample = Self.series(["power.rapl.package-0": { _ in 4 }], seconds: stride(from: 0, through: 0, by: 1))
    #expect(EnergyUse(of: oneSample, seconds: 1, inferences: 1) == nil)
  }

  @Test(
    "The whole machine comes before the processor, and parts are not counted twice",
    arguments: [
      (["power.ina3221.VDD_SYS_CPU", "power.ina3221.VDD_IN", "power.ina3221.VDD_MUX"], [1, 2], "(whole board)"),
      (["power.ina3221.GPU", "power.ina3221.CPU", "power.ina3221.SOC"], [0, 1, 2], "(whole board)"),
      (["power.ina3221.POM_5V_GPU", "power.ina3221.POM_5V_IN"], [1], "(whole board)"),
      (["power.rapl.package-0", "power.rapl.package-0.core", "power.rapl.psys"], [2], "(whole machine)"),
      (["power.rapl.package-0", "power.rapl.package-0.dram", "power.rapl.package-1"], [0, 2], "(processors only)"),
      (["power.rapl.package-0", "power.nvidia.0"], [0, 1], "(processors only)"),
      (["power.rapl.package-0", "power.battery.BAT0"], [1], "(whole machine)"),
      (["power.rapl.psys", "power.hwmon.power_meter.power1"], [1], "(whole machine)"),
      (["power.hwmon.amdgpu.PPT"], [0], "(what that sensor sees)"),
    ])
  func choice(ids: [String], chosen: [Int], scope: String) throws {
    let sensors = ids.map { Sensor(id: $0, name: $0, quantity: .power, source: "/x") }
    let best = try #require(PowerChoice.all(among: sensors).first)
    #expect(best.indices.sorted() == chosen)
    #expect(best.name.hasSuffix(scope))
    for index in chosen { #expect(best.name.contains(ids[index])) }
  }

  @Test("A battery that is charged for most of the run gives way to the processor")
  func chargingBattery() throws {
    let series = Self.series(
      ["power.battery.BAT0": { $0 > 8 ? 30 : nil }, "power.rapl.package-0": { _ in 7 }],
      seconds: stride(from: 0, through: 10, by: 1))
    let use = try #require(EnergyUse(of: series, seconds: 10, inferences: 10))
    #expect(use.sensor == "package-0 power (processors only)")
    #expect(use.meanWatts.rounded(to: 9) == 7)
  }

  private static func series(
    _ power: [String: (Double) -> Double?], seconds: StrideThrough<Double>
  ) -> TelemetrySeries {
    let ids = power.keys.sorted()
    let seconds = Array(seconds)
    return TelemetrySeries(
      sensors: ids.map { id in
        let name = id.split(separator: ".").dropFirst(2).joined(separator: " ") + " power"
        return Sensor(id: id, name: name, quantity: .power, source: "/x")
      },
      seconds: seconds, values: ids.map { id in seconds.map { power[id]?($0) ?? nil } })
  }
}
