/// The unit that latencies are drawn in.
struct LatencyUnit: Hashable, Sendable {
  /// `ms` or `µs`.
  let name: String
  /// As the column of a table has it.
  let column: String
  /// How many of it a millisecond has.
  let factor: Double

  static let milliseconds = LatencyUnit(name: "ms", column: "ms", factor: 1)
  static let microseconds = LatencyUnit(name: "µs", column: "us", factor: 1000)

  /// Microseconds where the slowest of some medians, in ms, is below a tenth of a millisecond.
  init(fitting medians: [Double]) {
    self = medians.max().map { $0 < 0.1 } == true ? .microseconds : .milliseconds
  }

  private init(name: String, column: String, factor: Double) {
    self.name = name
    self.column = column
    self.factor = factor
  }

  /// A latency in ms as people read it: `1.234 ms`.
  func text(_ milliseconds: Double) -> String {
    // An outlier of many milliseconds among microseconds is no number of five digits.
    let unit = milliseconds < 10 ? self : .milliseconds
    return "\(Figures.short(milliseconds * unit.factor)) \(unit.name)"
  }
}
