import Analyses
import AssayCore
import Study

/// The best results of each device.
extension StudyTables {
  func bestTime(_ options: StudyOutline.Options) -> StudyTable? {
    var table = StudyTable(
      "Best inference time",
      [.init("Device"), .init("Best inference time (ms)", isNumber: true), .init("Corresponding model")])
    let rows = BestResults.times(results.results(of: options.devices)).filter { $0.best != nil }
    for row in rows {
      table.add(["\(row.device)", table.cell(row.best?.quantities[.latency]), "\(row.best?.model ?? "–")"])
    }
    table.markBest(rows.map { $0.best?[.latency] }, inColumn: 1, isLeast: true)
    return table
  }

  func bestAccuracy(_ options: StudyOutline.Options) -> StudyTable? {
    var table = StudyTable(
      "Best accuracy",
      [
        .init("Device"), .init("Best top-1 accuracy (%)", isNumber: true),
        .init("Best top-5 accuracy (%)", isNumber: true),
        .init("Its \(results.statistic.adjective.lowercased()) inference time (ms)", isNumber: true),
        .init("Corresponding model"),
      ])
    let rows = BestResults.accuracies(results.results(of: options.devices), tie: Self.tie(options))
    for row in rows {
      table.add([
        "\(row.device)", table.cell(row.best?.quantities[.top1]), table.cell(row.best?.quantities[.top5]),
        table.cell(row.best?.quantities[.latency]), "\(row.best?.model ?? "–")",
      ])
    }
    table.markBest(rows.map { $0.best?[.top1] }, inColumn: 1, isLeast: false)
    for row in rows {
      if let sentence = Self.sentenceOfTies(row) { table.notes.append(sentence) }
    }
    return table
  }

  func bestAccuracyWithin(_ options: StudyOutline.Options) -> StudyTable? {
    let observations = results.results(of: options.devices)
    let columns = options.limits.flatMap { limit in
      ["Top-1 accuracy (%)", "Top-5 accuracy (%)"].map {
        StudyTable.Column($0, group: "Within \(Figures.shortest(limit)) ms", isNumber: true)
      }
    }
    var table = StudyTable("Best accuracy within a time limit", [.init("Device")] + columns)
    let byLimit = options.limits.map { BestResults.accuracies(observations, within: $0, tie: Self.tie(options)) }
    for (index, first) in (byLimit.first ?? []).enumerated() {
      var row: [StudyTable.Cell] = ["\(first.device)"]
      for (limit, rows) in zip(options.limits, byLimit) {
        let best = rows[index].best
        for quantity in [Observation.Quantity.top1, .top5] {
          row.append(
            best.map { table.cell($0.quantities[quantity]) }
              ?? table.cell("N/A", footnote: "No model takes at most \(Figures.shortest(limit)) ms on \(first.device).")
          )
        }
      }
      table.add(row)
    }
    for (index, rows) in byLimit.enumerated() {
      table.markBest(rows.map { $0.best?[.top1] }, inColumn: 1 + 2 * index, isLeast: false)
    }
    return table
  }

  private static func tie(_ options: StudyOutline.Options) -> BestResults.Tie {
    switch options.tie {
    case .fastest: .fastest
    case .firstListed: .firstListed
    }
  }

  /// Says which results as accurate as the one shown are faster.
  private static func sentenceOfTies(_ row: BestResults.Row) -> String? {
    guard let best = row.best, let latency = best[.latency] else { return nil }
    let others = row.equals.filter { ($0[.latency] ?? latency) < latency }.compactMap { other in
      other[.latency].map { "\(other.framework) in \(Figures.shortest($0)) ms" }
    }
    guard !others.isEmpty else { return nil }
    return
      "On \(row.device) the table has the first of equal accuracies; \(list(others)) is faster than \(best.framework)."
  }
}
