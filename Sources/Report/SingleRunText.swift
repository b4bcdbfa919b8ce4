public import AssayCore

/// What `assay run` prints.
public enum SingleRunText {
  public static func lines(_ report: SingleRunReport) -> [String] {
    let cell = report.cell
    let version = cell.engine.version.map { " \($0)" } ?? ""
    let time = cell.firstInferenceMilliseconds.map { ", \(Figures.short($0)) ms" } ?? ""
    let lines =
      ["\(cell.model.name.printable) on \(cell.target)\(version)\(time)", "", "Inputs"]
      + table(cell.inputLines) + ["", "Outputs"] + table(report.outputs.map(row))
      + report.outputs.flatMap(classes) + cell.warnings.map { "\nWarning: \($0.text.printable)" }
    return lines.map(\.printableLines)
  }

  private static func row(_ output: OutputSummary) -> [String] {
    var values = ""
    if let low = output.low, let high = output.high { values = "\(number(low)) to \(number(high))" }
    if output.notANumber > 0 { values += (values.isEmpty ? "" : ", ") + "\(output.notANumber) not a number" }
    if output.infinite > 0 { values += (values.isEmpty ? "" : ", ") + "\(output.infinite) infinite" }
    let count = output.shape.reduce(1, *)
    let first = output.first.map { $0.map(number) ?? "–" }.joined(separator: ", ")
    return [
      output.name.printable, output.type.rawValue, "\(output.shape)", count == 0 ? "empty" : values,
      first + (count > output.first.count ? ", …" : ""),
    ]
  }

  private static func classes(_ output: OutputSummary) -> [String] {
    guard let top = output.top else { return [] }
    return ["", "Top classes of \(output.name.printable)"]
      + table(top.map { ["\($0.index)", $0.name.printable, number($0.score)] })
  }

  private static func table(_ rows: [[String]]) -> [String] {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = "  "
      for (cell, width) in zip(row, widths) { line += cell + String(repeating: " ", count: width - cell.count + 2) }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 0x1p53
      ? "\(Int(value))"
      : abs(value) < 1e-4 || abs(value) >= 1e6 ? "\(Float(value))" : Figures.significant(value, digits: 4)
  }
}

extension CellReport {
  /// Name, type, shape and source of each input.
  var inputLines: [[String]] { InputChoice.lines(inputs ?? [], inputsChosen ?? []) }
}

extension InputChoice {
  static func lines(_ inputs: [TensorSpec], _ choices: [InputChoice]) -> [[String]] {
    zip(inputs, choices).map { input, choice in
      [input.name.printable, input.type.rawValue, "\(input.shape)", choice.text]
    }
  }

  /// Where the values come from: `random 0 to 49, as the graph requires`.
  public var text: String {
    let range = zip(low, high).map { "\(SingleRunText.number($0)) to \(SingleRunText.number($1))" } ?? ""
    return switch source {
    case .random: "random \(range)"
    case .graph: "\(values.map { $0.joined(separator: ", ") } ?? "random \(range)"), as the graph requires"
    case .range: "random \(range), as given"
    case .given: (values ?? []).map(\.printable).joined(separator: ", then ")
    case .testData: "\((values ?? []).map(\.printable).joined(separator: ", ")), found beside the model"
    }
  }
}

extension ReadySession {
  /// What each input gets, for `--verbose`.
  public var inputMessages: [String] {
    InputChoice.lines(inputs, inputsChosen).map { "  input \($0.joined(separator: "  "))" }
  }
}

private func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  if let first, let second { (first, second) } else { nil }
}
