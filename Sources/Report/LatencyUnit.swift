/// The unit of latencies in a chart or a page.
struct LatencyUnit: Hashable, Sendable {
  /// `ms` or `µs`.
  let name: String
  /// In the names of columns.
  let column: String
  /// How many make a millisecond.
  let factor: Double

  static let milliseconds = LatencyUnit(name: "ms", column: "ms", factor: 1)
  static let microseconds = LatencyUnit(name: "µs", column: "us", factor: 1000)

  /// Microseconds if all medians, in ms, are below a tenth of a millisecond.
  init(fitting medians: [Double]) {
    self = medians.max().map { $0 < 0.1 } == true ? .microseconds : .milliseconds
  }

  private init(name: String, column: String, factor: Double) {
    self.name = name
    self.column = column
    self.factor = factor
  }

  /// A latency in ms with its unit: `1.234 ms`.
  func text(_ milliseconds: Double) -> String {
    // An outlier of many milliseconds would have five digits in microseconds.
    let unit = milliseconds < 10 ? self : .milliseconds
    return "\(Figures.short(milliseconds * unit.factor)) \(unit.name)"
  }
}
