import AssayCore
import Glibc
import Platform
import Synchronization
import Testing

@Suite("Threads start, or it is an error")
struct ThreadTests {
  @Test("A thread of the lowest priority runs, and its maker keeps its own priority")
  func priority() throws {
    let mine = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
    let found = Atomic<Int32>(-1)
    let ran = Alarm()
    try DetachedThread.start("a test", niceness: DetachedThread.lowestPriority) {
      found.store(getpriority(Int32(PRIO_PROCESS.rawValue), 0), ordering: .releasing)
      ran.ring()
    }
    #expect(ran.wait(seconds: 300), "the thread runs")
    #expect(found.load(ordering: .acquiring) == 19)
    #expect(getpriority(Int32(PRIO_PROCESS.rawValue), 0) == mine)
  }

  @Test("A thread that the system cannot make is an error, and its body never runs")
  func noThread() {
    // No machine has room for a stack of 64 TiB: pthread_create answers as it does at the limit on threads.
    let error = #expect(throws: AssayError.self) {
      try DetachedThread.start("a test", stackBytes: 1 << 46) { Issue.record("It ran.") }
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.hasPrefix("Cannot start a thread for a test: ") == true)
    #expect(error?.advice?.contains("ulimit -u") == true)
  }
}

@Suite("An alarm wakes a thread")
struct AlarmTests {
  @Test("Each ring ends one wait, also one that begins later")
  func counting() {
    let alarm = Alarm()
    alarm.ring()
    alarm.ring()
    alarm.wait()
    #expect(alarm.wait(seconds: 0))
    #expect(!alarm.wait(seconds: 0))
  }

  @Test("A wait ends when its time is over, by the monotonic clock")
  func timeout() {
    let start = MonotonicClock.seconds()
    #expect(!Alarm().wait(seconds: 0.05))
    #expect(MonotonicClock.seconds() - start >= 0.05)
    #expect(!Alarm().wait(seconds: -1))
  }

  @Test("A ring of another thread ends a wait without an end")
  func wakeUp() throws {
    let (alarm, answer) = (Alarm(), Alarm())
    try DetachedThread.start("a test") {
      alarm.wait()
      answer.ring()
    }
    alarm.ring()
    #expect(answer.wait(seconds: .infinity))
  }
}
