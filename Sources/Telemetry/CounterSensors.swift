import AssayCore
import Glibc
import Machine

/// Mean power from an energy counter: RAPL, through the kernel's powercap.
struct EnergyCounter: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let path: String
  private var rate: CounterRate

  init(sensor: Sensor, files: HostFiles, folder: String) {
    self.sensor = sensor
    self.files = files
    path = "\(folder)/energy_uj"
    rate = CounterRate(wrapsAt: try? files.number("\(folder)/max_energy_range_uj"))
  }

  var sensors: [Sensor] { [sensor] }

  mutating func read(at moment: Moment) -> [Reading] {
    do {
      let microjoules = try files.number(path)
      guard let growth = rate.growth(to: microjoules, at: moment) else { return [.notYet] }
      // Some hypervisors show a counter that never changes, but a running machine uses energy.
      guard growth.count > 0 else { return [.failed("\(files.path(path)) does not move")] }
      return [Reading(growth.count / growth.seconds * 1e-6, of: sensor)]
    } catch {
      rate.forget()
      return [.failed(Self.reason(for: error))]
    }
  }

  /// Since Linux 5.10 only root may read the counter, because it leaks what a machine computes (CVE-2020-8694).
  static func reason(for failure: ReadFailure) -> String {
    failure.code == EACCES
      ? failure.reason
        + "; until the next boot, `sudo chmod -R a+r /sys/class/powercap/intel-rapl:*/` lets everybody read it"
      : failure.reason
  }
}

/// Whether the kernel counted thermal events of any CPU since the last reading (x86).
struct ThrottleCounters: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let paths: [String]
  private var rate = CounterRate()

  init(sensor: Sensor, files: HostFiles, paths: [String]) {
    self.sensor = sensor
    self.files = files
    self.paths = paths
  }

  var sensors: [Sensor] { [sensor] }

  mutating func read(at moment: Moment) -> [Reading] {
    do {
      var count = 0.0
      for path in paths { count += try files.number(path) }
      guard let growth = rate.growth(to: count, at: moment) else { return [.notYet] }
      return [.value(growth.count > 0 ? 1 : 0)]
    } catch {
      rate.forget()
      return [.failed(error.reason)]
    }
  }
}

/// Utilization, steal, context switches and load from `/proc/stat`.
struct ProcessorTimes: SensorSource {
  static let path = "proc/stat"
  let files: HostFiles
  let sensors: [Sensor]
  private var previous: (seconds: Double, times: Times)?

  struct Times {
    /// In ticks, of all processors together.
    var total = 0.0
    var busy = 0.0
    var stolen = 0.0
    var switches = 0.0
    /// Includes the reading process.
    var running = 0.0
  }

  init(files: HostFiles) {
    self.files = files
    let source = files.path(Self.path)
    sensors = [
      Sensor(id: "utilization", name: "Processors in use", quantity: .utilization, source: source),
      Sensor(id: "steal", name: "Time stolen by the hypervisor", quantity: .steal, source: source),
      Sensor(id: "context_switches", name: "Context switches", quantity: .contextSwitches, source: source),
      Sensor(id: "load", name: "Processes that run or wait", quantity: .load, source: source),
    ]
  }

  mutating func read(at moment: Moment) -> [Reading] {
    let times: Times
    do {
      times = try self.times()
    } catch {
      previous = nil
      return sensors.map { _ in .failed(error.reason) }
    }
    let load = Reading(max(0, times.running - 1), of: sensors[3])
    let seconds = moment.clock()
    defer { previous = (seconds, times) }
    guard let previous, !moment.followsSleep, seconds > previous.seconds else {
      return [.notYet, .notYet, .notYet, load]
    }
    let ticks = times.total - previous.times.total
    // A tick is 10 ms on most kernels, so there may be none between two readings.
    guard ticks > 0 else { return [.notYet, .notYet, .notYet, load] }
    // The kernel may correct idle time by a tick or two, so shares can leave 0 … 1 by as much.
    let share = { (part: Double) in min(max(part / ticks, 0), 1) }
    return [
      Reading(share(times.busy - previous.times.busy), of: sensors[0]),
      Reading(share(times.stolen - previous.times.stolen), of: sensors[1]),
      Reading((times.switches - previous.times.switches) / (seconds - previous.seconds), of: sensors[2]), load,
    ]
  }

  /// proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already.
  private func times() throws(ReadFailure) -> Times {
    var times = Times()
    var found = 0
    for line in try files.contents(of: Self.path).parts(by: "\n") {
      let words = line.parts(by: " ")
      switch words.first {
      case "cpu":
        let ticks = words.dropFirst().prefix(8).compactMap { Double($0) }
        guard ticks.count == 8 else { continue }
        times.total = ticks.reduce(0, +)
        times.stolen = ticks[7]
        times.busy = times.total - ticks[3] - ticks[4] - ticks[7]
      case "ctxt":
        guard let count = Double(words.last ?? "") else { continue }
        times.switches = count
      case "procs_running":
        guard let count = Double(words.last ?? "") else { continue }
        times.running = count
      default: continue
      }
      found += 1
    }
    guard found == 3 else { throw ReadFailure("\(files.path(Self.path)) lists no processor times") }
    return times
  }
}
