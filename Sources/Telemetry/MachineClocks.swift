import AssayCore
import Platform

/// The three clocks that together show whether the machine was suspended and whether the time was set. In seconds.
struct MachineClocks: Sendable {
  /// Stops while the machine is suspended.
  var monotonic: @Sendable () -> Double
  /// Continues while the machine is suspended.
  var boot: @Sendable () -> Double
  /// Since 1970-01-01 UTC; can be set.
  var wall: @Sendable () -> Double

  static let system = MachineClocks(
    monotonic: MonotonicClock.seconds, boot: BootClock.seconds, wall: WallClock.seconds)
}

/// Compares the clocks at each sample with those at the previous one.
struct ClockWatch {
  struct Change: Hashable {
    let kind: TelemetryEvent.Kind
    let detail: String
  }

  /// Clocks read one after the other differ by more than this only if the thread was interrupted in between.
  private static let tolerance = 0.2
  /// The kernel slews a wrong clock by at most 500 ppm (adjtimex(2)); a faster change is a step.
  private static let slew = 500e-6

  private let clocks: MachineClocks
  private var previous: (monotonic: Double, boot: Double, wall: Double)?

  init(clocks: MachineClocks) {
    self.clocks = clocks
  }

  /// What happened since the last call.
  mutating func changes() -> [Change] {
    let before = clocks.monotonic()
    let (boot, wall) = (clocks.boot(), clocks.wall())
    let heldUp = clocks.monotonic() - before
    // After a long interruption the readings are unusable: the next call compares with the same ones as this call.
    guard heldUp < Self.tolerance / 2 else { return [] }
    defer { previous = (before, boot, wall) }
    guard let previous else { return [] }
    let elapsed = boot - previous.boot
    let slept = elapsed - (before - previous.monotonic)
    let step = wall - previous.wall - elapsed
    var changes: [Change] = []
    if slept > Self.tolerance {
      changes.append(Change(kind: .suspended, detail: "the machine slept for \(Self.words(slept))"))
    }
    if abs(step) > Self.tolerance + Self.slew * elapsed {
      let direction = step > 0 ? "forward" : "back"
      changes.append(
        Change(kind: .clockStep, detail: "the wall clock was set \(direction) by \(Self.words(abs(step)))"))
    }
    return changes
  }

  /// Minutes, or seconds with tenths if they are not whole.
  private static func words(_ seconds: Double) -> String {
    let tenths = (seconds * 10).rounded() / 10
    if seconds >= 120 { return "\(Int((seconds / 60).rounded())) min" }
    return Int(exactly: tenths).map { "\($0) s" } ?? "\(tenths) s"
  }
}
