import AssayCore

/// What was found of the steadiness of a run, in sentences.
enum SteadinessText {
  static func findings(_ report: SteadinessReport) -> [String] {
    report.findings.map(\.sentence) + [energy(report), discarded(report)].compactMap(\.self) + report.problems
  }

  private static func energy(_ report: SteadinessReport) -> String? {
    report.energy.map {
      "It took \(Figures.short($0.meanWatts)) W, \(Figures.short($0.millijoulesPerInference)) mJ an inference (\($0.sensor))."
    }
  }

  private static func discarded(_ report: SteadinessReport) -> String? {
    guard let discarded = report.discarded else { return nil }
    let rest =
      discarded.remaining.map {
        " Without them: median \(Figures.short($0.p50)) ms, mean \(Figures.short($0.mean)) ms, maximum \(Figures.short($0.maximum)) ms."
      } ?? ""
    return
      "\(discarded.count) inferences (\(Figures.percent(discarded.share))) lie above \(Figures.short(discarded.limit)) ms.\(rest)"
  }
}
