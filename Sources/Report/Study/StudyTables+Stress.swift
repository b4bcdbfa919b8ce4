import AssayCore
import PublishedResults
import Study

/// How steady devices are over hours.
extension StudyTables {
  func stress(_ options: StudyOutline.Options) -> StudyTable? {
    var table = StudyTable(
      "Steadiness in stress tests",
      [
        .init("Device"), .init("Model"), .init("Share of inferences (%)", isNumber: true), .init("Within (ms)"),
        .init("Reach (% of centre)", isNumber: true), .init("Source"),
      ])
    addMeasured(to: &table, options)
    addPublished(to: &table, options)
    return table
  }

  private func isShown(_ device: String, _ options: StudyOutline.Options) -> Bool {
    options.devices.isEmpty || options.devices.contains(device)
  }

  /// The shortest interval with 95 % of the inferences, and what the analysis found.
  private func addMeasured(to table: inout StudyTable, _ options: StudyOutline.Options) {
    for test in results.stressTests where isShown(test.device, options) {
      guard let steadiness = test.run.steadiness, let share = steadiness.densest.last, share.center > 0 else {
        continue
      }
      table.add([
        "\(test.device)", "\(test.model)", "\(Figures.fixed(share.share * 100, decimals: 2))",
        "\(Self.plusMinus(share.center, share.tolerance))",
        "\(Figures.fixed(share.tolerance / share.center * 100, decimals: 2))", "run \(test.run.report.runID ?? 0)",
      ])
      table.notes.append("\(test.device), \(test.model): \(SteadinessText.verdict(steadiness))")
    }
  }

  private func addPublished(to table: inout StudyTable, _ options: StudyOutline.Options) {
    let statements = (results.published?.statements ?? []).filter {
      $0.source == results.ownSource && isShown($0.device, options)
    }
    for share in statements where share.metric == "stress share" {
      func same(_ metric: String) -> PublishedStatement? {
        statements.first { $0.metric == metric && $0.device == share.device }
      }
      guard let center = same("stress centre"), let reach = same("stress reach"), let value = center.value.number,
        let width = reach.value.number, value > 0
      else { continue }
      table.add([
        "\(share.device)", "\(share.model ?? "–")", table.cell(share.value),
        "\(table.cell(center.value).text) ± \(table.cell(reach.value).text)",
        "\(Figures.fixed(width / value * 100, decimals: 2))", "\(share.source) \(share.place)",
      ])
    }
    // Of an interval without a centre, or at a frequency.
    for statement in statements where statement.metric.hasPrefix("stress share ") {
      let words = statement.metric.dropFirst("stress share ".count)
      table.add([
        "\(statement.device)", "\(statement.model ?? "–")", table.cell(statement.value), "\(words)", "–",
        "\(statement.source) \(statement.place)",
      ])
    }
  }
}
