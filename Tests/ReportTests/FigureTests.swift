import Testing

@testable import Report

@Suite("Numbers are written one way")
struct FigureTests {
  @Test("Four digits for tables, three for sentences, never an exponent")
  func numbers() {
    #expect(
      [0, 0.0123, 1.234, 123.4, 12_340, -1.5].map(Figures.short) == [
        "0", "0.01230", "1.234", "123.4", "12340", "-1.500",
      ])
    #expect([1065, 0.752, 13.7, 1e20].map { Figures.significant($0) } == ["1065", "0.752", "13.7", "1e+20"])
    #expect(Figures.pair(10.2, 13.71) == "10.2 to 13.7")
    #expect([Double.nan, .infinity, -.infinity].map { Figures.significant($0) } == ["–", "–", "–"])
    #expect(Figures.fixed(-0.004, decimals: 2) == "0.00")
  }

  @Test("Shares and ratios")
  func shares() {
    #expect(Figures.percent(0.9061) == "90.6 %")
    #expect([0.34, 0.0142, 0.0002, 0, -0.1].map(Figures.roundPercent) == ["34 %", "1.4 %", "0.02 %", "0.0 %", "10 %"])
    #expect([0.0005, 0.01, 0.125].map(Figures.optionPercent) == ["0.05%", "1%", "12.5%"])
    #expect([0.012, -0.004, 0.0001].map(Figures.points) == ["+1.2", "−0.4", "±0.0"])
    #expect([1, 0.0123, 250].map(Figures.ratio) == ["1.000", "0.01230", "250.0"])
    #expect([0.023, 0.00001].map(Figures.pValue) == ["p = 0.0230", "p < 0.0001"])
  }

  @Test("Sizes and counts")
  func sizes() {
    #expect([12, 3_565_158, 5 << 40].map(Figures.bytes) == ["12 B", "3.4 MiB", "5.0 TiB"])
    #expect(Figures.grouped(16_600_000) == "16\u{202F}600\u{202F}000")
    #expect([16, 1234, 16_600_000].map(Figures.count) == ["16", "1.2k", "17M"])
  }

  @Test(
    "Times within a run have the unit that fits",
    arguments: [
      (0, "0.0 s"), (0.00402, "4.02 ms"), (0.25, "250 ms"), (7.2, "7.2 s"), (42, "42 s"), (59.7, "1 min"),
      (200, "3 min 20 s"), (6000, "1 h 40 min"), (.nan, "–"),
    ])
  func times(seconds: Double, text: String) { #expect(Figures.time(seconds) == text) }

  @Test("Durations that are counted down have whole seconds; clocks have two digits")
  func durations() {
    #expect([0.2, 7.6, 60, 125, 11_040].map(Figures.duration) == ["0 s", "8 s", "1 min", "2 min 5 s", "3 h 4 min"])
    #expect([0, 6005].map(Figures.clock) == ["0:00:00", "1:40:05"])
  }
}
