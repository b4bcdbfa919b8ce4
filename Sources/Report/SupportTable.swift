public import AssayCore

/// Which devices, formats and precisions engines serve, and how far Assay's own tests go: a table of Markdown.
public enum SupportTable {
  public static func markdown(_ engines: [KnownEngine]) -> String {
    var table = TextTable([
      .init(title: "Engine", alignment: .left), .init(title: "Target", alignment: .left),
      .init(title: "Precisions", alignment: .left), .init(title: "Formats", alignment: .left),
      .init(title: "Tests", alignment: .left), .init(title: "Notes", alignment: .left),
    ])
    for engine in engines {
      for (index, row) in engine.support.enumerated() {
        table.add([
          index == 0 ? engine.displayName : "", Target(engine: engine.name, device: row.device).description,
          row.precisions.map(\.rawValue).joined(separator: ", "),
          (row.formats ?? engine.formats).map(\.rawValue).joined(separator: ", "), row.evidence.words, row.note ?? "",
        ])
      }
    }
    return table.markdownLines().joined(separator: "\n") + "\n"
  }
}

extension DeviceSupport.Evidence {
  fileprivate var words: String {
    switch self {
    case .tested: "tested here"
    case .testedWithStandIn: "tested with a stand-in"
    case .untested: "untested"
    }
  }
}
