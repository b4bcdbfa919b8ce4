import AssayCore

/// Cells that classified images.
extension RunTables {
  func accuracyTable() -> TextTable {
    let ranks = report.cells.lazy.compactMap { $0.accuracy?.top.map(\.k) }.first { !$0.isEmpty } ?? []
    let shares = ranks.enumerated().flatMap { index, k in
      [TextTable.Column(title: "Top-\(k)", alignment: .right)]
        + (index == 0 ? [TextTable.Column(title: "95 % interval", alignment: .left)] : [])
    }
    // Overlapped runs have no latencies.
    let hasLatencies = report.cells.contains { $0.latency != nil }
    let latencies: [TextTable.Column] = [
      .init(title: "Median ms", alignment: .right), .init(title: "p90", alignment: .right),
      .init(title: "Distribution", alignment: .left),
    ]
    var table = TextTable(
      identityColumns() + shares + [
        .init(title: "Images", alignment: .right), .init(title: "Images/s", alignment: .right),
      ] + goalColumns() + (hasLatencies ? latencies : []))
    for cell in report.cells {
      let accuracy = cell.accuracy
      var row = identity(cell)
      for (index, k) in ranks.enumerated() {
        let top = accuracy?.top(k)
        row.append(share(top) ?? (index == 0 ? cell.status.rawValue : ""))
        if index == 0 { row.append(top?.interval.map { Figures.percentRange($0) } ?? "") }
      }
      row.append(accuracy.map { String($0.images) } ?? (ranks.isEmpty ? cell.status.rawValue : ""))
      row.append(figure(accuracy?.imagesPerSecond))
      row += goal(cell)
      if hasLatencies {
        let blocks = cell.latency.map { Figures.blocks($0.histogram.counts) } ?? ""
        row += [figure(cell.latency?.p50), figure(cell.latency?.p90), blocks]
      }
      table.add(row)
    }
    return table
  }

  /// `90.6 % (453)`
  private func share(_ top: TopShare?) -> String? {
    guard let top, let share = top.share else { return nil }
    return "\(Figures.percent(share)) (\(top.correct))"
  }

  func accuracyNotes() -> [(title: String, notes: [String])] {
    let measured = report.cells.compactMap { cell in cell.accuracy.map { (cell: cell, accuracy: $0) } }
    let unreadable = measured.flatMap { item in
      let listed = item.accuracy.unreadable.map { "\($0.path): \($0.reason)".printable }
      let rest = item.accuracy.unreadableCount - listed.count
      return rest > 0 ? listed + ["\(name(item.cell)): and \(Figures.grouped(rest)) more"] : listed
    }
    let readings = measured.flatMap { item in
      item.accuracy.otherReadings.map { other in
        "\(name(item.cell)): with \(other.reading), \(other.otherCorrect) of the first \(other.images) images are right; "
          + "as it was read here, \(other.correct).\n→ If that is what the model expects, \(other.advice)."
      }
    }
    let preprocessing = measured.map { item in
      "\(models[item.cell.model]): \(item.accuracy.prepared)"
    }
    return [
      ("Probably misread", readings), ("Images that could not be read", unique(unreadable)),
      ("Compared image by image", (report.accuracyDifferences ?? []).map(sentence)),
      ("Images", unique(measured.map(\.accuracy.dataset.text.printable))), ("Preprocessing", unique(preprocessing)),
    ]
  }

  private func sentence(_ difference: AccuracyDifference) -> String {
    difference.sentence(cell: name(report.cells[difference.cell]), reference: name(report.cells[difference.reference]))
  }
}

extension AccuracyReport {
  /// The preprocessing, and how labels count the outputs.
  var prepared: String {
    switch labelOffset {
    case 0: preprocessing
    case 1: "\(preprocessing); output 0 is a background class, so label n is output n + 1"
    default: "\(preprocessing); label n is output n \(labelOffset > 0 ? "+" : "−") \(abs(labelOffset))"
    }
  }
}

extension AccuracyDifference {
  var verdict: String {
    onlyCell + onlyReference == 0
      ? "no image tells them apart" : isMoreThanChance ? "more than chance" : "not more than chance"
  }

  /// The difference, its interval, and whether it is more than chance.
  func sentence(cell: String, reference: String) -> String {
    "\(cell) against \(reference): top-\(k) \(Figures.points(difference)) points on \(images) images "
      + "(95 % interval \(Figures.points(interval[0])) – \(Figures.points(interval[1]))), \(verdict) "
      + "(\(onlyCell) right in this one only, \(onlyReference) in the other; \(Figures.pValue(pValue)))"
  }
}
