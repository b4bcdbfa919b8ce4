/// A clock that stands still until it is moved, so that a test needs no real time.
public final class SimulatedClock {
  /// Nanoseconds since the clock was made.
  public private(set) var nanoseconds: UInt64 = 0

  public init() {}

  public func advance(by nanoseconds: UInt64) { self.nanoseconds &+= nanoseconds }
}
