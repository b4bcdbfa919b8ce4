public import AssayCore

/// Saved runs as a table, one line per run.
public enum RunList {
  /// Writes the table, which may be long, so that it fits a screen; all columns if that is verbose.
  public static func write(_ runs: [RunSummary], to sink: TextSink, on screen: Screen) throws(AssayError) {
    guard !runs.isEmpty else { return }
    let lines = screen.isVerbose ? table(runs).terminalLines() : RunListScreen(runs).lines(on: screen)
    try sink.write(lines.joined(separator: "\n") + "\n")
  }

  public static func markdown(_ runs: [StoredRun]) -> String {
    table(runs.map(RunSummary.init)).markdownLines().joined(separator: "\n") + "\n"
  }

  private static func table(_ runs: [RunSummary]) -> TextTable {
    let commits = Set(runs.map(\.commit)).count > 1
    let notes = Set(runs.map(\.note)).count > 1
    var columns: [TextTable.Column] = [
      .init(title: "Run", alignment: .right), .init(title: "When (UTC)", alignment: .left),
      .init(title: "Kind", alignment: .left), .init(title: "Model", alignment: .left),
      .init(title: "Target", alignment: .left), .init(title: "Threads", alignment: .right),
      .init(title: "Median ms", alignment: .right),
      .init(title: "95 % interval", alignment: .left), .init(title: "p99", alignment: .right),
      .init(title: "Top-1", alignment: .right), .init(title: "Host", alignment: .left),
      .init(title: "Tags", alignment: .left),
    ]
    if commits { columns.append(.init(title: "Commit", alignment: .left)) }
    if notes { columns.append(.init(title: "Note", alignment: .left)) }
    var table = TextTable(columns)
    let models = ModelNames(runs.map(\.path))
    for run in runs {
      // What all runs share tells none of them apart.
      let origin = [commits ? run.commit ?? "" : nil, notes ? run.note?.printable ?? "" : nil].compactMap(\.self)
      table.add(row(run, model: models[run.path]) + origin)
    }
    return table
  }

  private static func row(_ run: RunSummary, model: String) -> [String] {
    var interval = ""
    if let low = run.medianLow, let high = run.medianHigh {
      interval = "\(Figures.short(low)) – \(Figures.short(high))"
    }
    let target = Target(engine: run.engine, device: run.device).description
    let batch = run.batch.map { " ×\($0)" } ?? ""
    return [
      String(run.id), minute(run.created), run.kind.rawValue, model + batch,
      target + (run.version.map { " \($0)" } ?? ""), String(run.threads),
      run.status == .ok ? run.median.map(Figures.short) ?? "" : run.status.rawValue, interval,
      run.p99.map(Figures.short) ?? "", run.top1.map(Figures.percent) ?? "", run.host.printable,
      run.tags.joined(separator: ", "),
    ]
  }

  /// `2026-11-26 14:30` of a time in ISO 8601.
  static func minute(_ created: String) -> String { String(created.prefix(16)).replacing("T", with: " ") }
}

extension RunSummary {
  public init(_ run: StoredRun) {
    let report = run.report
    self.init(
      id: run.id, created: run.created, kind: run.kind, status: report.status, path: report.model.path,
      engine: report.engine.name, version: report.engine.version, device: report.device,
      threads: report.options.threads, batch: report.options.batch,
      host: run.host.shortName, tags: run.tags)
    count = report.latency?.count
    median = report.latency?.p50
    medianLow = report.latency?.medianInterval?.first
    medianHigh = report.latency?.medianInterval?.last
    p99 = report.latency?.p99
    top1 = report.accuracy?.top(1)?.share
    commit = report.origin?.shortCommit
    note = report.origin?.note
  }
}
