import AssayCore

extension RunSection {
  /// Rows of a table and items of a list.
  static let maximumRows = 200

  /// Everything about the run, in tables that can be folded.
  var tables: HTML {
    let steadiness = run.steadiness
    let unavailable = run.telemetry?.unavailable ?? []
    return HTML(
      [
        list("Problems with the records", (steadiness?.problems ?? []).map(\.sentence)),
        list("Warnings", ((run.host?.warnings ?? []) + run.report.warnings).map(\.text)),
        accuracyTables, scenarioTables, loadTables,
        list("What the engine made of the model", ExecutionText.sentences(of: run.report).map { "\($0)." }),
        facts("Run", runFacts + hostFacts),
        table("Goals", ["Goal", "Measured", "Outcome"], of: run.report.goals) {
          [.init($0.goal.text), .init($0.measured), .init($0.word)]
        },
        shifts,
        modes,
        shareTable("Shares around the middle", "Range", steadiness?.shares ?? []),
        shareTable("Shortest ranges that hold half, 90 % and 95 %", "Range", steadiness?.densest ?? []),
        discarded,
        sensors,
        events,
        table("Not available on this machine", ["Sensor", "Why"], of: unavailable) {
          [.init($0.name), .init($0.reason)]
        },
      ])
  }

  // MARK: Parts

  func list(_ title: String, _ lines: [String]) -> HTML {
    let excerpt = Excerpt(first: lines, limit: Self.maximumRows)
    let items: [HTML] = excerpt.shown.map { "<li>\($0.clipped)</li>" }
    return lines.isEmpty ? .empty : PageFold.html(title + excerpt.note, "<ul>\(items)</ul>")
  }

  func facts(_ title: String, _ facts: [(String, String?)]) -> HTML {
    let rows: [HTML] = facts.compactMap { name, fact in
      fact.map { "<div><dt>\(name)</dt><dd>\($0.clipped)</dd></div>" }
    }
    return PageFold.html(title, "<dl class=\"facts\">\(rows)</dl>")
  }

  /// - Parameters:
  ///   - numbers: the columns of numbers, which are right-aligned.
  ///   - count: how many things there are, if `items` is a part of them.
  func table<Item>(
    _ title: String, _ columns: [String], of items: [Item], count: Int? = nil, numbers: Set<Int> = [],
    isOpen: Bool = true, row: (Item) -> [PageTable.Cell]
  ) -> HTML {
    let excerpt = Excerpt(evenly: items, limit: Self.maximumRows, of: count)
    var table = PageTable(
      title + excerpt.note, columns.enumerated().map { .init($1, isNumber: numbers.contains($0)) })
    for item in excerpt.shown { table.add(row(item)) }
    return table.folded(isOpen: isOpen)
  }

  private func latency(_ milliseconds: Double) -> PageTable.Cell { .init(unit.text(milliseconds), milliseconds) }

  // MARK: Facts

  private var runFacts: [(String, String?)] {
    let cell = run.report
    guard !run.isForeign else { return [("Records", cell.model.path)] + analysisFacts }
    return [
      ("Model", cell.model.path), ("SHA-256", cell.model.sha256), ("Size", cell.model.bytes.map(Figures.bytes)),
      ("Converted", cell.model.conversion?.facts),
      ("Target", cell.target.description), ("Engine", cell.engine.name + (cell.engine.version.map { " \($0)" } ?? "")),
      ("Library", cell.engine.library),
      ("Threads", cell.options.threads > 0 ? "\(cell.options.threads)" : nil),
      ("Batch", cell.options.batch.map { "\($0)" }),
      ("Commit", run.commit), ("Note", run.note),
      ("Inputs", cell.spec.measure.images?.source.folder ?? "random, seed \(cell.options.seed)"),
      ("Status", cell.status.rawValue), ("Error", cell.error.map { "\($0)" }),
      ("Load", cell.loadMilliseconds.map(Figures.milliseconds)),
      ("First inference", cell.firstInferenceMilliseconds.map(Figures.milliseconds)),
      ("Warm-up", cell.warmUpCount.map { "\($0) inferences, not counted" }),
      ("Harness", cell.harnessOverheadNanoseconds.map { "\(Figures.short($0)) ns an inference" }),
      ("Peak memory", cell.peakResidentBytes.map(Figures.bytes)),
    ] + analysisFacts
  }

  private var analysisFacts: [(String, String?)] {
    [
      ("Deviation", run.summary?.standardDeviation.map(unit.text)),
      ("Mean", run.summary.map { unit.text($0.mean) }),
      ("Trend", run.steadiness?.trend.map(trend)), ("Stalls", run.steadiness?.stalls.map(stalls)),
      ("Energy", run.steadiness?.energy.map { "\(Figures.short($0.joules)) J in all, by \($0.sensor)" }),
    ]
  }

  private func trend(_ trend: LatencyTrend) -> String {
    let range = trend.range.map(Figures.short).joined(separator: " to ")
    return "\(Figures.short(trend.millisecondsPerHour)) ms an hour (95 %: \(range); \(Figures.pValue(trend.pValue)))"
  }

  private func stalls(_ stalls: PeriodicStalls) -> String {
    "\(stalls.count) slow inferences of \(unit.text(stalls.latency)), one every \(Figures.short(stalls.periodSeconds)) s (\(Figures.pValue(stalls.pValue)))"
  }

  private var hostFacts: [(String, String?)] {
    guard let host = run.host else { return [("Record log", run.report.recordLog)] }
    return [
      ("Machine", host.board), ("Processor", host.cpu), ("Cores", "\(host.cores), \(host.allowedCores) allowed"),
      ("Governor", host.governor ?? "unknown"), ("Memory", host.memoryBytes.map(Figures.bytes)),
      ("System", host.os), ("Kernel", host.kernel),
      ("Recorded", run.created.map { "\($0.prefix(19).replacing("T", with: " ")) UTC" }),
      ("Record log", run.report.recordLog),
    ]
  }

  // MARK: Tables

  private var shifts: HTML {
    table(
      "Level shifts", ["At", "Within (95 %)", "What", "From", "To", "Change", "95 %", "By chance", "Cause"],
      of: run.steadiness?.shifts ?? [], numbers: [3, 4, 5]
    ) { shift in
      [
        .init(Figures.clock(shift.at), shift.at),
        .init(shift.atRange.map(Figures.clock).joined(separator: " – "), shift.atRange.first),
        .init(shift.statistic.name), latency(shift.from), latency(shift.to),
        .init(Figures.percent(shift.change), shift.change),
        .init(Figures.percentRange(shift.changeRange), shift.changeRange.first),
        .init(Figures.pValue(shift.pValue), shift.pValue), .init(shift.cause?.text ?? ""),
      ]
    }
  }

  private var modes: HTML {
    table("Modes", ["Centre", "Range", "Share"], of: run.steadiness?.modes ?? [], numbers: [0, 1, 2]) { mode in
      [
        latency(mode.center), .init("\(unit.text(mode.from)) – \(unit.text(mode.to))", mode.from),
        .init(Figures.percent(mode.share), mode.share),
      ]
    }
  }

  private func shareTable(_ title: String, _ column: String, _ shares: [LatencyShare]) -> HTML {
    table(title, [column, "Middle ± half", "Inferences", "Share"], of: shares, numbers: [0, 1, 2, 3]) { share in
      let (middle, half) = ((share.from + share.to) / 2, (share.to - share.from) / 2)
      return [
        .init("\(unit.text(share.from)) – \(unit.text(share.to))", share.from),
        .init("\(Figures.short(middle * unit.factor)) ± \(unit.text(half))", middle),
        .init(Figures.grouped(share.count), Double(share.count)), .init(Figures.percent(share.share), share.share),
      ]
    }
  }

  private var discarded: HTML {
    guard let discarded = run.steadiness?.discarded else { return .empty }
    let limit = unit.text(discarded.limit)
    return facts(
      "Without inferences above \(limit)",
      [
        (
          "Hidden",
          "\(Figures.grouped(discarded.count)) inferences, \(Figures.percent(discarded.share)), slower than \(limit)"
        ),
        ("Median", discarded.remaining.map { unit.text($0.p50) }),
        ("Mean", discarded.remaining.map { unit.text($0.mean) }),
        ("Deviation", discarded.remaining?.standardDeviation.map(unit.text)),
        ("p99", discarded.remaining?.p99.map(unit.text)),
        ("Slowest", discarded.remaining.map { unit.text($0.maximum) }),
      ])
  }

  private var sensors: HTML {
    guard let telemetry = run.telemetry else { return .empty }
    let rows = Array(zip(telemetry.sensors, telemetry.values))
    return table(
      "Sensors", ["Sensor", "Lowest", "Mean", "Highest", "What", "Read from"], of: rows, numbers: [1, 2, 3]
    ) { sensor, values in
      let known = values.compactMap(\.self).filter(\.isFinite)
      func cell(_ value: Double?) -> PageTable.Cell {
        .init(value.map { sensor.quantity.isShare ? Figures.percent($0) : Figures.short($0) } ?? "–", value)
      }
      let mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      return [
        .init(sensor.name), cell(known.min()), cell(mean), cell(known.max()), .init(sensor.quantity.title),
        .init(sensor.source),
      ]
    }
  }

  private var events: HTML {
    table(
      "Events", ["Time", "Event", "Detail"], of: run.telemetry?.events ?? [], count: run.telemetry?.eventCount
    ) {
      [
        .init(Figures.clock($0.seconds), $0.seconds), .init($0.kind.rawValue.replacing("_", with: " ")),
        .init($0.detail),
      ]
    }
  }
}
