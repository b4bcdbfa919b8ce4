public import AssayCore

/// A report in the forms that commands write.
public protocol ReportDocuments: Encodable {
  /// For a person at a terminal.
  func terminal(on screen: Screen) -> String
  func markdown() -> String
  /// RFC 4180, with a header. Unknown fields are empty.
  func csv() -> String
}

extension RunReport: ReportDocuments {
  public func terminal(on screen: Screen) -> String {
    screen.isVerbose ? RunTables(self).terminal() : RunScreen(self, on: screen).text()
  }

  public func markdown() -> String { RunTables(self).markdown() }
  public func csv() -> String { RunDocuments.csv(self) }
}
