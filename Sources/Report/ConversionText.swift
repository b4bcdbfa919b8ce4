public import AssayCore

/// A conversion as text: its steps, what came of it, and how far that is from the source.
extension ConversionReport {
  public func terminal(on screen: Screen) -> String {
    var lines = steps.map(Self.line)
    lines += [sizes]
    lines += agreementLines(on: screen)
    if let accuracy { lines += [""] + accuracy.lines.flatMap { screen.wrap($0) } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ step: Step) -> String {
    let recipe = step.recipe.map { ", \($0)" } ?? ""
    return "\(step.about)  \(step.name)\(recipe)  \(Figures.duration(step.seconds))\(step.isCached ? ", cached" : "")"
  }

  private var sizes: String {
    guard let before = source.bytes, let after = result.bytes, before > 0 else { return result.path.printable }
    return "\(result.path.printable)  \(Figures.bytes(after)), "
      + "\(Figures.percent(Double(after) / Double(before))) of the source's \(Figures.bytes(before))"
  }

  private func agreementLines(on screen: Screen) -> [String] {
    var lines: [String] = []
    if let calibration {
      let isRandom = calibration.source == "random"
      lines += screen.wrap(
        "calibrated on \(calibration.samples) \(isRandom ? "random inputs: good for its latency, not for its accuracy" : "samples of \(calibration.source.printable)")"
      )
    }
    guard let agreement else { return lines + screen.wrap("Not compared with the source: \(unchecked ?? "")") }
    lines += [
      "",
      "\(agreement.target) against \(agreement.reference), \(Figures.inferences(agreement.inferences)) on the same inputs",
    ]
    var table = ScreenTable([
      .init("OUTPUT", rank: 2), .init("MAX DIFFERENCE", right: true, rank: 0), .init("MEAN", right: true, rank: 3),
      .init("COSINE", right: true, rank: 0), .init("SAME TOP-1", right: true, rank: 1),
    ])
    for row in Self.rows(agreement) { table.add(row.map { ScreenTable.Cell($0) }) }
    lines += table.lines(on: screen)
    for output in agreement.lost {
      lines += screen.wrap("Output '\(output.printable)' of the source has no counterpart in the result.")
    }
    return lines
  }

  private static func rows(_ agreement: Agreement) -> [[String]] {
    agreement.outputs.map { found in
      [
        found.output.printable, found.maximum.map(DifferenceText.figure) ?? "",
        found.mean.map(DifferenceText.figure) ?? "", found.cosine.map(DifferenceText.cosine) ?? "",
        "\(found.sameTop1) of \(found.rows)",
      ]
    }
  }
}

extension ConversionAccuracy {
  /// The change in accuracy, size and latency, and the recipes that were tried if there are several.
  fileprivate var lines: [String] {
    var lines = (tried.count > 1 ? tried : []).map { attempt in
      let outcome = attempt.difference.map { "\(Figures.points($0)) points" } ?? attempt.failure ?? ""
      return "recipe \(attempt.recipe.printable): \(outcome.printable)"
    }
    lines.append(
      "top-1 of \(images) images: \(resultCorrect) right, the source \(sourceCorrect): \(Figures.points(difference)) points "
        + "[\(interval.map(Figures.points).joined(separator: ", "))], "
        + "\(onlyResult) right in the result only, \(onlySource) in the source (McNemar: \(Figures.pValue(pValue)))")
    if let sourceMilliseconds, let resultMilliseconds {
      lines.append(
        "p50 \(Figures.milliseconds(resultMilliseconds)) on \(resultTarget), the source "
          + "\(Figures.milliseconds(sourceMilliseconds)) on \(sourceTarget)")
    }
    return lines
  }
}

extension ConvertedModel {
  /// What it is, and what made it.
  var facts: String {
    let converters = steps.map { step in
      let version = step.versions[step.environment].map { " \($0)" } ?? ""
      return "\(step.name) of \(step.environment)\(version)"
    }
    return
      "\(text), to \(path.printable), \(bytes.map(Figures.bytes) ?? ""), by \(converters.joined(separator: ", "))"
  }

  /// As in `via ONNX → TFLite, 12 s, cached`.
  var text: String {
    "via \(forms.joined(separator: " → ")), \(Figures.duration(seconds))\(isCached ? ", cached" : "")"
  }
}
