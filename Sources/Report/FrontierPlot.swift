import AssayCore
import Glibc

/// Throughput against latency of several numbers of streams, in a terminal. Points are letters, which the lines below explain.
struct FrontierPlot {
  private let points: [(cell: CellReport, latency: Double, throughput: Double, isOnFrontier: Bool)]
  private let width: Int

  private static let margin = 10
  private static let rows = 12
  private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

  init(_ frontier: StreamFrontier, of report: RunReport, width: Int) {
    self.width = min(max(width, 60), 100)
    points = frontier.cells.compactMap { index in
      let cell = report.cells[index]
      guard let latency = cell.latency?.mean, let throughput = cell.rate?.samples, latency > 0, throughput > 0 else {
        return nil
      }
      return (cell, latency, throughput, frontier.frontier.contains(index))
    }
  }

  /// Empty with fewer than three points, which need no picture.
  var lines: [String] {
    guard points.count > 2, let low = points.map(\.latency).min(), let high = points.map(\.latency).max(),
      let top = points.map(\.throughput).max()
    else { return [] }
    let columns = width - Self.margin - 1
    var grid = Array(repeating: Array(repeating: Character(" "), count: columns), count: Self.rows)
    let shown = points.prefix(Self.letters.count)
    // Those of the frontier last, so that they stay in sight.
    for (index, point) in shown.enumerated().sorted(by: { !$0.element.isOnFrontier && $1.element.isOnFrontier }) {
      let share = high > low ? log(point.latency / low) / log(high / low) : 0
      let x = Int((share * Double(columns - 1)).rounded())
      let y = Self.rows - 1 - Int((point.throughput / top * Double(Self.rows - 1)).rounded())
      grid[y][x] = Self.letters[index]
    }
    let labels = [
      0: top, (Self.rows - 1) / 2: top * Double(Self.rows - 1 - (Self.rows - 1) / 2) / Double(Self.rows - 1),
      Self.rows - 1: 0,
    ]
    let picture = grid.enumerated().map { row, line in
      axis(labels[row].map { Figures.significant($0) } ?? "") + String(line).trimmedRight
    }
    return ["Samples/s against the mean latency, on a logarithmic axis; * is on the frontier"] + picture
      + [latencyAxis(low, high, columns)] + legend(shown)
  }

  private func latencyAxis(_ low: Double, _ high: Double, _ columns: Int) -> String {
    let (left, right) = ("\(Figures.significant(low)) ms", "\(Figures.significant(high)) ms")
    let gap = max(columns - left.count - right.count, 1)
    return blanks(Self.margin) + left + blanks(gap) + right
  }

  /// Several points a line.
  private func legend(_ shown: ArraySlice<(cell: CellReport, latency: Double, throughput: Double, isOnFrontier: Bool)>)
    -> [String]
  {
    let names = shown.enumerated().map { index, point in
      let options = point.cell.options
      return "\(Self.letters[index]) \(options.streams) × \(options.threads)" + (options.batch.map { " b\($0)" } ?? "")
        + (point.isOnFrontier ? " *" : "")
    }
    let longest = (names.map(\.count).max() ?? 0) + 3
    let each = max((width - 2) / longest, 1)
    return stride(from: 0, to: names.count, by: each).map { start in
      ("  " + names[start..<min(start + each, names.count)].map { $0 + blanks(longest - $0.count) }.joined())
        .trimmedRight
    }
  }

  private func axis(_ label: String) -> String { blanks(Self.margin - label.count - 1) + label + "│" }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
}

extension String {
  fileprivate var trimmedRight: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
