import ArgumentParser

/// A length of time as people write it: `3h`, `1h30m`, `20min`, `45s`, `5ms`, `250us`. The unit is required.
struct TimeSpan: ExpressibleByArgument, Hashable {
  let seconds: Double

  var milliseconds: Double { seconds * 1000 }
  /// As the user wrote it.
  let defaultValueDescription: String

  init(seconds: Double, text: String) {
    self.seconds = seconds
    defaultValueDescription = text
  }

  init?(argument: String) {
    var rest = Substring(argument)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Double(digits), let factor = Self.units[unit.lowercased()] else { return nil }
      total += number * factor
      rest = rest.dropFirst(digits.count + unit.count)
    }
    guard total.isFinite else { return nil }
    self.init(seconds: total, text: argument)
  }

  private static let units = [
    "d": 86400.0, "h": 3600, "min": 60, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
  ]

  static func check(_ span: TimeSpan?, _ range: ClosedRange<Double>, _ option: String, _ words: String) throws {
    guard let span, !range.contains(span.seconds) else { return }
    throw ValidationError("\(option) must be \(words); it is \(span.defaultValueDescription).")
  }
}
