public import AssayCore
import Glibc
import Statistics

/// A long run in a terminal: latency over time, histogram, sensors, findings. Nothing depends on colour.
public struct TerminalPlot {
  private let report: SteadinessReport
  private let telemetry: TelemetrySeries?
  private let width: Int

  private static let margin = 10
  private static let rows = 12
  private static let bins = 14
  private static let smallestWidth = 60
  private static let maximumSensors = 64
  private static let maximumFindings = 50

  /// - Parameter width: columns of the terminal; less than 60 count as 60.
  public init(_ report: SteadinessReport, telemetry: TelemetrySeries? = nil, width: Int) {
    self.report = report
    self.telemetry = telemetry
    self.width = min(max(width, Self.smallestWidth), 400)
  }

  public func text() -> String {
    guard let summary = report.latency, !report.envelope.isEmpty else {
      return ["There are no records to draw.", problems].compactMap(\.self).joined(separator: "\n") + "\n"
    }
    let unit = LatencyUnit(fitting: [summary.p50])
    return [overTime(summary, unit), sensors, histogram(summary, unit), findings, problems].compactMap(\.self)
      .joined(separator: "\n\n") + "\n"
  }

  private var columns: Int { width - Self.margin - 1 }

  // MARK: Latency over time

  /// The middle of each column is a line from median to median; above it, dots show p99.
  private func overTime(_ summary: LatencySummary, _ unit: LatencyUnit) -> String {
    let view = LatencyView(report, summary)
    var canvas = BrailleCanvas(columns: columns, rows: Self.rows)
    func height(_ latency: Double) -> Int {
      let place =
        view.isLogarithmic
        ? log(latency / view.low) / log(view.high / view.low) : (latency - view.low) / (view.high - view.low)
      return Int((min(max(place, 0), 1) * Double(canvas.height - 1)).rounded())
    }
    var last: Int?
    for (x, pieces) in slices(of: report.envelope, into: canvas.width).enumerated() where !pieces.isEmpty {
      let median = height(middle(pieces.map(\.p50)))
      for y in min(last ?? median, median)...max(last ?? median, median) { canvas.set(x, y) }
      last = median
      // Every other column, so that p99 looks different from the line of the median.
      if x % 2 == 0 { canvas.set(x, height(middle(pieces.map(\.p99)))) }
    }
    let labels = [0, (Self.rows - 1) / 2, Self.rows - 1]
    let lines = canvas.lines.enumerated().map { row, line in
      let share = 1 - (Double(row) + 0.5) / Double(Self.rows)
      let latency =
        view.isLogarithmic ? view.low * pow(view.high / view.low, share) : view.low + (view.high - view.low) * share
      return axis(labels.contains(row) ? unit.text(latency) : "") + line
    }
    let title = "Latency over time: the line is the median, the dots above it p99"
    return ([title] + marks + lines + [timeAxis]).joined(separator: "\n")
  }

  /// Marks of level shifts, above the picture.
  private var marks: [String] {
    guard !report.shifts.isEmpty, report.seconds > 0 else { return [] }
    var line = [Character](repeating: " ", count: columns)
    for shift in report.shifts {
      line[min(max(Int(shift.at / report.seconds * Double(columns)), 0), columns - 1)] = "▼"
    }
    return [(axis("shifts", separator: " ") + String(line)).trimmedAtEnd]
  }

  private var timeAxis: String {
    let (start, end) = (Figures.clock(0), Figures.clock(report.seconds))
    let middle = Figures.clock(report.seconds / 2)
    let room = columns - start.count - middle.count - end.count
    let (left, right) = (max(room / 2, 1), max(room - room / 2, 1))
    return axis("", separator: " ") + start + blanks(left) + middle + blanks(right) + end
  }

  // MARK: Sensors

  private var sensors: String? {
    guard let telemetry else { return nil }
    let excerpt = Excerpt(evenly: Array(zip(telemetry.sensors, telemetry.values)), limit: Self.maximumSensors)
    let rows: [(name: String, line: String, range: String)] = excerpt.shown.compactMap { sensor, values in
      let known = values.compactMap(\.self).filter(\.isFinite)
      guard let low = known.min(), let high = known.max() else { return nil }
      let factor = sensor.quantity.isShare ? 100.0 : 1
      let unit = sensor.quantity.isShare ? "%" : sensor.quantity.unit
      let numbers = low == high ? [low] : [low, high]
      return (
        sensor.name.printable,
        Figures.sparkline(means(values), from: low...high),
        "\(numbers.map { Figures.short($0 * factor) }.joined(separator: " – ")) \(unit)".trimmedAtEnd
      )
    }
    guard !rows.isEmpty else { return nil }
    let shown = rows.map { row in
      let name = String(row.name.prefix(26))
      return "  \(name)\(blanks(27 - name.count))\(row.line)  \(row.range)"
    }
    return (["Sensors\(excerpt.note)"] + shown).joined(separator: "\n")
  }

  /// The mean of each column; `nil` without values.
  private func means(_ values: [Double?]) -> [Double?] {
    slices(of: values, into: max(width - 55, 8)).map { slice in
      let known = slice.compactMap(\.self).filter(\.isFinite)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
  }

  // MARK: Histogram and words

  private func histogram(_ summary: LatencySummary, _ unit: LatencyUnit) -> String? {
    guard let bins = HistogramBins(summary, report.density)?.merged(into: Self.bins) else { return nil }
    let total = max(bins.reduce(0) { $0 + $1.count }, 1)
    let highest = max(bins.map(\.count).max() ?? 1, 1)
    let room = max(width - Self.margin - 20, 10)
    let lines = bins.map { bin in
      let eighths = bin.count == 0 ? 0 : max(1, bin.count * room * 8 / highest)
      let partial = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
      let bar = String(repeating: "█", count: eighths / 8) + partial
      let share = Double(bin.count) / Double(total)
      let percent = bin.count == 0 ? "" : share < 0.001 ? " < 0.1 %" : " \(Figures.percent(share))"
      return axis(unit.text(bin.from)) + bar + percent
    }
    return (["Histogram: from which latency on, and how many"] + lines).joined(separator: "\n")
  }

  private var findings: String? {
    guard !report.findings.isEmpty else { return nil }
    return Self.list("Findings", report.findings) { "\($0.strength.rawValue): \($0.sentence)" }
  }

  private var problems: String? {
    guard !report.problems.isEmpty else { return nil }
    return Self.list("Problems with the records", report.problems, \.sentence)
  }

  // MARK: Helpers

  private static func list<Item>(_ title: String, _ items: [Item], _ text: (Item) -> String) -> String {
    let excerpt = Excerpt(first: items, limit: maximumFindings)
    return ([title + excerpt.note] + excerpt.shown.map { "  \(text($0).printable)" }).joined(separator: "\n")
  }

  private func axis(_ label: String, separator: String = "│") -> String {
    blanks(Self.margin - label.count - 1) + label + separator
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  /// One part per column. With fewer values than columns, a value is in several.
  private func slices<Value>(of values: [Value], into count: Int) -> [ArraySlice<Value>] {
    (0..<count).map { index in
      guard !values.isEmpty else { return [] }
      let first = index * values.count / count
      return values[first..<max((index + 1) * values.count / count, first + 1)]
    }
  }

  private func middle(_ values: [Double]) -> Double { Quantiles.median(values) ?? 0 }
}

/// Dots, two by four in each character (Unicode's braille patterns).
struct BrailleCanvas {
  let width: Int
  let height: Int
  private var cells: [[UInt32]]

  init(columns: Int, rows: Int) {
    width = columns * 2
    height = rows * 4
    cells = Array(repeating: Array(repeating: 0, count: columns), count: rows)
  }

  /// - Parameter y: from the bottom up.
  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let fromTop = height - 1 - y
    let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    cells[fromTop / 4][x / 2] |= bits[x % 2][fromTop % 4]
  }

  /// From top to bottom, without blanks at their ends.
  var lines: [String] {
    cells.map { row in
      var line = ""
      for cell in row { line.unicodeScalars.append(cell == 0 ? " " : Unicode.Scalar(0x2800 + cell) ?? " ") }
      return line.trimmedAtEnd
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
