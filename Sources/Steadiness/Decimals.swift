import Glibc

/// Numbers as sentences have them.
enum Decimals {
  /// The power of ten that is the unit of the last of `digits` significant digits of a value: 0.01 for two digits of 0.252.
  static func unit(of value: Double, digits: Int) -> Double {
    guard value.isFinite, value != 0 else { return 1 }
    return pow(10, floor(log10(abs(value))) - Double(digits - 1))
  }

  /// A value to so many significant digits, without an exponent: `1065`, `0.752`, `13.7`.
  static func text(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "unknown" }
    return text(value, unit: unit(of: value, digits: digits))
  }

  /// Two values to the same decimals, those of three significant digits of the smaller: `10.2 to 13.7`.
  static func pair(_ first: Double, _ second: Double, joining word: String = "to") -> String {
    let unit = unit(of: min(first, second), digits: 3)
    return "\(text(first, unit: unit)) \(word) \(text(second, unit: unit))"
  }

  /// A value rounded to a multiple of a power of ten, with as many decimals.
  static func text(_ value: Double, unit: Double) -> String {
    let places = max(0, -Int(log10(unit).rounded()))
    let scale = pow(10, Double(places))
    let scaled = (value * scale).rounded()
    guard places > 0, abs(scaled) < 1e15 else { return whole(value.rounded()) }
    let digits = String(Int64(abs(scaled)))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (scaled < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// `34 %`, `1.4 %`, `0.02 %`.
  static func percent(_ share: Double) -> String {
    let value = abs(share) * 100
    return text(value, unit: value >= 9.95 ? 1 : value >= 0.095 || value == 0 ? 0.1 : 0.01) + " %"
  }

  /// A time within a run: `4.02 ms`, `42 s`, `3 min 20 s`, `1 h 40 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "unknown" }
    if seconds > 0, seconds < 0.5 { return text(seconds * 1000, unit: unit(of: seconds * 1000, digits: 3)) + " ms" }
    if seconds < 60 { return text(seconds, unit: seconds < 9.95 ? 0.1 : 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole >= 3600 {
      let minutes = Int((seconds / 60).rounded())
      return "\(minutes / 60) h \(minutes % 60) min"
    }
    let (minutes, rest) = (whole / 60, whole % 60)
    return rest == 0 ? "\(minutes) min" : "\(minutes) min \(rest) s"
  }

  private static func whole(_ value: Double) -> String {
    abs(value) < 1e18 ? String(Int64(value)) : String(value)
  }
}
