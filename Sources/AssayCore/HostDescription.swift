/// The machine that a measurement ran on: what must be known to judge a number or to repeat it.
///
/// Unknown is `nil`, never zero. The JSON keys are those of the `host` object in the results.
public struct HostDescription: Hashable, Sendable {
  /// The processor's name; on Arm the cores by name, as in `4 × Cortex-A57 + 2 × Denver 2`.
  public var cpu: String?
  /// The instruction set that Assay was built for, and so must the engines' libraries be: `x86_64`, `aarch64`, `arm`, `riscv64`.
  public var architecture: String
  /// The board, as its firmware calls it: `Raspberry Pi 4 Model B Rev 1.4`.
  public var board: String?
  /// Logical CPUs that are online.
  public var cores: Int
  /// Cores that the online CPUs share; fewer than `cores` with simultaneous multithreading.
  public var physicalCores: Int
  /// Logical CPUs that this process may run on.
  public var allowedCores: Int
  /// Physical cores that this process may run on: the default number of threads.
  public var allowedPhysicalCores: Int
  /// The data caches.
  public var caches: CacheSizes
  /// How fast the CPUs are clocked.
  public var clock: ClockRates
  /// The cpufreq governor, all of them where CPUs differ, as in `performance, schedutil`.
  public var governor: String?
  /// Memory that the kernel manages, in bytes.
  public var memoryBytes: Int?
  /// Memory that programs can still get without swapping, in bytes.
  public var memoryAvailableBytes: Int?
  /// Swap space, in bytes.
  public var swapTotalBytes: Int?
  /// Swap space that holds something, in bytes.
  public var swapUsedBytes: Int?
  /// The name and version of the distribution.
  public var os: String?
  /// The kernel's release.
  public var kernel: String?
  /// The clock that the kernel reads for `clock_gettime`.
  public var clocksource: String?
  /// Processes that ran or waited, averaged over the last minute.
  public var loadAverage: Double?
  /// Whether a battery feeds the machine; `nil` where there is none.
  public var onBattery: Bool?
  /// Whether this is a virtual machine.
  public var virtualized: Bool?
  /// What virtualises the machine, where it is known: `kvm`.
  public var hypervisor: String?
  /// Whether this process runs in a container.
  public var container: Bool

  /// Makes a description of the facts that are known; what is left out is unknown.
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

  /// Bytes of one cache of each level; where cores differ, the largest.
  public struct CacheSizes: Codable, Hashable, Sendable {
    /// First level, data.
    public var l1d: Int?
    /// Second level.
    public var l2: Int?
    /// Third level.
    public var l3: Int?

    /// What is left out is unknown.
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
    /// The lowest that a CPU can run at.
    public var minimum: Double?
    /// The highest that a CPU can run at.
    public var maximum: Double?
    /// The highest at this moment.
    public var current: Double?

    /// What is left out is unknown.
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
    /// The instruction set of this build, in the kernel's words.
    public static let buildArchitecture = "x86_64"
  #elseif arch(arm64)
    /// The instruction set of this build, in the kernel's words.
    public static let buildArchitecture = "aarch64"
  #elseif arch(arm)
    /// The instruction set of this build, in the kernel's words.
    public static let buildArchitecture = "arm"
  #elseif arch(riscv64)
    /// The instruction set of this build, in the kernel's words.
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

  /// Writes the facts and, for whoever reads the file without Assay, the warnings that follow from them.
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
    // A reader must see that the governor was asked for: without cpufreq it is null, not left out.
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
