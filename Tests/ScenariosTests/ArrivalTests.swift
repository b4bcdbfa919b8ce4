import AssayCore
import Scenarios
import Testing

@Suite struct ArrivalTests {
  private func times(_ pattern: ArrivalPattern) throws -> [UInt64] { try ArrivalTimes.times(of: pattern, seed: 1) }

  @Test func `Queries of a rate are due evenly`() throws {
    #expect(
      try times(ArrivalPattern(from: 4, to: 4, seconds: 1)) == [0, 250_000_000, 500_000_000, 750_000_000])
  }

  @Test func `A burst arrives at once, and keeps the rate`() throws {
    var pattern = ArrivalPattern(from: 4, to: 4, seconds: 1)
    pattern.burst = 2
    #expect(try times(pattern) == [0, 0, 500_000_000, 500_000_000])
  }

  @Test(arguments: [(10.0, 200.0), (200, 10)])
  func `A ramp has as many queries as its mean rate, and its own rate at each end`(first: Double, last: Double) throws {
    let times = try times(ArrivalPattern(from: first, to: last, seconds: 10))
    #expect(abs(times.count - 1050) <= 1)
    #expect(times == times.sorted())
    let atStart = times.count { $0 < 1_000_000_000 }
    #expect(abs(Double(atStart) - (first + (last - first) / 20)) <= 1, "\(atStart) in the first second")
  }

  @Test func `Random arrivals have the mean of even ones, and their own distances`() throws {
    var pattern = ArrivalPattern(from: 100, to: 100, seconds: 100)
    pattern.isRandom = true
    let times = try times(pattern)
    #expect(abs(times.count - 10_000) < 300)
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1e9 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    // Of an exponential distribution the standard deviation is the mean.
    #expect(abs(variance.squareRoot() / mean - 1) < 0.05)
  }

  @Test func `More queries than a run can have are refused`() {
    #expect(throws: AssayError.self) { try self.times(ArrivalPattern(from: 1e6, to: 1e6, seconds: 3600)) }
  }

  @Test(
    arguments: [
      [-1, 1, 1], [0, 0, 1], [.nan, 1, 1], [1, .infinity, 1], [1e-12, 1e-12, 1e18], [1, 1, -1], [1, 1, .nan],
    ] as [[Double]])
  func `A damaged pattern has no queries`(numbers: [Double]) throws {
    #expect(try times(ArrivalPattern(from: numbers[0], to: numbers[1], seconds: numbers[2])).isEmpty)
  }

  @Test(arguments: [0, -3])
  func `A pattern whose bursts have no queries has none`(burst: Int) throws {
    var pattern = ArrivalPattern(from: 1, to: 1, seconds: 1)
    pattern.burst = burst
    #expect(try times(pattern).isEmpty)
  }

  @Test func `Recorded times count from the first`() throws {
    let text = "# recorded\n1700000000.5\r\n\n 1700000000.75 # second\n1700000002\n"
    #expect(try ArrivalTimes.parse(Array(text.utf8), path: "times.txt") == [0, 250_000_000, 1_500_000_000])
  }

  @Test(arguments: [
    ("0\n0.5\nabc\n", "times.txt, line 3: 'abc' is not a time in seconds."),
    ("0\nnan\n", "times.txt, line 2: 'nan' is not a time in seconds."),
    ("inf\n", "times.txt, line 1: 'inf' is not a time in seconds."),
    ("0\n-1\n", "times.txt, line 2: '-1' is not a time in seconds."),
    ("0,5\n", "times.txt, line 1: '0,5' is not a time in seconds."),
    ("0\n2\n\n1\n", "times.txt, line 4: 1.0 comes before 2.0 of line 2."),
    ("", "times.txt has no times."), ("# none\n", "times.txt has no times."),
    ("0\n1e300\n", "times.txt spans 1000000000000000000 seconds."),
  ])
  func `A file of times is refused by line`(text: String, message: String) {
    let error = #expect(throws: AssayError.self) { try ArrivalTimes.parse(Array(text.utf8), path: "times.txt") }
    #expect(error?.message == message)
    #expect(error?.advice != nil)
  }

  @Test func `Bytes that are no text are refused by line`() {
    let error = #expect(throws: AssayError.self) {
      try ArrivalTimes.parse([0x30, 0x0A, 0xFF, 0x00, 0x1B], path: "times.txt")
    }
    #expect(error?.message.hasPrefix("times.txt, line 2: ") == true)
  }
}
