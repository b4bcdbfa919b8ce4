import AssayCore

extension HostProbe {
  struct Processors {
    let name: String?
    let online: Set<Int>
    let allowed: Set<Int>
  }

  private static let cpuFolder = "sys/devices/system/cpu"

  func processors() -> Processors {
    let listing = files.text("proc/cpuinfo") ?? ""
    let listed = listing.split(separator: "\n").lazy
      .filter { $0.hasPrefix("processor") }.compactMap { Self.value(of: $0).flatMap { Int($0) } }
    let found = files.text("\(Self.cpuFolder)/online").map(cpuList) ?? Set(listed)
    // Without /proc and /sys there is still the CPU that runs this.
    let online = found.isEmpty ? [0] : found
    // The mask that sched_getaffinity(2) reports, which may name CPUs that are offline.
    let mask = (files.text("proc/self/status") ?? "").split(separator: "\n")
      .first { $0.hasPrefix("Cpus_allowed_list:") }.flatMap { Self.value(of: $0) }
    let allowed = mask.map { online.intersection(cpuList($0)) } ?? online
    return Processors(name: name(in: listing), online: online, allowed: allowed)
  }

  /// Threads of one core list the same siblings. Core numbers do not work: on Arm they repeat in every cluster.
  func physicalCores(of cpus: Set<Int>) -> Int {
    Set(
      cpus.map { cpu in
        let topology = "\(Self.cpuFolder)/cpu\(cpu)/topology"
        return files.text("\(topology)/core_cpus_list") ?? files.text("\(topology)/thread_siblings_list") ?? "\(cpu)"
      }
    ).count
  }

  func caches(of cpus: Set<Int>) -> HostDescription.CacheSizes {
    var sizes: [String: Int] = [:]
    for cpu in cpus {
      let folder = "\(Self.cpuFolder)/cpu\(cpu)/cache"
      for index in files.names(in: folder) where index.hasPrefix("index") {
        guard let level = files.text("\(folder)/\(index)/level"), let type = files.text("\(folder)/\(index)/type"),
          type != "Instruction", let size = files.text("\(folder)/\(index)/size"), size.hasSuffix("K"),
          let kibibytes = Int(size.dropLast())
        else { continue }
        sizes[level] = max(sizes[level] ?? 0, kibibytes << 10)
      }
    }
    return HostDescription.CacheSizes(l1d: sizes["1"], l2: sizes["2"], l3: sizes["3"])
  }

  func governor() -> String? {
    let governors = Set(policies().compactMap { files.text("\($0)/scaling_governor") })
    return governors.isEmpty ? nil : governors.sorted().joined(separator: ", ")
  }

  func clock() -> HostDescription.ClockRates {
    let megahertz = { (name: String) in
      policies().compactMap { files.integer("\($0)/\(name)") }.map { Double($0) / 1000 }
    }
    return HostDescription.ClockRates(
      minimum: megahertz("cpuinfo_min_freq").min(), maximum: megahertz("cpuinfo_max_freq").max(),
      current: megahertz("scaling_cur_freq").max() ?? listedClock())
  }

  /// The clock that x86 kernels list where there is no cpufreq driver.
  private func listedClock() -> Double? {
    (files.text("proc/cpuinfo") ?? "").split(separator: "\n").lazy
      .filter { $0.hasPrefix("cpu MHz") }.compactMap { Self.value(of: $0).flatMap { Double($0) } }
      .filter(\.isFinite).max()
  }

  /// CPUs that share a clock, by the kernel's cpufreq; none in most virtual machines.
  private func policies() -> [String] {
    let folder = "\(Self.cpuFolder)/cpufreq"
    return files.names(in: folder).filter { $0.hasPrefix("policy") }.map { "\(folder)/\($0)" }
  }

  /// The model name that x86 kernels list; on Arm the names of the cores, else the device tree's name.
  private func name(in listing: String) -> String? {
    let lines = listing.split(separator: "\n")
    if let arm = ArmCore.summary(of: lines) { return arm }
    return lines.first { $0.hasPrefix("model name") }.flatMap { Self.value(of: $0) }
      ?? files.text("proc/device-tree/cpus/cpu@0/compatible").map { String($0.prefix { $0 != "\0" }) }
  }

  /// The text after the colon of a line.
  package static func value(of line: Substring) -> String? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: colon)...].trimmed()
    return value.isEmpty ? nil : value
  }
}
