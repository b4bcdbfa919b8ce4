public import AssayCore

/// When the queries of an open loop are due, in ns from the start, in order.
public enum ArrivalTimes {
  /// More queries than this do not fit into a run.
  public static let mostQueries = 10_000_000
  /// More than any run takes.
  private static let longestSeconds = 1e9
  /// Recorded times go to the worker in its request.
  private static let mostRecorded = 1_000_000

  /// The times of a pattern with rates.
  ///
  /// Evenly, the k-th query is due when k have arrived by the rate so far; at random, when the k-th point of a Poisson process of rate 1 has.
  ///
  /// - Throws: `.usage` for too many queries.
  public static func times(of pattern: ArrivalPattern, seed: UInt64) throws(AssayError) -> [UInt64] {
    // A damaged file may hold any numbers.
    guard let rates = pattern.rates, let first = rates.first, let last = rates.last, let seconds = pattern.seconds,
      first.isFinite, last.isFinite, min(first, last) > 0, (0...longestSeconds).contains(seconds), pattern.burst > 0
    else { return [] }
    let total = (first + last) / 2 * seconds
    guard total <= Double(mostQueries) else {
      throw AssayError(
        .usage, "These are \(Int(min(total, 1e15))) queries; a run has at most \(mostQueries).",
        advice: "Give a lower --rate or a shorter --duration.")
    }
    var random = MersenneTwister(seed: seed)
    var times: [UInt64] = []
    var arrived = 0.0
    while let time = time(of: arrived, from: first, to: last, over: seconds) {
      for _ in 0..<pattern.burst { times.append(UInt64(time * 1e9)) }
      arrived += Double(pattern.burst) * (pattern.isRandom ? random.nextExponential(rate: 1) : 1)
    }
    return times
  }

  /// When so many queries have arrived; `nil` after the end.
  private static func time(of arrived: Double, from first: Double, to last: Double, over seconds: Double) -> Double? {
    let change = (last - first) / seconds
    // The root of first · t + change · t² / 2 = arrived, in a form that is exact for a change of 0.
    let discriminant = first * first + 2 * change * arrived
    guard discriminant >= 0 else { return nil }
    let time = 2 * arrived / (first + discriminant.squareRoot())
    return time < seconds ? time : nil
  }

  /// Recorded times: a number of seconds a line. Empty lines and those from `#` on are left out. The first is the start.
  ///
  /// - Throws: `.badData` with the line of what is not a time or not in order.
  public static func parse(_ text: [UInt8], path: String) throws(AssayError) -> [UInt64] {
    var seconds: [Double] = []
    var last: (value: Double, line: Int)?
    for (index, bytes) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let line = index + 1
      let word = String(decoding: bytes.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
      let number = word.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.reversed().drop { $0.isWhitespace }.reversed()
      if number.isEmpty { continue }
      guard let time = Double(String(number)), time.isFinite, time >= 0 else {
        throw AssayError(
          .badData,
          "\(path), line \(line): '\(String(number).prefix(40).description.printable)' is not a time in seconds.",
          advice: "Write a number from 0 on a line, as in 0.25.")
      }
      if let last, time < last.value {
        throw AssayError(
          .badData, "\(path), line \(line): \(time) comes before \(last.value) of line \(last.line).",
          advice: "Sort the times, as with: sort -n \(path.shellQuoted)")
      }
      last = (time, line)
      seconds.append(time)
      guard seconds.count <= mostRecorded else {
        throw AssayError(.badData, "\(path) has more than \(mostRecorded) times.", advice: "Give a part of it.")
      }
    }
    guard let first = seconds.first, let end = seconds.last else {
      throw AssayError(.badData, "\(path) has no times.", advice: "Write a number of seconds a line, as in 0.25.")
    }
    guard end - first < longestSeconds else {
      throw AssayError(
        .badData, "\(path) spans \(Int(min(end - first, 1e18))) seconds.",
        advice: "Its times are seconds, not milliseconds.")
    }
    return seconds.map { UInt64((($0 - first) * 1e9).rounded()) }
  }
}
