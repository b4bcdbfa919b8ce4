public import AssayCore

/// Results of others that ship with Assay: every value with its source, table, unit and conditions.
public struct PublishedResults: Sendable {
  public let sources: [PublishedSource]
  public let tables: [PublishedTable]
  public let observations: [Observation]
  public let specifications: [DeviceSpecification]
  public let statements: [PublishedStatement]
  public let contradictions: [Contradiction]
  public let methods: [PublishedMethod]

  /// Those of this program.
  public static let shipped = PublishedResults()

  private init() {
    let names = NameTable(EmbeddedTable(PackageResources.names_csv))
    let values = EmbeddedTable(PackageResources.results_csv).rows.map { PublishedValue($0) }
    let specificationRows = EmbeddedTable(PackageResources.specifications_csv).rows
    sources = EmbeddedTable(PackageResources.sources_csv).rows.map { PublishedSource($0) }
    tables = EmbeddedTable(PackageResources.tables_csv).rows.map {
      PublishedTable($0, values: values, specifications: specificationRows)
    }
    observations = PublishedValue.observations(
      values, names: names,
      images: Dictionary(sources.compactMap { source in source.images.map { (source.name, $0) } }) { first, _ in first }
    )
    specifications = specificationRows.filter { $0["row"].isEmpty }.map { DeviceSpecification($0) }
    statements = EmbeddedTable(PackageResources.statements_csv).rows.map { PublishedStatement($0) }
    contradictions = EmbeddedTable(PackageResources.contradictions_csv).rows.map { Contradiction($0) }
    methods = EmbeddedTable(PackageResources.methods_csv).rows.map { PublishedMethod($0) }
  }

  public func table(_ number: String) -> PublishedTable? { tables.first { $0.number == number } }

  public func source(_ name: String) -> PublishedSource? { sources.first { $0.name == name } }

  /// A specification of a device, such as its `price`; `nil` if none is published.
  public func specification(_ property: String, of device: String) -> DeviceSpecification? {
    specifications.first { $0.device == device && $0.property == property }
  }

  /// The methods of two sources where they differ or one of them says nothing, by aspect.
  public func methodDifferences(_ first: String, _ second: String) -> [MethodDifference] {
    var aspects: [String] = []
    for method in methods where !aspects.contains(method.aspect) { aspects.append(method.aspect) }
    return aspects.compactMap { aspect in
      func method(of source: String) -> String? {
        methods.first { $0.source == source && $0.aspect == aspect }?.method
      }
      let (one, other) = (method(of: first), method(of: second))
      return one == other ? nil : MethodDifference(aspect: aspect, first: one, second: other)
    }
  }
}

/// A paper, a page or a report.
public struct PublishedSource: Hashable, Sendable {
  /// Its short name: `thesis`.
  public let name: String
  public let title: String
  public let author: String
  /// As far as it is known: `2020-04`.
  public let published: String?
  public let address: String?
  public let about: String
  /// How many images it classified; `nil` if it does not say.
  public let images: Int?

  init(_ row: EmbeddedTable.Row) {
    images = Int(row["images"])
    name = row["source"]
    title = row["title"]
    author = row["author"]
    published = row.optional("published")
    address = row.optional("address")
    about = row["about"]
  }
}

/// A number that is known of a device: its price, its power.
public struct DeviceSpecification: Hashable, Sendable {
  public let device: String
  public let property: String
  public let value: Double
  public let unit: String
  /// The table that has it.
  public let table: String
  public let note: String?

  init(_ row: EmbeddedTable.Row) {
    device = row["device"]
    property = row["property"]
    value = row.number("value")
    unit = row["unit"]
    table = row["table"]
    note = row.optional("note")
  }
}

/// A number that the text of a source gives, outside of its tables.
public struct PublishedStatement: Hashable, Sendable {
  public let source: String
  /// The section.
  public let place: String
  public let device: String
  public let model: String?
  public let metric: String
  public let value: ObservedValue
  public let unit: String
  public let conditions: String

  init(_ row: EmbeddedTable.Row) {
    source = row["source"]
    place = row["place"]
    device = row["device"]
    model = row.optional("model")
    metric = row["metric"]
    value = row.observed("value", reason: "")
    unit = row["unit"]
    conditions = row["conditions"]
  }
}

/// Where a source says two things that cannot both be, or one that its numbers make doubtful.
public struct Contradiction: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case contradiction
    /// Nothing contradicts it, but it is probably wrong.
    case doubt
    /// A wrong name or number of a figure or table.
    case slip
  }

  public let id: String
  public let kind: Kind
  public let source: String
  public let place: String
  /// The table that it concerns; the row and the column if it concerns one cell.
  public let table: String?
  public let row: String?
  public let column: String?
  /// The words of the source.
  public let quote: String
  /// What is wrong, in a sentence or two.
  public let finding: String

  init(_ row: EmbeddedTable.Row) {
    id = row["id"]
    kind = Kind(rawValue: row["kind"]) ?? .doubt
    source = row["source"]
    place = row["place"]
    table = row.optional("table")
    self.row = row.optional("row")
    column = row.optional("column")
    quote = row["quote"]
    finding = row["finding"]
  }
}

/// How a source measured, in one aspect.
public struct PublishedMethod: Hashable, Sendable {
  public let source: String
  public let aspect: String
  public let method: String

  init(_ row: EmbeddedTable.Row) {
    source = row["source"]
    aspect = row["aspect"]
    method = row["method"]
  }
}

/// An aspect in which two sources measured differently; `nil` where a source says nothing.
public struct MethodDifference: Hashable, Sendable {
  public let aspect: String
  public let first: String?
  public let second: String?
}
