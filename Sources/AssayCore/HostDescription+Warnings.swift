extension HostDescription {
  /// Load per core above which other programs disturb a measurement.
  private static let quietLoad = 0.5
  /// Every machine swaps out a few pages over time that nobody misses.
  private static let harmlessSwapBytes = 64 << 20
  /// With less memory, compiling a model may make the kernel swap. On small boards a quarter of all memory is enough.
  private static let comfortableMemoryBytes = 512 << 20

  /// What makes measurements on this machine less trustworthy, the most harmful first.
  public var warnings: [Warning] {
    var warnings: [Warning] = []
    if let governor, governor != "performance" { warnings.append(.governor(governor)) }
    if let loadAverage, isDisturbed(by: loadAverage) {
      warnings.append(.loadAverage(loadAverage, cores: cores))
    }
    if onBattery == true { warnings.append(.onBattery) }
    if let swapUsedBytes, swapUsedBytes > Self.harmlessSwapBytes { warnings.append(.swapUsed(bytes: swapUsedBytes)) }
    if let memoryBytes, let memoryAvailableBytes,
      memoryAvailableBytes < min(Self.comfortableMemoryBytes, memoryBytes / 4)
    {
      warnings.append(.lowMemory(availableBytes: memoryAvailableBytes))
    }
    if virtualized == true { warnings.append(.virtualMachine(hypervisor: hypervisor)) }
    if allowedCores < cores { warnings.append(.restrictedAffinity(allowed: allowedCores, cores: cores)) }
    return warnings
  }

  /// Whether so many threads of other programs, running or waiting, disturb a measurement.
  public func isDisturbed(by load: Double) -> Bool { load > Self.quietLoad * Double(cores) }
}
