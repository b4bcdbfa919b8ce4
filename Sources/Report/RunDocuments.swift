public import AssayCore
import CSV
import Foundation

/// A run as JSON and CSV.
public enum RunDocuments {
  /// The documented JSON, schema 1.
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

  /// One row per cell (RFC 4180). Unknown fields are empty.
  public static func csv(_ cells: [CellReport]) -> String {
    var columns: [CSVText.Column<CellReport>] = [
      ("model", { CSVText.name($0.model.path) }), ("sha256", { $0.model.sha256 }),
      ("engine", { CSVText.name($0.engine.name) }),
      ("version", { $0.engine.version.map(CSVText.name) }), ("device", { CSVText.name($0.device) }),
      ("threads", { "\($0.options.threads)" }),
      ("batch", { $0.options.batch.map { "\($0)" } }), ("seed", { "\($0.options.seed)" }),
      ("inputs", { CSVText.name($0.spec.inputs) }), ("status", { $0.status.rawValue }),
      ("error", { $0.error.map { CSVText.name($0.message) } }),
      ("load_ms", { text($0.loadMilliseconds) }), ("first_inference_ms", { text($0.firstInferenceMilliseconds) }),
      ("count", { $0.latency.map { "\($0.count)" } }), ("mean_ms", { text($0.latency?.mean) }),
      ("stddev_ms", { text($0.latency?.standardDeviation) }), ("min_ms", { text($0.latency?.minimum) }),
      ("p50_ms", { text($0.latency?.p50) }), ("p90_ms", { text($0.latency?.p90) }),
      ("p95_ms", { text($0.latency?.p95) }), ("p99_ms", { text($0.latency?.p99) }),
      ("p99_9_ms", { text($0.latency?.p999) }), ("max_ms", { text($0.latency?.maximum) }),
      ("throughput_per_s", { text($0.rate?.samples) }), ("inferences_per_s", { text($0.rate?.inferences) }),
      ("samples_per_s", { text($0.rate?.samples) }),
      ("peak_rss_bytes", { $0.peakResidentBytes.map { "\($0)" } }), ("images", { $0.accuracy.map { "\($0.images)" } }),
      ("timing", { $0.accuracy?.timing.rawValue }), ("images_per_s", { text($0.accuracy?.imagesPerSecond) }),
    ]
    for k in ranks(cells) {
      columns.append(("top\(k)_correct", { cell in cell.accuracy?.top(k).map { String($0.correct) } }))
    }
    for key in goals(cells) {
      columns.append(("goal_\(key)", { cell in cell.goals.first { $0.goal.key == key }?.word }))
    }
    columns.append(("run", { $0.runID.map { "\($0)" } }))
    return CSVText.table(columns, of: cells)
  }

  /// The K of every top-K of these cells; 1 and 5 if there is none.
  private static func ranks(_ cells: [CellReport]) -> [Int] {
    let asked = Set(cells.flatMap { $0.accuracy?.top.map(\.k) ?? [] })
    return asked.isEmpty ? [1, 5] : asked.sorted()
  }

  /// The goals of these cells, in order.
  private static func goals(_ cells: [CellReport]) -> [String] {
    var seen: Set<String> = []
    return cells.flatMap { $0.goals.map(\.goal.key) }.filter { seen.insert($0).inserted }
  }

  static func text(_ value: Double?) -> String? { value.map { "\($0)" } }
}
