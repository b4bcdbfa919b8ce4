public import AssayCore

/// A report in the forms in which commands write it.
public protocol ReportDocuments: Encodable {
  /// For a person at a terminal.
  func terminal() -> String
  func markdown() -> String
  /// RFC 4180, with a header. What is unknown stays empty.
  func csv() -> String
}

extension RunReport: ReportDocuments {
  public func terminal() -> String { RunTables(self).terminal() }
  public func markdown() -> String { RunTables(self).markdown() }
  public func csv() -> String { RunDocuments.csv(cells) }
}
