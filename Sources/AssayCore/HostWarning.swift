/// Something about the machine that makes its numbers less trustworthy. The text says what to do about it.
public enum HostWarning: Hashable, Sendable {
  case governor(String)
  case load(average: Double, cores: Int)
  case battery
  case swap(usedBytes: Int)
  case lowMemory(availableBytes: Int)
  case virtualized(hypervisor: String?)
  case restrictedAffinity(allowed: Int, cores: Int)
}

extension HostWarning: CustomStringConvertible {
  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .governor(let governor):
      "The CPU governor is '\(governor)': clocks follow the load. Fix them with: "
        + "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
    case .load(let average, let cores):
      "Load average \(average) on \(cores) cores: other programs compete with the measurement. "
        + "Stop them, or wait (`top` shows which they are)."
    case .battery:
      "The machine runs on battery and may lower its clocks. Plug in its power supply."
    case .swap(let usedBytes):
      "\(Self.mebibytes(usedBytes)) MiB of memory are swapped out. Close programs, then: "
        + "sudo swapoff -a && sudo swapon -a"
    case .lowMemory(let availableBytes):
      "Only \(Self.mebibytes(availableBytes)) MiB of memory are available. Close programs, or measure smaller models."
    case .virtualized(let hypervisor):
      "This is a virtual machine\(hypervisor.map { " (\($0))" } ?? ""): its hardware is shared, so expect noise. "
        + "Compare within one run, or measure on the bare machine."
    case .restrictedAffinity(let allowed, let cores):
      "This process may use \(allowed) of \(cores) CPUs. To use all, start it without taskset or a CPU set."
    }
  }

  private static func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
}

extension HostDescription {
  /// Load per core above which other programs disturb a measurement.
  private static let quietLoad = 0.5
  /// Swapped-out pages that every machine gathers over time and that nobody misses.
  private static let harmlessSwapBytes = 64 << 20
  /// Memory below which compiling a model may make the kernel swap; a quarter of all memory on small boards.
  private static let comfortableMemoryBytes = 512 << 20

  /// What makes measurements on this machine less trustworthy, the most harmful first.
  public var warnings: [HostWarning] {
    var warnings: [HostWarning] = []
    if let governor, governor != "performance" { warnings.append(.governor(governor)) }
    if let loadAverage, loadAverage > Self.quietLoad * Double(cores) {
      warnings.append(.load(average: loadAverage, cores: cores))
    }
    if onBattery == true { warnings.append(.battery) }
    if let swapUsedBytes, swapUsedBytes > Self.harmlessSwapBytes { warnings.append(.swap(usedBytes: swapUsedBytes)) }
    if let memoryBytes, let memoryAvailableBytes,
      memoryAvailableBytes < min(Self.comfortableMemoryBytes, memoryBytes / 4)
    {
      warnings.append(.lowMemory(availableBytes: memoryAvailableBytes))
    }
    if virtualized == true { warnings.append(.virtualized(hypervisor: hypervisor)) }
    if allowedCores < cores { warnings.append(.restrictedAffinity(allowed: allowedCores, cores: cores)) }
    return warnings
  }
}
