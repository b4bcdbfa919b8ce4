import AssayCore
import CSV

/// A CSV file inside the program. Tests read all of them, so a damaged one never ships.
struct EmbeddedTable {
  struct Row {
    fileprivate let columns: [String: Int]
    fileprivate let fields: [String]

    subscript(column: String) -> String {
      guard let index = columns[column], fields.indices.contains(index) else { return "" }
      return fields[index]
    }

    func optional(_ column: String) -> String? { self[column].isEmpty ? nil : self[column] }

    func number(_ column: String) -> Double { Double(self[column]) ?? .nan }

    /// A number with the digits that are printed, or what is printed in its place.
    func observed(_ column: String, reason: String) -> ObservedValue {
      let text = self[column]
      // `Double` also reads "nan", which here is what a source prints instead of a number.
      guard let value = Double(text), value.isFinite else { return .absent(text, reason: reason) }
      let decimals = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 }
      return .number(value, decimals: decimals ?? 0)
    }
  }

  let rows: [Row]

  init(_ bytes: [UInt8]) {
    var (row, all): (CSVRow, [[String]]) = (CSVRow(), [])
    for byte in bytes where row.take(byte) { all.append(row.texts) }
    if row.finish() { all.append(row.texts) }
    let titles = all.first ?? []
    let columns = Dictionary(titles.enumerated().map { ($1, $0) }) { first, _ in first }
    rows = all.dropFirst().map { Row(columns: columns, fields: $0) }
  }
}

/// The names that models, frameworks and devices have in all sources.
struct NameTable {
  private var names: [String: String] = [:]

  init(_ table: EmbeddedTable) {
    for row in table.rows { names["\(row["kind"])/\(row["printed"])"] = row["name"] }
  }

  func name(_ kind: String, _ printed: String) -> String { names["\(kind)/\(printed)"] ?? printed }
}
