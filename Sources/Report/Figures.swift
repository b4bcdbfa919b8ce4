import Foundation

/// Numbers as people read them.
public enum Figures {
  /// Four significant digits, never in exponents: `0.0123`, `1.234`, `123.4`, `12340`; a dash for what is no number.
  public static func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    guard value != 0 else { return "0" }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    return fixed(value, digits: min(max(3 - magnitude, 0), 6))
  }

  /// A number with so many decimals. Lists have thousands of them, and `String(format:)` takes longer for one than SQLite for its row.
  private static func fixed(_ value: Double, digits: Int) -> String {
    let unit = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][digits]
    let scaled = (abs(value) * Double(unit)).rounded()
    guard scaled < 0x1p53 else { return String(format: "%.*f", digits, value) }
    let (whole, fraction) = Int(scaled).quotientAndRemainder(dividingBy: unit)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(fraction)
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - decimals.utf8.count))\(decimals)"
  }

  /// One decimal of a percentage: `90.6 %`.
  public static func percent(_ share: Double) -> String { "\(fixed(share * 100, digits: 1)) %" }

  /// A size in the largest binary unit that keeps it above one: `3.4 MiB`.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = "B"
    for larger in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
      value /= 1024
      unit = larger
    }
    return unit == "B" ? "\(count) B" : String(format: "%.1f %@", value, unit)
  }

  /// A count in groups of three digits: `16 600 000`.
  public static func grouped(_ count: Int) -> String {
    var groups: [String] = []
    var rest = String(abs(count))[...]
    while !rest.isEmpty {
      groups.insert(String(rest.suffix(3)), at: 0)
      rest = rest.dropLast(3)
    }
    return (count < 0 ? "−" : "") + groups.joined(separator: "\u{202F}")
  }

  /// A count in two digits, for a legend: `16`, `1.2k`, `17M`.
  static func count(_ count: Int) -> String {
    var (value, unit) = (Double(count), "")
    for larger in ["k", "M", "G"] where value >= 1000 { (value, unit) = (value / 1000, larger) }
    return unit.isEmpty ? "\(count)" : "\(fixed(value, digits: value < 9.95 ? 1 : 0))\(unit)"
  }

  /// Counts as a row of blocks, the highest full: `▁▃█▅▁`. Every count above zero shows.
  public static func blocks(_ counts: [Int]) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    guard let highest = counts.max(), highest > 0 else { return "" }
    return String(
      counts.map { count in
        count == 0 ? " " : levels[min(Int(Double(count) / Double(highest) * Double(levels.count)), levels.count - 1)]
      })
  }

  /// Values as a row of blocks from the lowest to the highest: `▁▁▂▇█`; all of one height where they are the same within 1 %, a gap where there is none.
  ///
  /// - Parameter ends: the lowest and the highest that there may be; those of the values by default.
  public static func sparkline(_ values: [Double?], from ends: ClosedRange<Double>? = nil) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    let known = values.compactMap(\.self)
    guard let low = ends?.lowerBound ?? known.min(), let high = ends?.upperBound ?? known.max() else { return "" }
    // What changes by less than a hundredth is drawn as what it is: nothing.
    let range = max(high - low, abs(high) * 0.01, .leastNonzeroMagnitude)
    return String(
      values.map { value in value.map { levels[Int(min(max(($0 - low) / range, 0) * 8, 7))] } ?? " " })
  }

  /// `p = 0.023`, or that it is smaller than anybody cares for.
  static func pValue(_ value: Double) -> String { value < 0.0001 ? "p < 0.0001" : String(format: "p = %.4f", value) }

  /// `87.7 % – 92.9 %`
  static func percentRange(_ range: [Double]) -> String { range.map(percent).joined(separator: " – ") }

  /// A difference of shares in percentage points with one decimal and its sign.
  static func points(_ difference: Double) -> String {
    let tenths = Int((difference * 1000).rounded())
    let sign = tenths > 0 ? "+" : tenths < 0 ? "−" : "±"
    return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  /// Seconds as people say them: `8 s`, `2 min 5 s`, `3 h 4 min`.
  public static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(whole % 60) s"
    default: return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
  }
}
