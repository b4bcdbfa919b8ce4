import AssayCore

/// The steadiness of a run in sentences.
enum SteadinessText {
  /// Whether the run held, or what broke it, and under which load: `Held: median within 0.4 % for 3 h 0 min.`
  static func verdict(_ report: SteadinessReport) -> String {
    let load = report.findings.lazy.compactMap { finding -> Finding.CompetingLoad? in
      if case .competingLoad(let load) = finding.fact { load } else { nil }
    }.first
    let under = load.map { ", under competing load (\($0.text))" } ?? ""
    let time = Figures.time(report.seconds)
    return switch report.hold {
    case .held(let deviation): "Held: median within \(Figures.roundPercent(deviation)) for \(time)\(under)."
    case .broken(let finding): "Not held\(under): \(finding.sentence)"
    case .tooShort: "Too short to tell whether it holds: \(time)\(under)."
    }
  }

  /// Everything: the verdict first.
  static func lines(_ report: SteadinessReport) -> [String] { [verdict(report)] + details(report) }

  /// The findings that the verdict does not tell.
  static func details(_ report: SteadinessReport) -> [String] {
    let told: Finding? = if case .broken(let finding) = report.hold { finding } else { nil }
    return report.findings.filter { $0 != told && $0.code != .competingLoad }.map(\.sentence)
      + [energy(report), discarded(report)].compactMap(\.self) + report.problems.map(\.sentence)
      + [missingSensors(report)].compactMap(\.self)
  }

  /// What the machine cannot tell about itself, on one line; `nil` where it has all sensors.
  private static func missingSensors(_ report: SteadinessReport) -> String? {
    let names = report.missingSensors.map { $0 == .throttled ? "throttling" : $0.rawValue }
    return names.isEmpty ? nil : "The machine has no sensor of: \(names.joined(separator: ", "))."
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
