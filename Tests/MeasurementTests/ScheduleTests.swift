import Testing

@testable import Measurement

@Suite("A schedule says how long its last queries may wait")
struct ScheduleTests {
  @Test("When a stream finds no query left, each of the others may hold one of the last")
  func tail() {
    let schedule = Schedule(due: (0..<600).map { UInt64($0) * 1_000_000_000 })
    #expect(schedule.tail(of: 1) == 0)
    #expect(schedule.tail(of: 16) == 15)
    #expect(schedule.tail(of: 1000) == 599)
    #expect(Schedule(due: []).tail(of: 4) == 0)
  }
}
