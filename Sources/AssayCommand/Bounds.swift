import ArgumentParser

/// Checks numbers on the command line.
enum Bounds {
  /// A week in seconds: the longest duration that options accept.
  static let week = 604_800.0
  static let dimension = 1 << 24
  static let elements = 0x1p31

  static func check<Number: Comparable>(_ value: Number?, _ range: ClosedRange<Number>, _ option: String) throws {
    // No range contains NaN.
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be from \(range.lowerBound) to \(range.upperBound); it is \(value).")
  }
}
