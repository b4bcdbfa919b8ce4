public import AssayCore
import Scenarios

/// Finds the largest rate at which a server keeps within its bound: short runs that double and then bisect the rate, and full runs that confirm it.
public struct PeakFinder {
  private let bench: Bench
  private let trying: (PeakTrial) -> Void

  /// A trial is a run by the same rules, but no longer than this, in seconds.
  private static let trialSeconds = 60.0

  /// - Parameters:
  ///   - bench: its cells run the server scenario with a rate to start from.
  ///   - trying: gets every run of the search.
  public init(_ bench: Bench, trying: @escaping (PeakTrial) -> Void = { _ in }) {
    self.bench = bench
    self.trying = trying
  }

  /// Searches for each cell.
  ///
  /// - Returns: the last full run of each cell, with its search, saved as any run; of a cell that keeps within the bound at no rate, its last trial.
  public func run() throws(AssayError) -> RunReport {
    var report: RunReport?
    for cell in bench.cells {
      let found = try search(cell)
      report?.cells += found.cells
      report = report ?? found
    }
    return report ?? bench.context.newRunReport()
  }

  private func search(_ spec: CellSpec) throws(AssayError) -> RunReport {
    let offline = spec.measure.scenario?.rate == nil ? try runOffline(spec) : nil
    guard let start = spec.measure.scenario?.rate ?? offline?.cells.first?.scenario?.completedPerSecond.map({ $0 / 2 })
    else { return offline ?? bench.context.newRunReport() }
    var search = PeakSearch(from: start)
    var trials: [PeakTrial] = []
    var last: RunReport?
    while let rate = search.next, fits(rate, spec) {
      let report = try run(spec, at: rate, isTrial: true, after: trials)
      last = report
      guard let scenario = report.cells.first?.scenario, report.cells.first?.status == .ok else { return report }
      search.record(isHeld: scenario.isValid, completed: scenario.completedPerSecond ?? rate)
      trials.append(PeakTrial(rate: rate, percentile: scenario.percentile, isHeld: scenario.isValid, isFull: false))
      trials.last.map(trying)
      // A model that takes longer than the bound holds no rate.
      if let bound = spec.measure.scenario?.latencyBound, report.cells[0].latency?.minimum ?? 0 > bound { break }
    }
    guard let best = search.best else { return report(last, trials) }
    for rate in PeakSearch.confirmations(of: best) {
      let report = try run(spec, at: rate, isTrial: false, after: trials)
      last = report
      guard let scenario = report.cells.first?.scenario, report.cells.first?.status == .ok else { return report }
      trials.append(PeakTrial(rate: rate, percentile: scenario.percentile, isHeld: scenario.isValid, isFull: true))
      trials.last.map(trying)
      if scenario.isValid { break }
    }
    return report(last, trials)
  }

  /// Whether a full run at this rate can be held in memory: a model without any latency would be doubled forever.
  private func fits(_ rate: Double, _ spec: CellSpec) -> Bool {
    rate * (spec.measure.scenario?.rules.minimumSeconds ?? 0) <= Double(ScenarioRules.mostQueries)
  }

  /// The last run, with all runs of the search.
  private func report(_ last: RunReport?, _ trials: [PeakTrial]) -> RunReport {
    var report = last ?? bench.context.newRunReport()
    if report.cells.first?.runID == nil, report.cells.first?.scenario != nil {
      report.cells[0].scenario?.peakTrials = trials
    }
    return report
  }

  /// A second of the offline scenario, for a rate to start from.
  private func runOffline(_ spec: CellSpec) throws(AssayError) -> RunReport {
    var offline = ScenarioMeasure(
      .offline, rules: ScenarioRules(base: .quick, minimumSeconds: 1, minimumQueries: 1, percentile: nil))
    offline.sampleCount = spec.measure.scenario?.sampleCount
    offline.images = spec.measure.scenario?.images
    var spec = spec
    spec.measure = .scenario(offline)
    var run = Bench([spec], in: bench.context)
    run.conversions = bench.conversions
    return try unsaved(run).run()
  }

  private func run(
    _ spec: CellSpec, at rate: Double, isTrial: Bool, after trials: [PeakTrial]
  ) throws(AssayError) -> RunReport {
    var spec = spec
    guard case .scenario(var measure) = spec.measure else { return bench.context.newRunReport() }
    measure.rate = rate
    if isTrial {
      measure.rules.minimumSeconds = min(measure.rules.minimumSeconds, Self.trialSeconds)
    }
    spec.measure = .scenario(measure)
    var run = Bench([spec], in: bench.context)
    run.conversions = bench.conversions
    run.peakTrials = trials
    return try (isTrial ? unsaved(run) : run).run()
  }

  /// Without any file.
  private func unsaved(_ bench: Bench) -> Bench {
    var bench = bench
    bench.context.store = nil
    bench.context.baseline = nil
    bench.context.recordPath = nil
    bench.context.summaryPath = nil
    return bench
  }
}
