public import AssayCore

/// What a stress test shows of itself while it goes on.
public struct LiveSteadiness: Sendable {
  /// Of the latest inferences, some hundred.
  public internal(set) var recentMedian: Double?
  public internal(set) var recentP99: Double?
  /// Medians in ms of consecutive stretches of equal length, at most `maximumStretches`: the whole run so far.
  public internal(set) var medians: [Double] = []
  /// What the sensors say: `62 °C, 1.4 GHz, 5.3 W`; empty where there are none.
  public internal(set) var sensors = ""
  public internal(set) var findings: [Finding] = []

  static let maximumStretches = 60
}

/// Medians of stretches of a run whose length is not known: when there are too many, two become one.
struct StretchMedians {
  private(set) var medians: [Double] = []
  private var open: [Double] = []
  /// Ticks that make a stretch.
  private var length = 1

  mutating func add(_ median: Double) {
    open.append(median)
    guard open.count == length else { return }
    medians.append(open.reduce(0, +) / Double(length))
    open = []
    guard medians.count > LiveSteadiness.maximumStretches else { return }
    length *= 2
    medians = stride(from: 0, to: medians.count - 1, by: 2).map { (medians[$0] + medians[$0 + 1]) / 2 }
  }
}
