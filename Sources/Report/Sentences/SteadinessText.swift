import AssayCore

/// The steadiness of a run in sentences.
enum SteadinessText {
  static func findings(_ report: SteadinessReport) -> [String] {
    report.findings.map(\.sentence) + [energy(report), discarded(report)].compactMap(\.self)
      + report.problems.map(\.sentence)
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
        " Without them: median \(Figures.milliseconds($0.p50)), mean \(Figures.milliseconds($0.mean)), "
          + "maximum \(Figures.milliseconds($0.maximum))."
      } ?? ""
    return
      "\(Figures.inferences(discarded.count)) (\(Figures.percent(discarded.share))) \(discarded.count == 1 ? "lies" : "lie") "
      + "above \(Figures.milliseconds(discarded.limit)).\(rest)"
  }
}
