import AssayCore
import Launching
import Platform

/// Looks for the most throughput of each cell without measuring a whole grid: climbs with short points, then measures the best in full.
struct StreamSearch {
  private let cells: [CellSpec]
  private let grid: StreamGrid
  private let context: RunContext
  private var pass: BenchPass

  /// The time and the count of a short point, as a share of those of a full one.
  private static let share = 0.1
  private static let shortestWarmUp = 0.1
  /// How often a point that misses a goal in full is passed over for the next one.
  private static let confirmations = 3

  /// - Parameter bench: its cells have no streams yet.
  /// - Throws: if nothing can be measured: no writable folder.
  init(_ bench: Bench, _ grid: StreamGrid) throws(AssayError) {
    cells = bench.cells
    self.grid = grid
    context = bench.context
    // Of each cell, all points short, then all in full; which of them are measured is seen on the way.
    var plan = bench
    plan.search = nil
    plan.cells = bench.cells.flatMap { cell -> [CellSpec] in
      let points = grid.points(of: cell.options)
      return points.map { cell.with($0, rule: Self.short(cell.measure.rule)) }
        + points.map { cell.with($0, rule: cell.measure.rule) }
    }
    pass = try BenchPass(plan)
  }

  /// - Throws: `.inputOutput` if files cannot be created.
  mutating func run() throws(AssayError) -> RunReport {
    defer { pass.cleanUp() }
    var searches: [(cell: CellSpec, found: StreamSearchReport)] = []
    for index in cells.indices where context.interrupts?.isInterrupted != true {
      searches.append((cells[index], try search(index)))
    }
    var report = try pass.finish()
    for index in (report.frontiers ?? []).indices {
      guard let first = report.frontiers?[index].cells.first else { continue }
      let spec = report.cells[first].spec
      report.frontiers?[index].search =
        searches.first { $0.cell.model.path == spec.model.path && $0.cell.target == spec.target }?.found
    }
    return report
  }

  private mutating func search(_ index: Int) throws(AssayError) -> StreamSearchReport {
    let begin = WorkerGroup.now
    let first = index * 2 * grid.count
    var climb = GridClimb(sizes: grid.sizes, starts: grid.starts(cores: context.machine.host.allowedCores))
    var measured: [CellReport] = []
    while measured.last?.status != .interrupted, let place = climb.next() {
      let found = try pass.measure(first + grid.index(of: place))
      measured.append(found)
      climb.add(Self.value(of: found), at: place)
    }
    let loading = measured.compactMap(\.loadMilliseconds).reduce(0, +) / 1000 / Double(max(measured.count, 1))
    if measured.last?.status != .interrupted { try confirm(&climb, first: first + grid.count) }
    let rule = cells[index].measure.rule
    return StreamSearchReport(
      measured: measured.count, points: grid.count, seconds: WorkerGroup.now - begin,
      gridSeconds: (loading + rule.warmUpSeconds + rule.minimumSeconds) * Double(grid.count))
  }

  /// Measures the best point in full, and the next one where it misses a goal.
  ///
  /// - Parameter first: the index of the first point in full.
  private mutating func confirm(_ climb: inout GridClimb, first: Int) throws(AssayError) {
    for _ in 0..<Self.confirmations {
      guard let best = climb.best, let value = climb.values[best], value > -.infinity else { return }
      let found = try pass.measure(first + grid.index(of: best))
      if found.status == .interrupted || found.status == .ok && found.goals.allSatisfy(\.isMet) { return }
      climb.add(-.infinity, at: best)
    }
  }

  /// To climb by: samples a second, less than nothing where a goal is missed. A short point cannot know every percentile.
  private static func value(of cell: CellReport) -> Double {
    guard cell.status == .ok, let rate = cell.rate?.samples else { return -.infinity }
    let missed = cell.goals.contains { !$0.isMet && !$0.isUnknown }
    return missed ? -(cell.latency?.mean ?? 1) : rate
  }

  private static func short(_ rule: RepetitionRule) -> RepetitionRule {
    var short = rule
    short.warmUpSeconds = min(rule.warmUpSeconds, shortestWarmUp)
    short.minimumSeconds = rule.minimumSeconds * share
    short.minimumCount = Int(Double(rule.minimumCount) * share)
    return short
  }
}

extension CellSpec {
  fileprivate func with(_ options: CellOptions, rule: RepetitionRule) -> CellSpec {
    var cell = self
    cell.options = options
    cell.measure.rule = rule
    return cell
  }
}

extension StreamGrid {
  fileprivate var count: Int { sizes.reduce(1, *) }

  /// Batches, threads, streams: the last changes fastest among the points.
  fileprivate var sizes: [Int] { [batches.count, threads.count, streams.count] }

  fileprivate func index(of place: GridClimb.Place) -> Int {
    (place[0] * threads.count + place[1]) * streams.count + place[2]
  }

  /// As many streams as cores with the fewest threads, and the fewest streams with the most threads.
  fileprivate func starts(cores: Int) -> [GridClimb.Place] {
    let nearest = streams.indices.min { abs(streams[$0] - cores) < abs(streams[$1] - cores) } ?? 0
    let fewest = streams.indices.min { streams[$0] < streams[$1] } ?? 0
    let fewestThreads = threads.indices.min { threads[$0] < threads[$1] } ?? 0
    let mostThreads = threads.indices.max { threads[$0] < threads[$1] } ?? 0
    return [[0, fewestThreads, nearest], [0, mostThreads, fewest]]
  }
}
