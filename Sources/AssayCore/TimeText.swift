/// A length of time as people write it: `3h`, `1h30m`, `20min`, `45s`, `5ms`, `250us`. The unit is required.
public enum TimeText {
  /// `nil` if it is none.
  public static func seconds(_ text: String) -> Double? {
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Double(digits), let factor = units[unit.lowercased()] else { return nil }
      total += number * factor
      rest = rest.dropFirst(digits.count + unit.count)
    }
    return total.isFinite ? total : nil
  }

  private static let units = [
    "d": 86400.0, "h": 3600, "min": 60, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
  ]
}
