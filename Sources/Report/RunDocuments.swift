public import AssayCore
import CSV
import Foundation

/// A run as JSON and CSV.
public enum RunDocuments {
  /// The documented JSON.
  public static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Encoding cannot fail: every number is finite.
    return ((try? encoder.encode(value)).map { escaped(String(decoding: $0, as: UTF8.self)) } ?? "{}") + "\n"
  }

  /// JSON in which every character that a terminal would obey is escaped: `\u009b`. Encoders escape only those of ASCII.
  public static func escaped(_ json: String) -> String {
    guard !json.utf8.allSatisfy({ $0 < 0x80 }) else { return json }
    var scalars = String.UnicodeScalarView()
    for scalar in json.unicodeScalars {
      if scalar.isASCII || scalar.isPrintable {
        scalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        scalars.append(
          contentsOf: "\\u\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)".unicodeScalars)
      }
    }
    return String(scalars)
  }

  /// A row of the CSV: a cell, and what its report does not say.
  struct Row {
    let cell: CellReport
    let host: HostDescription
    let created: String?
    let tags: [String]
  }

  /// One row per cell (RFC 4180). Unknown fields are empty.
  static func csv(_ report: RunReport) -> String {
    csv(report.cells.map { Row(cell: $0, host: $0.host ?? report.host, created: report.created, tags: []) })
  }

  /// One row per saved run.
  public static func csv(_ runs: [StoredRun]) -> String {
    csv(runs.map { Row(cell: $0.report, host: $0.host, created: $0.created, tags: $0.tags) })
  }

  private static func csv(_ rows: [Row]) -> String {
    CSVText.table(
      identity + latency + accuracy(ranks: ranks(rows.map(\.cell))) + goals(rows.map(\.cell)) + [
        ("error", { $0.cell.error.map { CSVText.name($0.message) } })
      ], of: rows)
  }

  private typealias Column = CSVText.Column<Row>

  private static var identity: [Column] {
    [
      ("run", { $0.cell.runID.map { "\($0)" } }), ("date_utc", { $0.created }),
      ("kind", { $0.cell.spec.measure.kind.rawValue }),
      ("status", { $0.cell.status.rawValue }), ("tags", { $0.tags.joined(separator: " ") }),
      ("commit", { $0.cell.origin?.commit.map(CSVText.name) }),
      ("branch", { $0.cell.origin?.branch.map(CSVText.name) }),
      ("uncommitted_changes", { $0.cell.origin?.isChanged.map { "\($0)" } }),
      ("note", { $0.cell.origin?.note.map(CSVText.name) }),
      ("host", { CSVText.name($0.host.shortName) }), ("model", { CSVText.name($0.cell.model.path) }),
      ("sha256", { $0.cell.model.sha256 }),
      ("conversion", { $0.cell.model.conversion?.text }),
      ("engine", { CSVText.name($0.cell.engine.name) }), ("version", { $0.cell.engine.version.map(CSVText.name) }),
      ("device", { CSVText.name($0.cell.device) }),
      ("threads", { "\($0.cell.options.threads)" }), ("batch", { $0.cell.options.batch.map { "\($0)" } }),
      ("streams", { "\($0.cell.options.streams)" }), ("seed", { "\($0.cell.options.seed)" }),
      ("inputs", { CSVText.name($0.cell.spec.inputs) }),
    ]
  }

  private static var latency: [Column] {
    [
      ("load_ms", { text($0.cell.loadMilliseconds) }),
      ("first_inference_ms", { text($0.cell.firstInferenceMilliseconds) }),
      ("count", { $0.cell.latency.map { "\($0.count)" } }), ("mean_ms", { text($0.cell.latency?.mean) }),
      ("stddev_ms", { text($0.cell.latency?.standardDeviation) }), ("min_ms", { text($0.cell.latency?.minimum) }),
      ("p50_ms", { text($0.cell.latency?.p50) }), ("p50_ci95_low_ms", { text($0.cell.latency?.medianInterval?.first) }),
      ("p50_ci95_high_ms", { text($0.cell.latency?.medianInterval?.last) }),
      ("p90_ms", { text($0.cell.latency?.p90) }), ("p95_ms", { text($0.cell.latency?.p95) }),
      ("p99_ms", { text($0.cell.latency?.p99) }), ("p99_9_ms", { text($0.cell.latency?.p999) }),
      ("max_ms", { text($0.cell.latency?.maximum) }), ("inferences_per_s", { text($0.cell.rate?.inferences) }),
      ("samples_per_s", { text($0.cell.rate?.samples) }),
      ("peak_rss_bytes", { $0.cell.peakResidentBytes.map { "\($0)" } }),
    ]
  }

  private static func accuracy(ranks: [Int]) -> [Column] {
    var columns: [Column] = [
      ("images", { $0.cell.accuracy.map { "\($0.images)" } }), ("timing", { $0.cell.accuracy?.timing.rawValue }),
      ("images_per_s", { text($0.cell.accuracy?.imagesPerSecond) }),
    ]
    for k in ranks {
      columns += [
        ("top\(k)_correct", { row in row.cell.accuracy?.top(k).map { String($0.correct) } }),
        ("top\(k)_share", { row in text(row.cell.accuracy?.top(k)?.share) }),
        ("top\(k)_ci95_low_share", { row in text(row.cell.accuracy?.top(k)?.interval?.first) }),
        ("top\(k)_ci95_high_share", { row in text(row.cell.accuracy?.top(k)?.interval?.last) }),
      ]
    }
    return columns
  }

  /// The K of every top-K of these cells; 1 and 5 if there is none.
  private static func ranks(_ cells: [CellReport]) -> [Int] {
    let asked = Set(cells.flatMap { $0.accuracy?.top.map(\.k) ?? [] })
    return asked.isEmpty ? [1, 5] : asked.sorted()
  }

  /// A column for each goal of these cells, in order.
  private static func goals(_ cells: [CellReport]) -> [Column] {
    var seen: Set<String> = []
    return cells.flatMap { $0.goals.map(\.goal.key) }.filter { seen.insert($0).inserted }.map { key in
      ("goal_\(key)", { row in row.cell.goals.first { $0.goal.key == key }?.word })
    }
  }

  static func text(_ value: Double?) -> String? { value.map { "\($0)" } }
}
