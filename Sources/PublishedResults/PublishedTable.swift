public import AssayCore

/// A table of a source, as it is printed there.
public struct PublishedTable: Hashable, Sendable {
  /// What a table names its rows or columns by.
  public enum Field: String, Hashable, Sendable { case model, framework, device, metric, property }

  /// What stands in a cell.
  public enum Cell: Hashable, Sendable {
    case text(String)
    case value(ObservedValue, unit: String)
  }

  public struct Row: Hashable, Sendable {
    /// The names of the row, in the order of the table's `rowFields`.
    public let names: [String]
    /// In the order of the table's `columns`; `nil` where the table has none.
    public let cells: [Cell?]
  }

  /// `4.1`
  public let number: String
  public let source: String
  public let title: String
  /// How its values were measured; empty where there is nothing to say.
  public let conditions: String
  public let rowFields: [Field]
  public let columnFields: [Field]
  /// The names of each column, in the order of `columnFields`.
  public let columns: [[String]]
  public let rows: [Row]

  init(_ row: EmbeddedTable.Row, values: [PublishedValue], specifications: [EmbeddedTable.Row]) {
    number = row["table"]
    source = row["source"]
    title = row["title"]
    conditions = row["conditions"]
    func fields(_ column: String) -> [Field] {
      row[column].split(separator: " ").compactMap { Field(rawValue: String($0)) }
    }
    (rowFields, columnFields) = (fields("rows"), fields("columns"))
    var entries: [Entry] = values.filter { [number] in $0.table == number }.map { Entry($0) }
    entries += specifications.filter { [number] in $0["table"] == number && !$0["row"].isEmpty }.map { Entry($0) }
    (columns, rows) = Self.pivot(entries, rows: rowFields, columns: columnFields)
  }

  private struct Entry {
    let row: Int
    let names: [Field: String]
    let cell: Cell

    init(_ value: PublishedValue) {
      row = value.row
      names = [
        .model: value.model, .framework: value.framework, .device: value.device, .metric: value.quantity.rawValue,
      ]
      cell = .value(value.value, unit: value.quantity.unit)
    }

    init(_ specification: EmbeddedTable.Row) {
      row = Int(specification["row"]) ?? 0
      names = [.device: specification["device"], .property: specification["property"]]
      cell = .text(specification["value"])
    }
  }

  private static func pivot(
    _ entries: [Entry], rows rowFields: [Field], columns columnFields: [Field]
  ) -> (columns: [[String]], rows: [Row]) {
    func names(_ entry: Entry, _ fields: [Field]) -> [String] { fields.map { entry.names[$0] ?? "" } }
    var columns: [[String]] = []
    var numbers: [Int] = []
    var found: [Int: (names: [String], cells: [[String]: Cell])] = [:]
    for entry in entries {
      let column = names(entry, columnFields)
      if !columns.contains(column) { columns.append(column) }
      if found[entry.row] == nil { numbers.append(entry.row) }
      found[entry.row, default: (names(entry, rowFields), [:])].cells[column] = entry.cell
    }
    let rows = numbers.compactMap { found[$0] }.map { row in
      Row(names: row.names, cells: columns.map { row.cells[$0] })
    }
    return (columns, rows)
  }
}
