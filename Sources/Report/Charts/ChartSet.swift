import AssayCore

/// All charts of a report.
struct ChartSet {
  /// Charts of all runs together; empty for one run.
  let together: [Chart]
  /// Charts of each run, in order.
  let each: [[Chart]]

  /// The maximum number of density cells in a report: more slow down a browser and enlarge the file.
  private static let maximumCells = 16_000
  private static let smallestShare = 2_000

  init(_ runs: [ReportedRun], palette: ChartPalette) {
    let unit = LatencyUnit(fitting: runs.compactMap { $0.summary?.p50 })
    together = ComparisonCharts(runs: runs, unit: unit, palette: palette).charts
    let cells = max(Self.maximumCells / max(runs.count, 1), Self.smallestShare)
    each = runs.map { run in
      guard let measured = DrawableRun(run) else { return [] }
      let unit = LatencyUnit(fitting: [measured.summary.p50])
      let overTime = measured.steadiness.flatMap { report in
        report.envelope.isEmpty
          ? nil
          : LatencyOverTime(run, report, measured.summary, unit: unit, palette: palette, maximumCells: cells).chart
      }
      let distributions = DistributionCharts(runs: [measured], unit: unit, palette: palette, number: run.number).charts
      let load = run.report.load.flatMap { load in
        run.report.spec.measure.isRamp
          ? LoadChart(load: load, unit: unit, palette: palette, number: run.number).chart : nil
      }
      return ([load, overTime].compactMap(\.self)) + distributions
    }
  }

  var all: [Chart] { together + each.flatMap(\.self) }
}
