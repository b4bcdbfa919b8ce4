import Glibc

/// What one step may use.
public struct StepLimits: Hashable, Sendable {
  /// After that it is ended.
  public var seconds: Double
  /// Of memory that it writes to.
  public var memoryBytes: Int
  /// Of all files in its folder.
  public var diskBytes: Int
  /// Of its log: the first half of that, and the last lines.
  public var logBytes: Int

  public init(
    seconds: Double = 1800, memoryBytes: Int = Self.memoryOfMachine, diskBytes: Int = 32 << 30, logBytes: Int = 1 << 20
  ) {
    (self.seconds, self.memoryBytes, self.diskBytes, self.logBytes) = (seconds, memoryBytes, diskBytes, logBytes)
  }

  /// All memory of this machine: a converter that needs more would push out everything else.
  public static var memoryOfMachine: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
