import AssayCore
import Glibc
package import Machine

/// Finds the sensors of a machine, and the reason for each that is missing.
package struct SensorSearch {
  let files: HostFiles
  package private(set) var sources: [any SensorSource] = []
  private(set) var unavailable: [UnavailableSensor] = []
  private var uses: [String: Int] = [:]

  /// - Parameters:
  ///   - interval: seconds between readings, for programs that read by themselves.
  ///   - isStopping: called while waiting for a program's answer.
  package init(files: HostFiles, worker: WatchedProcess, interval: Double, isStopping: () -> Bool = { false }) {
    self.files = files
    findClocks()
    findThrottling()
    findTemperatures()
    findPower()
    findGPUs(interval: interval, isStopping: isStopping)
    sources.append(ProcessorTimes(files: files))
    findMemory(worker: worker)
    explainWhatIsMissing()
  }

  mutating func add(_ source: some SensorSource) {
    sources.append(source)
  }

  mutating func addNumber(_ sensor: Sensor, path: String, scale: Double) {
    add(NumberFile(sensor: sensor, files: files, path: path, scale: scale))
  }

  mutating func report(_ name: String, _ reason: String) {
    unavailable.append(UnavailableSensor(name: name, reason: reason))
  }

  /// A sensor with a unique id: the second with a name gets a number. The order of folders is always the same.
  mutating func sensor(_ id: String, _ name: String, _ quantity: Sensor.Quantity, path: String) -> Sensor {
    let use = (uses[id] ?? 0) + 1
    uses[id] = use
    let suffix = use == 1 ? "" : " \(use)"
    return Sensor(
      id: (id + suffix).printable, name: (name + suffix).printable, quantity: quantity, source: files.path(path))
  }

  /// The folders in a class of devices, by number: `hwmon2` before `hwmon10`.
  func folders(in path: String, named prefix: String) -> [String] {
    files.names(in: path).compactMap { name in
      name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)).map { ($0, "\(path)/\(name)") } : nil
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private mutating func findMemory(worker: WatchedProcess) {
    let memory = "proc/meminfo"
    let available = sensor("memory", "Memory available", .memory, path: memory)
    add(MemoryLine(sensor: available, files: files, path: memory, key: "MemAvailable:"))
    let resident = sensor("worker_memory", "Memory of the worker", .workerMemory, path: "proc/PID/status")
    add(WorkerMemory(sensor: resident, files: files, process: worker))
  }

  private mutating func explainWhatIsMissing() {
    let found = Set(sources.flatMap(\.sensors).map(\.quantity))
    let reasons: [(Sensor.Quantity, String)] = [
      (.clock, "no cpufreq, and no cycle counters (aperfmperf): virtual machines are rarely told their clock"),
      (
        .throttled,
        "no thermal_throttle counters (x86), no firmware flags (Raspberry Pi) and no nvidia-smi; watch the clock instead"
      ),
      (
        .temperature,
        "no thermal zone and no hwmon sensor found; on a PC load the driver of the processor: `sudo modprobe coretemp` (Intel) or `k10temp` (AMD)"
      ),
      (
        .power,
        "no powercap (RAPL), INA3221, hwmon power sensor, battery or nvidia-smi found; a power meter with a hwmon driver would be used"
      ),
    ]
    for (quantity, reason) in reasons where !found.contains(quantity) { report(quantity.rawValue, reason) }
  }
}
