import RecordLog
import Testing

@testable import Assay

@Suite("Times in which a process was stopped are no time in which it worked")
struct RunningTimeTests {
  @Test("A time counts what ran before it")
  func times() {
    let time = RunningTime(stops: [RecordedStop(start: 500, duration: 100), RecordedStop(start: 100, duration: 50)])
    #expect([0, 100, 120, 150, 500, 560, 600, 700].map(time.at) == [0, 100, 100, 100, 450, 450, 450, 550])
  }

  @Test("Without stops, time is what it was")
  func none() { #expect(RunningTime(stops: []).at(77) == 77) }

  @Test("Stops that overlap or end beyond all numbers, as damage makes them, take no time twice")
  func damaged() {
    let overlap = RunningTime(stops: [
      RecordedStop(start: 10, duration: 20), RecordedStop(start: 20, duration: 30),
      RecordedStop(start: 15, duration: 5),
    ])
    #expect([30, 50, 60].map(overlap.at) == [10, 10, 20])
    let endless = RunningTime(stops: [RecordedStop(start: 10, duration: .max), RecordedStop(start: .max, duration: 9)])
    #expect([5, .max].map(endless.at) == [5, 10])
  }
}
