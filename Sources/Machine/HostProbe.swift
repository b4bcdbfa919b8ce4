public import AssayCore

/// Describes this machine from the files of kernel and firmware. It needs no privileges and starts no programs.
public struct HostProbe {
  let files: HostFiles

  /// - Parameter root: the folder that holds `/proc`, `/sys` and `/etc`.
  public init(root: String = "/") {
    files = HostFiles(root: root)
  }

  /// The machine at this moment: each call reads clocks, load and memory anew.
  public func describe() -> HostDescription {
    let processors = processors()
    let memory = memory()
    let virtualization = virtualization()
    return HostDescription(
      cpu: processors.name, architecture: HostDescription.buildArchitecture,
      board: files.text("proc/device-tree/model"),
      cores: processors.online.count, physicalCores: physicalCores(of: processors.online),
      allowedCores: processors.allowed.count, allowedPhysicalCores: physicalCores(of: processors.allowed),
      caches: caches(of: processors.online), clock: clock(), governor: governor(),
      memoryBytes: memory["MemTotal"], memoryAvailableBytes: memory["MemAvailable"],
      swapTotalBytes: memory["SwapTotal"],
      swapUsedBytes: memory["SwapTotal"].flatMap { total in memory["SwapFree"].map { total - $0 } },
      os: operatingSystem(), kernel: files.text("proc/sys/kernel/osrelease"),
      clocksource: files.text("sys/devices/system/clocksource/clocksource0/current_clocksource"),
      loadAverage: files.text("proc/loadavg").flatMap { $0.split(separator: " ").first }.flatMap { Double($0) }
        .flatMap { $0.isFinite ? $0 : nil },
      onBattery: onBattery(), virtualized: virtualization.isVirtual, hypervisor: virtualization.hypervisor,
      container: isContainer())
  }

  /// `/proc/meminfo` in bytes.
  private func memory() -> [String: Int] {
    var memory: [String: Int] = [:]
    for line in (files.text("proc/meminfo") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]), (0...Int.max >> 10).contains(kibibytes) {
        memory[String(words[0].dropLast())] = kibibytes << 10
      }
    }
    return memory
  }

  /// The name of the distribution, from `os-release` (freedesktop.org).
  private func operatingSystem() -> String? {
    let release = files.text("etc/os-release") ?? files.text("usr/lib/os-release") ?? ""
    return release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
      .map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
  }

  /// Whether the machine's own batteries discharge; batteries of mice and headsets have the scope `Device`.
  private func onBattery() -> Bool? {
    let folder = "sys/class/power_supply"
    let batteries = files.names(in: folder).filter {
      files.text("\(folder)/\($0)/type") == "Battery" && files.text("\(folder)/\($0)/scope") != "Device"
    }
    guard !batteries.isEmpty else { return nil }
    return batteries.contains { files.text("\(folder)/\($0)/status") == "Discharging" }
  }
}
