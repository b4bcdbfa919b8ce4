import AssayCore
import Glibc
import Machine
import Platform
import Testing

@testable import Telemetry

@Suite("Sensors are found and read below a root")
struct SensorTests {
  @Test("A Raspberry Pi 4 has one clock for four cores, the firmware's clock and flags, a thermal zone, and no power")
  func raspberryPi() throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let machine = Machine(tree, worker: 4711)
    #expect(
      machine.ids == [
        "clock.cpu0", "clock.firmware", "throttled.firmware", "throttled.undervoltage", "temperature.zone.cpu-thermal",
        "utilization", "steal", "context_switches", "load", "memory", "worker_memory",
      ])
    let readings = machine.read()
    #expect(machine.sensor("clock.cpu0")?.name == "CPU 0–3 clock")
    #expect(readings["clock.cpu0"] == .value(600))
    #expect(readings["clock.firmware"]?.value?.rounded(to: 3) == 600.117)
    #expect(readings["throttled.firmware"] == .value(0), "it was throttled once, but is not now")
    #expect(readings["throttled.undervoltage"] == .value(0))
    #expect(readings["temperature.zone.cpu-thermal"]?.value?.rounded(to: 3) == 62.322)
    #expect(readings["load"] == .value(3), "the reader itself does not count")
    #expect(readings["memory"] == .value(411_808 / 1024.0))
    #expect(readings["worker_memory"] == .value(64))
    #expect(machine.unavailable.map(\.name) == ["power"])
  }

  @Test(
    "The firmware's flags of this moment count, not those of the past or of the supply",
    arguments: [("0", 0.0), ("50005", 1), ("0xf0000", 0), ("50002", 1), ("80008", 1), ("1", 0)])
  func firmwareFlags(flags: String, isThrottled: Double) throws {
    let tree = try RecordedTree(text: "==> sys/devices/platform/soc/soc:firmware/get_throttled <==\n\(flags)\n")
    #expect(Machine(tree).read()["throttled.firmware"] == .value(isThrottled))
  }

  @Test("A Jetson TX2 has two clocks, eight thermal zones, and rails of which one is not connected")
  func jetson() throws {
    let tree = try RecordedTree("jetson-tx2")
    let machine = Machine(tree)
    let readings = machine.read()
    #expect(machine.sensor("clock.cpu0")?.name == "CPU 0, 3–5 clock")
    #expect(machine.sensor("clock.cpu1")?.name == "CPU 1–2 clock")
    #expect(readings["clock.cpu1"]?.value?.rounded(to: 1) == 345.6)
    #expect(machine.ids.filter { $0.hasPrefix("temperature.zone.") }.count == 8)
    #expect(readings["temperature.zone.MCPU-therm"] == .value(41.5))
    #expect(machine.sensors.filter { $0.quantity == .power }.count == 8)
    #expect(readings["power.ina3221.VDD_IN"]?.value?.rounded(to: 3) == 4.622)
    #expect(machine.sensor("power.ina3221.VDD_MUX")?.source.hasSuffix("0-0042/iio:device2/in_power0_input") == true)
    #expect(readings["worker_memory"] == .notYet, "no worker was named")
    #expect(machine.unavailable.map(\.name) == ["throttled"])
  }

  @Test("The kernel's own driver of the INA3221 gives power as voltage times current, without channels that are off")
  func kernelDriver() throws {
    let channels = [("VDD_IN", 5048, 1096, 1), ("VDD_CPU_GPU_CV", 5040, 264, 1), ("spare", 0, 0, 0)]
    let files = channels.enumerated().map { index, channel in
      """
      ==> sys/class/hwmon/hwmon1/in\(index + 1)_label <==
      \(channel.0)
      ==> sys/class/hwmon/hwmon1/in\(index + 1)_input <==
      \(channel.1)
      ==> sys/class/hwmon/hwmon1/curr\(index + 1)_input <==
      \(channel.2)
      ==> sys/class/hwmon/hwmon1/in\(index + 1)_enable <==
      \(channel.3)

      """
    }
    let tree = try RecordedTree(text: files.joined() + "==> sys/class/hwmon/hwmon1/name <==\nina3221\n")
    let machine = Machine(tree)
    #expect(machine.sensors.filter { $0.quantity == .power }.map(\.name) == ["VDD_IN power", "VDD_CPU_GPU_CV power"])
    #expect(machine.read()["power.ina3221.VDD_IN"]?.value?.rounded(to: 3) == 5.533)
  }

  @Test("A laptop has a clock a CPU, RAPL with its parts, a battery, and each sensor once under a name of its own")
  func laptop() throws {
    let tree = try RecordedTree("laptop-on-battery")
    let machine = Machine(tree)
    #expect(machine.ids.filter { $0.hasPrefix("clock.cpu") }.count == 8)
    #expect(
      machine.sensors.filter { $0.quantity == .power }.map(\.id) == [
        "power.rapl.package-0", "power.rapl.package-0.core", "power.rapl.package-0.uncore", "power.rapl.psys",
        "power.battery.BAT0",
      ])
    #expect(
      machine.sensors.filter { $0.quantity == .temperature }.map(\.id) == [
        "temperature.zone.INT3400 Thermal", "temperature.zone.acpitz", "temperature.zone.x86_pkg_temp",
        "temperature.zone.iwlwifi_1", "temperature.hwmon.nvme.Composite", "temperature.hwmon.nvme.Composite 2",
        "temperature.hwmon.coretemp.Package id 0", "temperature.hwmon.coretemp.Core 0",
        "temperature.hwmon.coretemp.Core 1", "temperature.hwmon.coretemp.Core 2", "temperature.hwmon.coretemp.Core 3",
      ])
    let readings = machine.read()
    #expect(readings["power.battery.BAT0"] == .value(9.876))
    #expect(readings["temperature.hwmon.coretemp.Package id 0"] == .value(52))
    #expect(readings["temperature.zone.iwlwifi_1"]?.failure?.contains("not a number") == true)
    #expect(readings["power.rapl.psys"] == .notYet, "power needs two readings of the energy")
  }

  @Test("A battery that is charged tells no power")
  func chargingBattery() throws {
    let tree = try RecordedTree("laptop-on-battery")
    tree.write("Charging\n", to: "sys/class/power_supply/BAT0/status")
    #expect(Machine(tree).read()["power.battery.BAT0"] == .notYet)
  }

  @Test(
    "A battery without a power file tells it as voltage times current, whichever sign the driver gives",
    arguments: [("500000", 6.0), ("-700000", 8.4)])
  func batteryByCurrent(current: String, watts: Double) throws {
    let folder = "sys/class/power_supply/BAT1"
    let tree = try RecordedTree(
      text: """
        ==> \(folder)/type <==
        Battery
        ==> \(folder)/status <==
        Discharging
        ==> \(folder)/voltage_now <==
        12000000
        ==> \(folder)/current_now <==
        \(current)
        """)
    #expect(Machine(tree).read()["power.battery.BAT1"]?.value?.rounded(to: 6) == watts)
  }

  @Test("RAPL energy becomes mean power, also where the counter wraps")
  func raplWrap() throws {
    let tree = try RecordedTree("laptop-on-battery")
    let machine = Machine(tree)
    _ = machine.read(at: 10)
    // 328 850 µJ are left until the counter wraps, 14 671 150 µJ come after: 15 J in 2 s.
    tree.write("14671150\n", to: "sys/class/powercap/intel-rapl:0/energy_uj")
    tree.write("91010000000\n", to: "sys/class/powercap/intel-rapl:1/energy_uj")
    let readings = machine.read(at: 12)
    #expect(readings["power.rapl.package-0"]?.value?.rounded(to: 6) == 7.5)
    #expect(readings["power.rapl.psys"]?.value?.rounded(to: 6) == 5)
    #expect(readings["power.rapl.package-0.core"]?.failure?.contains("does not move") == true)
  }

  @Test("No rate is made of readings before and after a sleep")
  func rateAcrossSleep() throws {
    let tree = try RecordedTree("laptop-on-battery")
    let machine = Machine(tree)
    _ = machine.read(at: 10)
    tree.write("1000\n", to: "sys/class/powercap/intel-rapl:0/energy_uj")
    tree.write("cpu  1 0 1 1 0 0 0 0 0 0\nctxt 5\nprocs_running 2\n", to: "proc/stat")
    let readings = machine.read(at: 11, followsSleep: true)
    #expect(readings["power.rapl.package-0"] == .notYet)
    #expect(readings["utilization"] == .notYet)
  }

  @Test("A counter that only root may read says how to let others read it")
  func counterForRoot() {
    let reason = EnergyCounter.reason(
      for: ReadFailure("/sys/class/powercap/intel-rapl:0/energy_uj", SystemError(code: EACCES)))
    #expect(reason.contains("Permission denied"))
    #expect(reason.contains("sudo chmod"))
    #expect(!EnergyCounter.reason(for: ReadFailure("/x", SystemError(code: ENOENT))).contains("sudo"))
  }

  @Test("Thermal events of any CPU since the last reading are throttling")
  func throttleCounters() throws {
    let tree = try RecordedTree("laptop-on-battery")
    let machine = Machine(tree)
    #expect(machine.read(at: 1)["throttled.cpu"] == .notYet)
    #expect(machine.read(at: 2)["throttled.cpu"] == .value(0))
    tree.write("3\n", to: "sys/devices/system/cpu/cpu5/thermal_throttle/core_throttle_count")
    #expect(machine.read(at: 3)["throttled.cpu"] == .value(1))
    #expect(machine.read(at: 4)["throttled.cpu"] == .value(0))
  }

  @Test("A virtual machine tells its load and what the hypervisor takes, and lists all else as unavailable")
  func virtualMachine() throws {
    let tree = try RecordedTree("virtual-machine")
    let machine = Machine(tree)
    #expect(machine.unavailable.map(\.name) == ["clock", "throttled", "temperature", "power"])
    _ = machine.read(at: 1)
    // 200 ticks later: 100 in use, 40 idle, 10 waiting for disks, 50 stolen.
    tree.write("cpu  1080 0 520 8040 210 0 100 350 0 0\nctxt 50600\nprocs_running 1\n", to: "proc/stat")
    let readings = machine.read(at: 3)
    #expect(readings["utilization"] == .value(0.5))
    #expect(readings["steal"] == .value(0.25))
    #expect(readings["context_switches"] == .value(300))
    #expect(readings["load"] == .value(0))
  }

  @Test("Counts of processes and ticks that cannot be are no values")
  func impossibleCounts() throws {
    let tree = try RecordedTree("virtual-machine")
    let machine = Machine(tree)
    _ = machine.read(at: 1)
    tree.write("cpu  1e999 0 520 8040 210 0 100 350 0 0\nctxt 1e999\nprocs_running 1e999\n", to: "proc/stat")
    let readings = machine.read(at: 3)
    for sensor in ["utilization", "context_switches", "load"] {
      #expect(
        readings[sensor]?.failure?.contains("cannot be") == true, "\(sensor): \(String(describing: readings[sensor]))")
    }
  }

  @Test("Clocks of /proc/cpuinfo count where the processor counts its cycles")
  func listedClocks() throws {
    let tree = try RecordedTree(
      text: """
        ==> proc/cpuinfo <==
        processor\t: 0
        cpu MHz\t\t: 3400.125
        flags\t\t: fpu tsc aperfmperf
        processor\t: 1
        cpu MHz\t\t: 800.000
        flags\t\t: fpu tsc aperfmperf
        """)
    let readings = Machine(tree).read()
    #expect(readings["clock.cpu0"] == .value(3400.125))
    #expect(readings["clock.cpu1"] == .value(800))
  }

  @Test(
    "Garbage and values that cannot be are no values",
    arguments: [
      "1000000000", "-274000", "nan", "inf", "12 34", "", "4500O", "\u{1b}[31m", String(repeating: "9", count: 400),
    ])
  func absurdTemperature(text: String) throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let machine = Machine(tree)
    tree.write(text, to: "sys/class/thermal/thermal_zone0/temp")
    let reason = try #require(machine.read()["temperature.zone.cpu-thermal"]?.failure)
    #expect(reason.contains("thermal_zone0/temp"))
    #expect(!reason.contains("\u{1b}") && reason.count < 300)
  }

  @Test("A negative clock is no value")
  func negativeClock() throws {
    let tree = try RecordedTree("raspberry-pi-4")
    tree.write("-600000", to: "sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq")
    #expect(Machine(tree).read()["clock.cpu0"]?.failure?.contains("-600") == true)
  }

  @Test("Sensors of this machine have ids of their own")
  func thisMachine() throws {
    let search = SensorSearch(files: HostFiles(root: "/"), worker: WatchedProcess(getpid()), interval: 1)
    let ids = search.sources.flatMap(\.sensors).map(\.id)
    #expect(Set(ids).count == ids.count)
    search.sources.forEach { $0.close() }
  }
}

/// The sensors of a tree, each of which can be asked.
final class Machine {
  let unavailable: [UnavailableSensor]
  private var sources: [any SensorSource]

  init(_ tree: borrowing RecordedTree, worker: pid_t? = nil) {
    let search = SensorSearch(files: HostFiles(root: tree.root), worker: WatchedProcess(worker), interval: 1)
    (sources, unavailable) = (search.sources, search.unavailable)
  }

  var sensors: [Sensor] { sources.flatMap(\.sensors) }
  var ids: [String] { sensors.map(\.id) }

  func sensor(_ id: String) -> Sensor? { sensors.first { $0.id == id } }

  func close() { sources.forEach { $0.close() } }

  func read(at seconds: Double = 0, followsSleep: Bool = false) -> [String: Reading] {
    let moment = Moment(clock: { seconds }, followsSleep: followsSleep)
    let readings = sources.indices.flatMap { sources[$0].read(at: moment) }
    return Dictionary(zip(ids, readings)) { first, _ in first }
  }
}

extension Double {
  func rounded(to places: Int) -> Double {
    let factor = pow(10, Double(places))
    return (self * factor).rounded() / factor
  }
}
