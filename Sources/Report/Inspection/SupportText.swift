public import AssayCore

/// Which engines can run a model, for a terminal.
public enum SupportText {
  public static func text(_ support: [EngineSupport], of report: InspectionReport) -> String {
    (["Support"] + support.flatMap { lines($0, of: report) }).joined(separator: "\n") + "\n"
  }

  private static func lines(_ support: EngineSupport, of report: InspectionReport) -> [String] {
    let name = "\(support.target)\(support.version.map { " \($0.printable)" } ?? "")"
    guard let error = support.error else { return ["  \(name) compiles it."] }
    var lines = ["  \(name) does not: \(error.message.printable)"]
    for kind in support.lacking ?? [] {
      let title = report.layers[kind.layers[0]].title
      let first = title.isEmpty ? "layer \(kind.layers[0])" : title
      let more = kind.layers.count > 1 ? " and \(kind.layers.count - 1) more" : ""
      lines.append("    lacks \(kind.operation.printable) (\(first)\(more)): \(kind.error.message.printable)")
    }
    if support.lacking?.isEmpty == true && support.unasked.isEmpty {
      lines.append("    It compiles each operation alone, so it fails at how they stand together.")
    }
    if !support.unasked.isEmpty {
      lines.append("    not asked alone: \(support.unasked.map(\.printable).joined(separator: ", "))")
    }
    if let advice = error.advice { lines.append("    \(advice.printable)") }
    return lines
  }
}
