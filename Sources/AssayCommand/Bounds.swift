import ArgumentParser

/// Checks numbers of the command line.
enum Bounds {
  /// Seconds of a week, the longest that anything may be asked to take.
  static let week = 604_800.0
  static let dimension = 1 << 24
  static let elements = 0x1p31

  static func check<Number: Comparable>(_ value: Number?, _ range: ClosedRange<Number>, _ option: String) throws {
    // Not a number is in no range.
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be from \(range.lowerBound) to \(range.upperBound); it is \(value).")
  }
}
