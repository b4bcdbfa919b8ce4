public import AssayCore
public import PublishedResults

/// What stands for the latencies of a cell in the tables of a study.
public enum StudyStatistic: Sendable {
  /// As the literature gives them.
  case mean
  /// What other load on the machine changes least.
  case median

  var adjective: String { self == .mean ? "Average" : "Median" }
}

/// A stress test of a study, for its figures.
public struct MeasuredStress: Sendable {
  /// As tables call it.
  public var device: String
  public var model: String
  public var run: ReportedRun

  public init(device: String, model: String, run: ReportedRun) {
    self.device = device
    self.model = model
    self.run = run
  }
}

/// A scenario of a study that ended well.
public struct MeasuredScenario: Sendable {
  /// As tables call it.
  public var device: String
  public var model: String
  public var report: CellReport

  public init(device: String, model: String, report: CellReport) {
    self.device = device
    self.model = model
    self.report = report
  }
}

/// What a study's tables and figures are made of.
public struct StudyResults: Sendable {
  /// What the study measured, and the published results that are its own.
  public var own: [Observation]
  /// The results of others; empty if published results were not asked for.
  public var others: [Observation]
  /// Stress tests that the study measured.
  public var stressTests: [MeasuredStress] = []
  /// Scenarios that the study measured.
  public var scenarios: [MeasuredScenario] = []
  /// The published results; `nil` if they were not asked for.
  public var published: PublishedResults?
  /// The published source whose results are the study's own; `nil` for none.
  public var ownSource: String?
  /// Of the latencies of own results.
  public var statistic: StudyStatistic

  /// - Parameter statistic: of the measured latencies.
  public init(
    measured: [Observation], published: PublishedResults?, ownSource: String?, statistic: StudyStatistic = .mean
  ) {
    self.statistic = statistic
    let all = published?.observations ?? []
    own = all.filter { $0.source == ownSource } + measured
    others = all.filter { $0.source != ownSource }
    self.published = published
    self.ownSource = published == nil ? nil : ownSource
  }

  /// Own results with single inferences, of some devices and hosts; of all if none are given.
  func results(of devices: [String], on hosts: [String] = []) -> [Observation] {
    own.filter { observation in
      observation.quantities[.minimumLatency] == nil && observation.quantities[.maximumThroughput] == nil
        && (devices.isEmpty || devices.contains(observation.device))
        && (hosts.isEmpty || hosts.contains(observation.host ?? ""))
    }
  }
}
