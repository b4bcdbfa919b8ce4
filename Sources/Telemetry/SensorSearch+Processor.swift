import AssayCore
import Machine

extension SensorSearch {
  private static let cpuFolder = "sys/devices/system/cpu"

  /// Clocks from cpufreq, one per group of CPUs that share it; otherwise those that x86 kernels list.
  mutating func findClocks() {
    for policy in folders(in: "\(Self.cpuFolder)/cpufreq", named: "policy") {
      let path = "\(policy)/scaling_cur_freq"
      guard files.exists(path) else { continue }
      let cpus = cpus(of: policy)
      let number = cpus.first ?? 0
      addNumber(sensor("clock.cpu\(number)", "CPU \(ranges(cpus)) clock", .clock, path: path), path: path, scale: 1e-3)
    }
    findFirmwareClock()
    // Without cycle counters (aperfmperf), as in most virtual machines, the listed clock is constant.
    let listing = files.text(ListedClocks.path) ?? ""
    let flags = listing.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
    guard sources.isEmpty, flags.contains("aperfmperf"), let listed = ListedClocks(files: files) else { return }
    add(listed)
  }

  /// On a Raspberry Pi `scaling_cur_freq` is the clock that the kernel requested; `cpuinfo_cur_freq` is the real one, from the firmware.
  private mutating func findFirmwareClock() {
    let path = "\(Self.cpuFolder)/cpufreq/policy0/cpuinfo_cur_freq"
    guard files.text("proc/device-tree/model")?.hasPrefix("Raspberry Pi") == true, files.exists(path) else { return }
    addNumber(sensor(Sensor.firmwareClock, "CPU clock by the firmware", .clock, path: path), path: path, scale: 1e-3)
  }

  private func cpus(of policy: String) -> [Int] {
    let listed = (files.text("\(policy)/affected_cpus") ?? "").split(separator: " ").compactMap { Int($0) }.sorted()
    return listed.isEmpty ? Int(policy.drop { !$0.isNumber }).map { [$0] } ?? [] : listed
  }

  /// `0–3, 8`
  private func ranges(_ cpus: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for cpu in cpus {
      if let last = ranges.last, last.upperBound + 1 == cpu {
        ranges[ranges.count - 1] = last.lowerBound...cpu
      } else {
        ranges.append(cpu...cpu)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }

  mutating func findThrottling() {
    findKernelCounters()
    findFirmwareFlags()
  }

  /// The folders of all CPUs of a package show the same package counter.
  private mutating func findKernelCounters() {
    var packages: Set<String> = []
    var paths: [String] = []
    for cpu in folders(in: Self.cpuFolder, named: "cpu") {
      let core = "\(cpu)/thermal_throttle/core_throttle_count"
      let package = "\(cpu)/thermal_throttle/package_throttle_count"
      if files.exists(core) { paths.append(core) }
      let isNew = packages.insert(files.text("\(cpu)/topology/physical_package_id") ?? "").inserted
      if isNew, files.exists(package) { paths.append(package) }
    }
    guard !paths.isEmpty else { return }
    let sensor = sensor(
      Sensor.tooHot, "CPU too hot", .throttled, path: "\(Self.cpuFolder)/cpu*/thermal_throttle/*_throttle_count")
    add(ThrottleCounters(sensor: sensor, files: files, paths: paths))
  }

  /// Bits of `get_throttled`: 1 clock capped, 2 throttled, 3 soft temperature limit. Undervoltage (bit 0) also shows in hwmon.
  /// (Raspberry Pi documentation, `vcgencmd get_throttled`.)
  private mutating func findFirmwareFlags() {
    let platform = "sys/devices/platform"
    for soc in files.names(in: platform) where soc.hasPrefix("soc") {
      for firmware in files.names(in: "\(platform)/\(soc)") where firmware.hasSuffix(":firmware") {
        let path = "\(platform)/\(soc)/\(firmware)/get_throttled"
        guard files.exists(path) else { continue }
        add(
          ThrottleFlags(
            sensor: sensor("throttled.firmware", "Clock held down by the firmware", .throttled, path: path),
            files: files, path: path, mask: 0b1110))
      }
    }
    for chip in chips() where chip.name == "rpi_volt" {
      for file in files.names(in: chip.folder) where file.hasPrefix("in") && file.hasSuffix("_lcrit_alarm") {
        let path = "\(chip.folder)/\(file)"
        addNumber(
          sensor(Sensor.undervoltage, "Supply voltage too low", .throttled, path: path), path: path, scale: 1)
      }
    }
  }
}
