import CPlatform
import Platform
import Testing

@testable import Measurement

@Suite("A stream waits for the time of its query")
struct PunctualWaitTests {
  @Test("It never ends early, and the thread may run anywhere again", arguments: [nil, 0, 1, 10_000])
  func ends(processor: Int?) {
    let allowed = assay_allowed_processors()
    var wait = PunctualWait(lead: 50_000, processor: processor)
    for milliseconds in [UInt64(0), 1, 5] {
      let due = MonotonicClock.now() + milliseconds * 1_000_000
      #expect(wait.wait(until: due) { false }.map { $0 >= due } == true)
      #expect(assay_allowed_processors() == allowed)
    }
  }

  @Test("It ends with the measurement")
  func stops() {
    var wait = PunctualWait(lead: 50_000, processor: nil)
    let begin = MonotonicClock.now()
    #expect(wait.wait(until: begin + 3_600_000_000_000) { true } == nil)
    #expect(MonotonicClock.now() - begin < 10_000_000_000)
  }
}
