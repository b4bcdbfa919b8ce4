extension CellReport {
  /// What no Assay writes into a report, in a few words; `nil` if there is nothing. A store may be damaged or come from a stranger, and formulas
  /// and views rely on intervals of two numbers and on counts that can be added.
  public var damage: String? {
    var found = DamageSearch()
    found.count(options.threads, "threads")
    found.count(options.batch, "batch")
    found.count(model.bytes, "bytes")
    found.count(warmUpCount, "warm_up_count")
    found.count(peakResidentBytes, "peak_rss_bytes")
    found.search(spec.measure.rule)
    if let latency { found.search(latency, "latency") }
    if let study { found.search(study) }
    if let rate { found.numbers([rate.inferences, rate.samples], "throughput_per_s") }
    if let accuracy { found.search(accuracy) }
    if let steadiness { found.search(steadiness) }
    if let turns { found.search(turns) }
    if let against { found.search(against) }
    for goal in goals { found.search(goal) }
    return found.damage
  }
}

/// The first thing that is wrong with the parts of a report.
private struct DamageSearch {
  private(set) var damage: String?
  /// A sum of thousands of counts up to this one still fits. So many inferences take months, and so many milliseconds 30 000 years.
  private static let largest = 1_000_000_000_000_000

  mutating func expect(_ isTrue: Bool, _ name: String, _ what: String) {
    if !isTrue, damage == nil { damage = "\(name) \(what)" }
  }

  mutating func count(_ count: Int?, _ name: String) {
    expect((0...Self.largest).contains(count ?? 0), name, "is no possible count")
  }

  mutating func counts(_ counts: [Int], _ name: String) {
    var total = 0
    for count in counts where damage == nil {
      self.count(count, name)
      total += damage == nil ? count : 0
      self.count(total, name)
    }
  }

  mutating func numbers(_ numbers: [Double?], _ name: String) {
    expect(numbers.allSatisfy { abs($0 ?? 0) <= Double(Self.largest) }, name, "is no possible number")
  }

  mutating func interval(_ interval: [Double]?, _ name: String) {
    guard let interval else { return }
    expect(interval.count == 2, name, "has \(interval.count) ends")
    numbers(interval, name)
  }

  mutating func search(_ study: StudyMembership) {
    count(study.repetition, "study.repetition")
    numbers([study.seconds], "study.wall_s")
  }

  mutating func search(_ rule: RepetitionRule) {
    count(rule.warmUpCount, "warm_up_count")
    count(rule.minimumCount, "min_count")
    numbers([rule.warmUpSeconds, rule.minimumSeconds, rule.maximumSeconds], "rule")
  }

  mutating func search(_ latency: LatencySummary, _ name: String) {
    count(latency.count, "\(name).count")
    numbers(
      [
        latency.mean, latency.standardDeviation, latency.minimum, latency.maximum, latency.p50, latency.p90,
        latency.p95,
        latency.p99, latency.p999,
      ], name)
    interval(latency.medianInterval, "\(name).p50_ci95_ms")
    let histogram = latency.histogram
    numbers([histogram.from, histogram.to, histogram.to - histogram.from], "\(name).histogram")
    counts(histogram.counts + [histogram.overflow], "\(name).histogram")
    counts(latency.tooFewFor.values.map { $0 }, "\(name).too_few_for")
  }

  mutating func search(_ accuracy: AccuracyReport) {
    counts([accuracy.images, accuracy.unreadableCount], "images")
    for top in accuracy.top {
      expect(top.k > 0, "top", "has a K below 1")
      count(top.correct, "top.correct")
      numbers([top.share], "top.share")
      interval(top.interval, "top.ci95")
    }
    counts(accuracy.classes.flatMap { [$0.images, $0.top1Correct] }, "per_class")
    counts(accuracy.confusions.map(\.images), "confusions")
    for reading in accuracy.otherReadings {
      counts([reading.images, reading.correct, reading.otherCorrect], "other_readings")
    }
    numbers([accuracy.imagesPerSecond], "images_per_s")
  }

  mutating func search(_ report: SteadinessReport) {
    count(report.count, "steadiness.count")
    numbers([report.seconds], "steadiness.measured_s")
    numbers([report.medianDeviation], "steadiness.median_deviation")
    if let latency = report.latency { search(latency, "steadiness.latency") }
    counts(report.envelope.map(\.count), "envelope")
    counts(report.density?.counts.flatMap(\.self) ?? [], "density")
    for share in report.shares + report.densest { search(share) }
    for shift in report.shifts { search(shift) }
    interval(report.trend?.range, "trend")
    count(report.stalls?.count, "stalls")
    if let discarded = report.discarded {
      count(discarded.count, "discarded")
      if let remaining = discarded.remaining { search(remaining, "discarded.remaining") }
    }
    for finding in report.findings {
      switch finding.fact {
      case .steady(let steady): search(steady.share)
      case .spread(let spread):
        expect(!spread.shares.isEmpty, "spread", "has no shares")
        for share in spread.shares { search(share) }
      case .shift(let shift), .throttling(let shift): search(shift)
      case .trend(let trend): interval(trend.slope.range, "trend")
      case .modes(let modes): expect(!modes.isEmpty, "modes", "are none")
      case .stalls(let stalls): count(stalls.stalls.count, "stalls")
      case .competingLoad(let load):
        count(load.cores, "competing_load")
        numbers([load.load, load.steal], "competing_load")
      case .outliers, .slowStart, .clockHeldDown, .undervoltage, .recorded: break
      }
    }
  }

  private mutating func search(_ share: LatencyShare) {
    count(share.count, "share")
    numbers([share.from, share.to, share.share], "share")
  }

  private mutating func search(_ shift: LevelShift) {
    interval(shift.atRange, "shift.at_ci95_s")
    interval(shift.changeRange, "shift.change_ci95")
  }

  mutating func search(_ outcome: GoalOutcome) {
    switch outcome.goal {
    case .maximumLatency(_, let limit), .minimumTop1(let limit), .minimumThroughput(let limit):
      numbers([limit], "goals")
    case .held: break
    }
    switch outcome.result {
    case .met(let value), .missed(let value): numbers([value], "goals")
    case .unknown(let needed): count(needed, "goals")
    }
  }

  mutating func search(_ turns: Turns) {
    expect(turns.cell > 0 && turns.reference > 0, "turns", "name no cell")
    count(turns.interleaving.rounds, "turns.rounds")
    counts(turns.blocks.map(\.count), "turns.blocks")
    for block in turns.blocks { count(block.first, "turns.blocks") }
  }

  mutating func search(_ against: SavedGate) {
    expect(against.baseline > 0, "against", "names no run")
    numbers([against.gate.limit, against.gate.ratio, against.gate.detectable], "against.gate")
    interval(against.gate.interval, "against.gate.ratio_ci99")
    count(against.runSpread?.earlierRuns, "against.run_spread")
    let spread = against.runSpread
    numbers(
      [spread?.deviation, spread?.assumedRatio, spread?.referenceDrift, spread?.fastestRatio], "against.run_spread")
  }
}
