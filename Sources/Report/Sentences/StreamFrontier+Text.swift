import AssayCore

extension CellOptions {
  /// `4 streams × 2 threads`, with the batch where there is one.
  var streamsText: String { streamsAndThreads + (batch.map { ", batch \($0)" } ?? "") }

  /// `4 streams × 2 threads`, or `2 threads` of a single sequence of inferences.
  func parallelText(of measure: Measure) -> String {
    measure.kind == .streams || streams > 1 ? streamsAndThreads : Figures.threads(threads)
  }

  private var streamsAndThreads: String {
    "\(streams) \(streams == 1 ? "stream" : "streams") × \(Figures.threads(threads))"
  }
}

extension StreamService {
  var text: String {
    switch self {
    case .requests: "requests of one compiled model"
    case .sharedSession: "one session for all streams"
    case .ownSessions: "a session for each stream"
    }
  }
}

extension RunReport {
  /// Runs as the cells of one report, with the frontiers of those that have streams; `nil` where no run has a machine.
  init?(withFrontiersOf runs: [ReportedRun]) {
    guard let host = runs.lazy.compactMap(\.host).first else { return nil }
    self.init(host: host, cells: runs.map(\.report))
    for index in cells.indices { cells[index].host = cells[index].host ?? runs[index].host }
    addFrontiers()
  }
}

/// What several numbers of streams show, in words.
struct StreamFrontierText {
  let frontier: StreamFrontier
  let report: RunReport

  /// The points of minimum latency and of maximum throughput, as in the thesis' Table 4.7; `nil` where no point was measured.
  var sentence: String? {
    guard let first = frontier.minimumLatency, let last = frontier.maximumThroughput,
      let mean = report.cells[first].latency?.mean, let rate = report.cells[last].rate?.samples
    else { return nil }
    let latency = "lowest mean latency \(Figures.significant(mean)) ms"
    let throughput = "most throughput \(Figures.significant(rate))/s"
    let points = [first, last].map { report.cells[$0].options.streamsText }
    guard first != last else { return "\(latency) and \(throughput), both with \(points[0])" }
    return "\(latency) with \(points[0]), \(throughput) with \(points[1])"
      + (report.cells[last].latency.map { " (mean \(Figures.significant($0.mean)) ms)" } ?? "")
  }

  /// A line for each point that somebody looks for.
  var lines: [String] {
    let answers: [(String, Int?)] = [
      ("Minimum latency", frontier.minimumLatency), ("Maximum throughput", frontier.maximumThroughput),
      ("Knee", frontier.knee),
      ("Most throughput within the \(report.goals?.count == 1 ? "goal" : "goals")", frontier.withinGoals),
    ]
    return answers.compactMap { name, cell in cell.map { "\(name): \(describe(report.cells[$0]))." } }
      + [missedGoals, oversubscription, service, search].compactMap(\.self)
  }

  /// `min latency` and the like, for a column.
  func marks(_ cell: Int) -> String {
    let points: [(Int?, String)] = [
      (frontier.minimumLatency, "min latency"), (frontier.maximumThroughput, "max throughput"), (frontier.knee, "knee"),
      (frontier.withinGoals, "best within goals"),
    ]
    let names = points.filter { $0.0 == cell }.map(\.1)
    return (names + (isShort(cell) ? ["short"] : [])).joined(separator: ", ")
  }

  /// Whether a search measured a point for a part of the time only.
  private func isShort(_ cell: Int) -> Bool {
    guard frontier.search != nil, frontier.cells.contains(cell) else { return false }
    func seconds(_ index: Int) -> Double { report.cells[index].spec.measure.rule.minimumSeconds }
    return frontier.cells.contains { seconds($0) > seconds(cell) }
  }

  private func describe(_ cell: CellReport) -> String {
    let rate = cell.rate.map { "\(Figures.significant($0.samples))/s" } ?? ""
    let mean = cell.latency.map { ", mean \(Figures.significant($0.mean)) ms" } ?? ""
    let p99 = cell.latency?.p99.map { ", p99 \(Figures.significant($0)) ms" } ?? ""
    return "\(cell.options.streamsText): \(rate)\(mean)\(p99)"
  }

  private var search: String? {
    frontier.search.map { search in
      "Searched: \(search.measured) of \(search.points) points, short ones, and the best in full, in \(Figures.time(search.seconds)); "
        + "all in full would take about \(Figures.time(search.gridSeconds))."
    }
  }

  private var missedGoals: String? {
    report.goals != nil && frontier.withinGoals == nil && frontier.minimumLatency != nil
      ? "No point reaches the \(report.goals?.count == 1 ? "goal" : "goals")." : nil
  }

  private var oversubscription: String? {
    guard let found = frontier.oversubscription else { return nil }
    let (cell, within) = (report.cells[found.cell].options, report.cells[found.within].options)
    let more = found.throughputRatio >= 1
    return
      "More threads in all than cores: \(cell.streamsText) gives \(Figures.roundPercent(found.throughputRatio - 1)) "
      + "\(more ? "more" : "less") throughput than \(within.streamsText), at \(Figures.significant(found.latencyRatio)) × the mean latency."
  }

  /// How the engine served the streams, where it could in several ways.
  private var service: String? {
    let tried = frontier.cells.compactMap { report.cells[$0].streams?.facts }.filter { facts in
      facts.trials?.allSatisfy { $0.inferencesPerSecond != nil } ?? false
    }
    guard let first = tried.first else { return nil }
    let services = Set(tried.map(\.service))
    guard services.count == 1 else {
      let each = StreamService.allCases.map { service in (service, tried.count { $0.service == service }) }
      return "Tried both ways, the engine was faster with "
        + each.filter { $0.1 > 0 }.map { "\($0.0.text) at \($0.1) \($0.1 == 1 ? "point" : "points")" }.joined(
          separator: ", ") + "."
    }
    return "Tried both ways, the engine was faster with \(first.service.text)."
  }
}
