import AssayCore
import Synchronization
import Testing

@testable import Telemetry

@Suite("Three clocks tell of sleep and of a clock that was set")
struct ClockWatchTests {
  @Test("A clock that runs evenly, or is slewed, is no event")
  func evenClocks() {
    let time = FakeTime()
    var watch = ClockWatch(clocks: time.clocks)
    for _ in 0..<100 {
      time.pass(monotonic: 1, boot: 1, wall: 1.0005)
      #expect(watch.changes().isEmpty)
    }
  }

  @Test("What the monotonic clock misses was sleep; the wall clock is not at fault")
  func sleep() {
    let time = FakeTime()
    var watch = ClockWatch(clocks: time.clocks)
    _ = watch.changes()
    time.pass(monotonic: 1, boot: 31, wall: 31)
    #expect(watch.changes() == [.init(kind: .suspended, detail: "the machine slept for 30 s")])
    #expect(watch.changes().isEmpty, "it is told once")
  }

  @Test(
    "A clock that is set is told with its direction",
    arguments: [(7200.0, "forward by 120 min"), (-1.5, "back by 1.5 s")])
  func step(seconds: Double, words: String) {
    let time = FakeTime()
    var watch = ClockWatch(clocks: time.clocks)
    _ = watch.changes()
    time.pass(monotonic: 1, boot: 1, wall: 1 + seconds)
    #expect(watch.changes() == [.init(kind: .clockStep, detail: "the wall clock was set \(words)")])
  }

  @Test("Sleep and a step may fall into one interval, as when a machine without a battery-backed clock wakes")
  func both() {
    let time = FakeTime()
    var watch = ClockWatch(clocks: time.clocks)
    _ = watch.changes()
    time.pass(monotonic: 1, boot: 100, wall: 1)
    #expect(watch.changes().map(\.kind) == [.suspended, .clockStep])
  }

  @Test("A thread that was held up between two clocks takes no difference for sleep, and misses none that was")
  func heldUp() {
    let time = FakeTime()
    var clocks = time.clocks
    let isHeldUp = Mutex(false)
    clocks.boot = {
      if isHeldUp.withLock({ $0 }) { time.pass(monotonic: 5, boot: 5, wall: 5) }
      return time.clocks.boot()
    }
    var watch = ClockWatch(clocks: clocks)
    _ = watch.changes()
    isHeldUp.withLock { $0 = true }
    #expect(watch.changes().isEmpty)
    isHeldUp.withLock { $0 = false }
    #expect(watch.changes().isEmpty)
    time.pass(monotonic: 0, boot: 9, wall: 9)
    #expect(watch.changes().map(\.kind) == [.suspended])
  }
}

/// Three clocks that move when they are told to.
private final class FakeTime: Sendable {
  private let times = Mutex((monotonic: 100.0, boot: 100.0, wall: 1e9))

  var clocks: MachineClocks {
    MachineClocks(
      monotonic: { self.times.withLock { $0.monotonic } }, boot: { self.times.withLock { $0.boot } },
      wall: { self.times.withLock { $0.wall } })
  }

  func pass(monotonic: Double, boot: Double, wall: Double) {
    times.withLock { $0 = ($0.monotonic + monotonic, $0.boot + boot, $0.wall + wall) }
  }
}
