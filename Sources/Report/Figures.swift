import Glibc

/// Formats numbers, units, percentages and times for readers. No other type does.
public enum Figures {
  /// Four significant digits without an exponent: `0.0123`, `1.234`, `123.4`, `12340`; a dash for NaN and infinity.
  public static func short(_ value: Double) -> String {
    value == 0 ? "0" : fixed(value, decimals: min(decimals(of: value, digits: 4), 6))
  }

  /// A value with `digits` significant digits, without an exponent: `1065`, `0.752`, `13.7`.
  static func significant(_ value: Double, digits: Int = 3) -> String {
    fixed(value, decimals: decimals(of: value, digits: digits))
  }

  /// A value with at most four significant digits and no zeros at the end: `20`, `0.75`, `1.234`.
  static func shortest(_ value: Double) -> String {
    let text = short(value)
    guard text.contains(".") else { return text }
    let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(digits.reversed())
  }

  /// Two values with the same decimals, as many as three significant digits of the smaller need: `10.2 to 13.7`.
  static func pair(_ first: Double, _ second: Double, joining word: String = "to") -> String {
    let decimals = decimals(of: min(first, second), digits: 3)
    return "\(fixed(first, decimals: decimals)) \(word) \(fixed(second, decimals: decimals))"
  }

  /// The number of decimals for `digits` significant digits of a value.
  static func decimals(of value: Double, digits: Int) -> Int {
    guard value.isFinite, value != 0 else { return 0 }
    return min(max(digits - 1 - Int(log10(abs(value)).rounded(.down)), 0), 9)
  }

  /// A number with a fixed number of decimals; a dash for NaN and infinity.
  ///
  /// Lists have thousands of numbers, and `String(format:)` takes longer for one than SQLite for its row.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let unit = pow(10, Double(decimals))
    let scaled = (abs(value) * unit).rounded()
    // A Double this large has no decimals.
    guard scaled < 0x1p53 else { return abs(value) < 0x1p63 ? String(Int(value)) : "\(value)" }
    let (whole, fraction) = Int(scaled).quotientAndRemainder(dividingBy: Int(unit))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(fraction)
    return "\(sign)\(whole).\(String(repeating: "0", count: decimals - digits.utf8.count))\(digits)"
  }

  // MARK: Shares and ratios

  /// A share as a percentage with one decimal, for columns: `90.6 %`.
  public static func percent(_ share: Double) -> String { "\(fixed(share * 100, decimals: 1)) %" }

  /// `87.7 % – 92.9 %`
  static func percentRange(_ range: [Double]) -> String { range.map(percent).joined(separator: " – ") }

  /// The size of a share as a percentage in two digits, for sentences: `34 %`, `1.4 %`, `0.02 %`.
  static func roundPercent(_ share: Double) -> String {
    let value = abs(share) * 100
    return fixed(value, decimals: value >= 9.95 ? 0 : value >= 0.095 || value == 0 ? 1 : 2) + " %"
  }

  /// Half an interval, as a share of the value within it; empty where the value is 0.
  static func margin(_ interval: [Double], of value: Double) -> String {
    value > 0 ? roundPercent((interval[1] - interval[0]) / 2 / value) : ""
  }

  /// A relative change in at most two digits behind which nothing but noise follows, with its sign: `+41 %`, `+4.4 %`, `−0.3 %`, `±0 %`.
  static func change(_ share: Double) -> String {
    var digits = fixed(abs(share) * 100, decimals: abs(share) >= 0.0995 ? 0 : 1)
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    return (digits == "0" ? "±" : share < 0 ? "−" : "+") + digits + " %"
  }

  /// A share as an option on the command line, with all its digits: `0.05%`.
  static func optionPercent(_ share: Double) -> String {
    var text = fixed(share * 100, decimals: 6)
    while text.last == "0" { text.removeLast() }
    return (text.last == "." ? String(text.dropLast()) : text) + "%"
  }

  /// A difference of shares in percentage points with one decimal and its sign: `+1.2`, `−0.4`, `±0.0`.
  static func points(_ difference: Double) -> String {
    let text = fixed(abs(difference) * 100, decimals: 1)
    return (text == "0.0" ? "±" : difference < 0 ? "−" : "+") + text
  }

  /// A ratio: three decimals near 1, four significant digits far from it.
  static func ratio(_ value: Double) -> String {
    (0.1..<100).contains(value) ? fixed(value, decimals: 3) : short(value)
  }

  static func ratioRange(_ range: [Double]) -> String { range.map(ratio).joined(separator: " – ") }

  /// `p = 0.0230`, or that it is too small to matter.
  static func pValue(_ value: Double) -> String {
    value < 0.0001 ? "p < 0.0001" : "p = \(fixed(value, decimals: 4))"
  }

  // MARK: Counts and sizes

  /// A size in the largest binary unit that keeps it above one: `3.4 MiB`.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = "B"
    for larger in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
      value /= 1024
      unit = larger
    }
    return unit == "B" ? "\(count) B" : "\(fixed(value, decimals: 1)) \(unit)"
  }

  /// A count with groups of three digits: `16 600 000`.
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
    return unit.isEmpty ? "\(count)" : "\(fixed(value, decimals: value < 9.95 ? 1 : 0))\(unit)"
  }

  /// A count in four digits: `66`, `4709`, `3.488 M`, `300.8 M`.
  public static func large(_ count: Int) -> String {
    guard abs(count) >= 10_000 else { return "\(count)" }
    var (value, unit) = (Double(count) / 1000, "k")
    for larger in ["M", "G", "T"] where abs(value) >= 999.95 { (value, unit) = (value / 1000, larger) }
    return "\(short(value)) \(unit)"
  }

  /// `1 inference`, `12 inferences`
  static func inferences(_ count: Int) -> String { count == 1 ? "1 inference" : "\(count) inferences" }

  /// `1 thread`, `4 threads`
  public static func threads(_ count: Int) -> String { count == 1 ? "1 thread" : "\(count) threads" }

  /// `1 earlier run`, `7 earlier runs`
  static func earlierRuns(_ count: Int) -> String { "\(count) earlier run\(count == 1 ? "" : "s")" }

  // MARK: Times

  /// A time in ms with two digits, for columns: `8.1 ms`, `110 ms`, `1.5 s`.
  static func roughTime(_ milliseconds: Double) -> String {
    milliseconds < 999.5
      ? "\(significant(milliseconds, digits: 2)) ms" : "\(significant(milliseconds / 1000, digits: 2)) s"
  }

  /// A latency in ms: `1.234 ms`.
  static func milliseconds(_ value: Double) -> String { "\(short(value)) ms" }

  /// Whole seconds, for progress: `8 s`, `2 min 5 s`, `3 h 4 min`.
  public static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    return whole < 60 ? "\(whole) s" : long(Double(whole))
  }

  /// A time within a run, for sentences: `4.02 ms`, `7.2 s`, `42 s`, `3 min 20 s`, `1 h 40 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "–" }
    if seconds > 0, seconds < 0.5 { return "\(significant(seconds * 1000)) ms" }
    return seconds < 59.5 ? "\(fixed(seconds, decimals: seconds < 9.95 ? 1 : 0)) s" : long(seconds)
  }

  /// A time of at least a minute.
  private static func long(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    guard whole < 3600 else {
      let minutes = Int((seconds / 60).rounded())
      return "\(minutes / 60) h \(minutes % 60) min"
    }
    return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
  }

  /// A time since the start of a run, as clocks show it: `1:40:05`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
