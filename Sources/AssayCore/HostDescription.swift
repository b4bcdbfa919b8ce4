/// The machine that a measurement ran on: the facts needed to judge a number or to repeat it.
///
/// An unknown fact is `nil`, never zero. The JSON keys are those of the `host` object in the results.
public struct HostDescription: Hashable, Sendable {
  /// The processor's name; on Arm the names of the cores, such as `4 × Cortex-A57 + 2 × Denver 2`.
  public var cpu: String?
  /// The instruction set of this build, and so of usable engine libraries: `x86_64`, `aarch64`, `arm`, `riscv64`.
  public var architecture: String
  /// The board's name in its firmware, such as `Raspberry Pi 4 Model B Rev 1.4`.
  public var board: String?
  /// Online logical CPUs.
  public var cores: Int
  /// Physical cores of the online CPUs; fewer than `cores` with simultaneous multithreading.
  public var physicalCores: Int
  /// Logical CPUs that this process may run on.
  public var allowedCores: Int
  /// Physical cores that this process may run on: the default number of threads.
  public var allowedPhysicalCores: Int
  /// The data caches.
  public var caches: CacheSizes
  /// Clock rates of the CPUs.
  public var clock: ClockRates
  /// The cpufreq governor; if CPUs differ, all of them, such as `performance, schedutil`.
  public var governor: String?
  /// Memory that the kernel manages, in bytes.
  public var memoryBytes: Int?
  /// Memory available to programs without swapping, in bytes.
  public var memoryAvailableBytes: Int?
  /// Swap space, in bytes.
  public var swapTotalBytes: Int?
  /// Swap space in use, in bytes.
  public var swapUsedBytes: Int?
  /// The name and version of the distribution.
  public var os: String?
  /// The kernel's release.
  public var kernel: String?
  /// The kernel's clock source for `clock_gettime`.
  public var clocksource: String?
  /// The load average over the last minute.
  public var loadAverage: Double?
  /// Whether the machine runs on its battery; `nil` if it has none.
  public var onBattery: Bool?
  /// Whether this is a virtual machine.
  public var virtualized: Bool?
  /// The hypervisor, such as `kvm`.
  public var hypervisor: String?
  /// Whether this process runs in a container.
  public var container: Bool

  /// Creates a description of the known facts.
  public init(
    cpu: String? = nil, architecture: String, board: String? = nil, cores: Int, physicalCores: Int, allowedCores: Int,
    allowedPhysicalCores: Int, caches: CacheSizes = CacheSizes(), clock: ClockRates = ClockRates(),
    governor: String? = nil, memoryBytes: Int? = nil, memoryAvailableBytes: Int? = nil, swapTotalBytes: Int? = nil,
    swapUsedBytes: Int? = nil, os: String? = nil, kernel: String? = nil, clocksource: String? = nil,
    loadAverage: Double? = nil, onBattery: Bool? = nil, virtualized: Bool? = nil, hypervisor: String? = nil,
    container: Bool = false
  ) {
    self.cpu = cpu
    self.architecture = architecture
    self.board = board
    self.cores = cores
    self.physicalCores = physicalCores
    self.allowedCores = allowedCores
    self.allowedPhysicalCores = allowedPhysicalCores
    self.caches = caches
    self.clock = clock
    self.governor = governor
    self.memoryBytes = memoryBytes
    self.memoryAvailableBytes = memoryAvailableBytes
    self.swapTotalBytes = swapTotalBytes
    self.swapUsedBytes = swapUsedBytes
    self.os = os
    self.kernel = kernel
    self.clocksource = clocksource
    self.loadAverage = loadAverage
    self.onBattery = onBattery
    self.virtualized = virtualized
    self.hypervisor = hypervisor
    self.container = container
  }

  /// Size of one cache of each level, in bytes; if cores differ, of the largest.
  public struct CacheSizes: Codable, Hashable, Sendable {
    /// First level, data.
    public var l1d: Int?
    /// Second level.
    public var l2: Int?
    /// Third level.
    public var l3: Int?

    /// Creates a value from the known facts.
    public init(l1d: Int? = nil, l2: Int? = nil, l3: Int? = nil) {
      self.l1d = l1d
      self.l2 = l2
      self.l3 = l3
    }

    enum CodingKeys: String, CodingKey {
      case l1d = "l1d_bytes"
      case l2 = "l2_bytes"
      case l3 = "l3_bytes"
    }
  }

  /// Clock rates in MHz over all CPUs.
  public struct ClockRates: Codable, Hashable, Sendable {
    /// The lowest rate that a CPU can run at.
    public var minimum: Double?
    /// The highest rate that a CPU can run at.
    public var maximum: Double?
    /// The highest rate now.
    public var current: Double?

    /// Creates a value from the known facts.
    public init(minimum: Double? = nil, maximum: Double? = nil, current: Double? = nil) {
      self.minimum = minimum
      self.maximum = maximum
      self.current = current
    }

    enum CodingKeys: String, CodingKey {
      case minimum = "min_mhz"
      case maximum = "max_mhz"
      case current = "current_mhz"
    }
  }
}

extension HostDescription {
  #if arch(x86_64)
    /// The instruction set of this build, named as in the kernel.
    public static let buildArchitecture = "x86_64"
  #elseif arch(arm64)
    /// The instruction set of this build, named as in the kernel.
    public static let buildArchitecture = "aarch64"
  #elseif arch(arm)
    /// The instruction set of this build, named as in the kernel.
    public static let buildArchitecture = "arm"
  #elseif arch(riscv64)
    /// The instruction set of this build, named as in the kernel.
    public static let buildArchitecture = "riscv64"
  #endif
}

extension HostDescription: Codable {
  enum CodingKeys: String, CodingKey {
    case cpu, architecture, board, cores, caches, clock, governor, os, kernel, clocksource, virtualized, hypervisor
    case container
    case physicalCores = "physical_cores"
    case allowedCores = "allowed_cores"
    case allowedPhysicalCores = "allowed_physical_cores"
    case memoryBytes = "memory_bytes"
    case memoryAvailableBytes = "memory_available_bytes"
    case swapTotalBytes = "swap_total_bytes"
    case swapUsedBytes = "swap_used_bytes"
    case loadAverage = "load_average"
    case onBattery = "on_battery"
  }

  private enum DerivedKeys: String, CodingKey {
    case warnings
  }

  /// Encodes the facts and, for readers of the file, the warnings that follow from them.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(cpu, forKey: .cpu)
    try values.encode(architecture, forKey: .architecture)
    try values.encodeIfPresent(board, forKey: .board)
    try values.encode(cores, forKey: .cores)
    try values.encode(physicalCores, forKey: .physicalCores)
    try values.encode(allowedCores, forKey: .allowedCores)
    try values.encode(allowedPhysicalCores, forKey: .allowedPhysicalCores)
    try values.encode(caches, forKey: .caches)
    try values.encode(clock, forKey: .clock)
    // Without cpufreq the governor is null, not left out, to show that Assay looked for it.
    try values.encode(governor, forKey: .governor)
    try values.encodeIfPresent(memoryBytes, forKey: .memoryBytes)
    try values.encodeIfPresent(memoryAvailableBytes, forKey: .memoryAvailableBytes)
    try values.encodeIfPresent(swapTotalBytes, forKey: .swapTotalBytes)
    try values.encodeIfPresent(swapUsedBytes, forKey: .swapUsedBytes)
    try values.encodeIfPresent(os, forKey: .os)
    try values.encodeIfPresent(kernel, forKey: .kernel)
    try values.encodeIfPresent(clocksource, forKey: .clocksource)
    try values.encodeIfPresent(loadAverage, forKey: .loadAverage)
    try values.encodeIfPresent(onBattery, forKey: .onBattery)
    try values.encodeIfPresent(virtualized, forKey: .virtualized)
    try values.encodeIfPresent(hypervisor, forKey: .hypervisor)
    try values.encode(container, forKey: .container)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(warnings, forKey: .warnings)
  }
}
