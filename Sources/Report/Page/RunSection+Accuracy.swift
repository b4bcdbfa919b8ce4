import AssayCore

/// How a run classified images.
extension RunSection {
  var accuracyTables: HTML {
    guard let accuracy = run.report.accuracy else { return .empty }
    return HTML(
      [
        list("Probably misread", accuracy.otherReadings.map(sentence)), facts("Images", imageFacts(accuracy)),
        confusions(accuracy), classes(accuracy), unreadable(accuracy),
      ])
  }

  private func sentence(_ other: OtherReading) -> String {
    "With \(other.reading), \(other.otherCorrect) of the first \(other.images) images are right; as it was read here, "
      + "\(other.correct). If that is what the model expects, \(other.advice)."
  }

  private func imageFacts(_ accuracy: AccuracyReport) -> [(String, String?)] {
    [
      ("Images", "\(accuracy.images)"), ("Data set", accuracy.dataset.text), ("Prepared", accuracy.prepared),
      ("Timing", accuracy.timing.rawValue),
      ("Rate", accuracy.imagesPerSecond.map { "\(Figures.significant($0)) images/s, with decoding" }),
      ("Unreadable", "\(accuracy.unreadableCount)"),
    ]
  }

  private func confusions(_ accuracy: AccuracyReport) -> HTML {
    table(
      "Classes most often taken for another", ["Class", "Taken for", "Images"], of: accuracy.confusions, numbers: [2],
      isOpen: accuracy.confusions.count <= Self.shownRows
    ) { confusion in
      [
        name(confusion.label, confusion.name), name(confusion.predicted, confusion.predictedName),
        .init("\(confusion.images)", Double(confusion.images)),
      ]
    }
  }

  private func classes(_ accuracy: AccuracyReport) -> HTML {
    let worst = accuracy.classes.sorted { Self.share($0) ?? 2 < Self.share($1) ?? 2 }
    let excerpt = Excerpt(first: worst, limit: Self.maximumRows)
    return table(
      "Accuracy by class, lowest first\(excerpt.note)", ["Class", "Images", "Right", "Top-1"], of: excerpt.shown,
      numbers: [1, 2, 3], isOpen: excerpt.count <= Self.shownRows
    ) { found in
      [
        name(found.label, found.name), .init("\(found.images)", Double(found.images)),
        .init("\(found.top1Correct)", Double(found.top1Correct)),
        .init(Self.share(found).map(Figures.percent) ?? "–", Self.share(found)),
      ]
    }
  }

  private static func share(_ found: ClassCount) -> Double? {
    found.images > 0 ? Double(found.top1Correct) / Double(found.images) : nil
  }

  /// Longer tables are folded at first.
  private static let shownRows = 20

  private func unreadable(_ accuracy: AccuracyReport) -> HTML {
    table("Images that could not be read", ["Image", "Why"], of: accuracy.unreadable) {
      [.init($0.path), .init($0.reason)]
    }
  }

  private func name(_ label: Int, _ name: String?) -> PageTable.Cell {
    .init(label < 0 ? "background" : name.map { "\($0) (\(label))" } ?? "\(label)")
  }
}
