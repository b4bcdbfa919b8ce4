public import AssayCore

/// What the saved runs of a page are beside one another.
public struct RunComparisons: Sendable {
  /// The ids of the runs.
  public var runs: [Int64]
  /// Ratios of latencies, for each group of runs that may be compared.
  public var latencies: [ComparisonReport]
  /// Of runs that classified the same images, each against the first of them; cells are indices of `runs`.
  public var accuracies: [AccuracyDifference]

  public init(
    runs: [Int64] = [], latencies: [ComparisonReport] = [], accuracies: [AccuracyDifference] = []
  ) {
    self.runs = runs
    self.latencies = latencies
    self.accuracies = accuracies
  }
}

/// Comparisons in the words of a page, where runs have labels.
struct ComparedRuns {
  private let comparisons: RunComparisons
  private let labels: [Int64: String]

  init(_ comparisons: RunComparisons, of runs: [ReportedRun]) {
    self.comparisons = comparisons
    labels = Dictionary(
      runs.compactMap { run in run.report.runID.map { ($0, run.label) } }, uniquingKeysWith: { first, _ in first })
  }

  /// A sentence for each ratio.
  var sentences: [String] {
    comparisons.latencies.flatMap { report in
      report.comparisons.map { comparison in
        comparison.sentence(
          cell: name(comparison.cell, in: report), reference: name(report.reference, in: report), of: report)
      }
    }
  }

  /// What the sides of a comparison differ in besides their latencies, each once.
  var notes: [String] {
    var seen: Set<String> = []
    return comparisons.latencies.flatMap { report in
      let names = report.cells.indices.map { name($0 + 1, in: report) }
      return report.noteSentences(names: names)
    }.filter { seen.insert($0).inserted }
  }

  var haveLatencies: Bool { comparisons.latencies.contains { !$0.comparisons.isEmpty } }

  /// The ratio of a run, or that it is the reference.
  func standing(of run: ReportedRun) -> Standing? {
    guard let id = run.report.runID else { return nil }
    for report in comparisons.latencies {
      guard let index = report.cells.firstIndex(where: { $0.report?.runID == id }) else { continue }
      if index + 1 == report.reference { return .reference }
      return report.comparisons.first { $0.cell == index + 1 }.map(Standing.compared)
    }
    return nil
  }

  enum Standing {
    case reference
    case compared(CellComparison)
  }

  /// How accuracies differ, image by image.
  var accuracies: PageTable {
    let excerpt = Excerpt(first: comparisons.accuracies, limit: RunSection.maximumRows)
    var table = PageTable(
      "Accuracy, image by image\(excerpt.note)",
      [
        .init("Run"), .init("Against"), .init("", isNumber: true), .init("Difference, points", isNumber: true),
        .init("95 %", isRange: true), .init("Right here only", isNumber: true),
        .init("Right there only", isNumber: true),
        .init("McNemar", isNumber: true), .init("Verdict"),
      ])
    for difference in excerpt.shown {
      table.add([
        .init(name(difference.cell)), .init(name(difference.reference)),
        .init("top-\(difference.k)", Double(difference.k)),
        .init(Figures.points(difference.difference), difference.difference),
        .init("\(Figures.points(difference.interval[0])) – \(Figures.points(difference.interval[1]))"),
        .init("\(difference.onlyCell)", Double(difference.onlyCell)),
        .init("\(difference.onlyReference)", Double(difference.onlyReference)),
        .init(Figures.pValue(difference.pValue), difference.pValue), .init(difference.verdict),
      ])
    }
    return table
  }

  private func name(_ index: Int) -> String { labels[comparisons.runs[index]] ?? "run \(comparisons.runs[index])" }

  private func name(_ number: Int, in report: ComparisonReport) -> String {
    let side = report.cells[number - 1]
    return side.report?.runID.flatMap { labels[$0] } ?? side.name.printable
  }
}
