import AssayCore
import Testing

@testable import Report

@Suite("The outcome of a gate is one line")
struct GateTextTests {
  private static func line(
    _ outcome: Gate.Outcome, _ doubt: Gate.Doubt? = nil, ratio: Double = 1.41, interval: [Double]? = [1.35, 1.48],
    detectable: Double? = 0.0444, name: String? = nil, spread: RunSpread? = nil
  ) -> String {
    Gate(limit: 0.05, ratio: ratio, interval: interval, detectable: detectable, outcome: outcome, doubt: doubt)
      .line(name: name, spread: spread)
  }

  @Test("A decision has limit, ratio, interval and what could have been seen")
  func decided() {
    #expect(
      Self.line(.fail)
        == "FAIL: measured +41 %, limit +5 % (99 %: +35 % – +48 %). A slowdown of 4.4 % could have been seen.")
    #expect(
      Self.line(.pass, ratio: 0.996, interval: [0.98, 1.012], name: "net@litert")
        == "PASS: net@litert: measured −0.4 %, limit +5 % (99 %: −2 % – +1.2 %). A slowdown of 4.4 % could have been seen."
    )
  }

  @Test("A doubt has its reason, and what helps")
  func doubts() {
    #expect(
      Self.line(.unsure, .noInterval, ratio: 1.2, interval: nil, detectable: nil)
        == "UNSURE: measured +20 %, limit +5 %. There are too few inferences for an interval: measure longer.")
    let wide = Self.line(.unsure, .wideInterval, detectable: 0.3)
    #expect(
      wide.hasSuffix("Only a slowdown of 30 % could have been seen: measure longer, as with --max-time 300."), "\(wide)"
    )
    let known = RunSpread(earlierRuns: 7, deviation: 0.1, assumedRatio: nil)
    let stored = Self.line(.unsure, .wideInterval, detectable: 0.3, spread: known)
    #expect(
      stored.hasSuffix("could have been seen: let both take turns (bench --live, or compare of cells)."), "\(stored)")
    let few = RunSpread(earlierRuns: 1, deviation: nil, assumedRatio: 1.5)
    let assumed = Self.line(.unsure, .fewEarlierRuns, detectable: 0.5, spread: few)
    #expect(assumed.contains("1 earlier run of the cell cannot tell how much these differ (5 can)"), "\(assumed)")
    let busy = Self.line(.unsure, .fastestUnchanged, detectable: 0.1, spread: known)
    #expect(busy.contains("fastest inference is hardly slower than the reference's"), "\(busy)")
    #expect(few.sentence.hasSuffix("the intervals assume up to 1.5 ×."), "\(few.sentence)")
    #expect(known.sentence.hasSuffix("differ by 10 % (standard deviation, from 7 earlier runs)."), "\(known.sentence)")
  }

  @Test(
    "A change has its sign and no digits of noise",
    arguments: [(0.41, "+41 %"), (0.05, "+5 %"), (-0.273, "−27 %"), (0.044, "+4.4 %"), (0.0002, "±0 %"), (1, "+100 %")])
  func change(share: Double, text: String) { #expect(Figures.change(share) == text) }
}
