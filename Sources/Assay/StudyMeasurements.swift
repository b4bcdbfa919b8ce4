public import AssayCore
import Foundation
import Platform
public import Report
public import ResultStore
import Steadiness
public import Study

/// The results of a study in a store, as its tables and figures take them.
public struct StudyMeasurements {
  /// A row for each combination of host, model, target and options.
  public private(set) var observations: [Observation] = []
  /// The stress tests with records, for figures over time, each under the name of its device.
  public private(set) var stressTests: [MeasuredStress] = []
  /// The scenarios that ended well.
  public private(set) var scenarios: [MeasuredScenario] = []
  /// How many cells have runs that are not used: the study declares them no more, or otherwise.
  public private(set) var leftOut = 0

  /// Reads the runs of a study. Of a cell that was measured again, the last run counts that measured what the study declares now: another study
  /// of the same name has runs in the store, too.
  ///
  /// - Parameters:
  ///   - statistic: of the latencies of a run.
  ///   - damaged: called for each run that is left out because it is damaged.
  public init(
    of study: StudyFile, in store: ResultStore, statistic: StudyStatistic, damaged: (AssayError) -> Void
  ) throws(AssayError) {
    var runs: [Cell: [StudyRunSummary]] = [:]
    var order: [Cell] = []
    for run in try store.runs(ofStudy: study.name, damaged: damaged) where run.status != .interrupted {
      var name = run.membership
      name.seconds = nil
      let cell = Cell(name: name, threads: run.threads, batch: run.batch)
      if runs[cell] == nil { order.append(cell) }
      runs[cell, default: []].append(run)
    }
    let declared = try DeclaredCells(study)
    var content = DeclaredContent(study)
    var rows = StudyRows(study, statistic)
    var streams = StreamRows(statistic)
    for cell in order {
      guard let place = declared.cell(cell.name, threads: cell.threads, batch: cell.batch) else {
        leftOut += 1
        continue
      }
      // A run that ended well is not replaced by a later one that failed.
      let newest = Array((runs[cell] ?? []).reversed())
      let candidates = newest.filter { $0.status == .ok } + newest.filter { $0.status != .ok }
      var found: StoredRun?
      var wasRead = false
      for candidate in candidates where found == nil {
        guard let run = try store.runs([candidate.id], damaged: damaged).first else { continue }
        wasRead = true
        if content.isMeasured(by: run, place) { found = run }
      }
      guard let run = found else {
        if wasRead { leftOut += 1 }
        continue
      }
      switch run.kind {
      case .bench, .accuracy, .stress: rows.add(run, cell.name)
      case .streams: streams.add(run, cell.name, rows.observation(run, cell.name))
      case .scenario:
        if run.report.status == .ok {
          scenarios.append(
            MeasuredScenario(device: rows.device(of: cell.name), model: cell.name.model, report: run.report))
        }
      // No measure of a study.
      case .load: break
      }
      if run.spec.measure.stress != nil, run.report.status == .ok {
        stressTests.append(
          MeasuredStress(
            device: rows.device(of: cell.name), model: cell.name.model, run: ReportSources().run(run, of: store)))
      }
    }
    observations = rows.observations(study) + streams.observations
  }
}

/// What tells the cells of a study apart, whatever their models contained: names do not, if a matrix lists several numbers of threads or batches.
private struct Cell: Hashable {
  let name: StudyMembership
  let threads: Int
  let batch: Int?
}

/// What the cells of a study are made of now, as far as this machine can tell.
private struct DeclaredContent {
  private let study: StudyFile
  private var models = ModelLookup(
    FileDigests(cache: CacheFolder.path(environment: ProcessInfo.processInfo.environment)))

  init(_ study: StudyFile) { self.study = study }

  /// Whether a run has measured the cell of its names. A model that is not here is taken for the one that was measured, and other files are
  /// known by their names alone: results come from other machines, too.
  mutating func isMeasured(by run: StoredRun, _ cell: StudyPlan.Cell) -> Bool {
    let declared = study.spec(cell, threads: run.spec.options.threads)
    var model = ModelReference(path: declared.model.path, format: run.spec.model.format)
    if let measured = run.spec.model.sha256, (try? models.complete(&model)) != nil, let found = model.sha256,
      found != measured
    {
      return false
    }
    return declared.target == run.spec.target && Self.named(declared).measure == Self.named(run.spec).measure
  }

  /// With the names of files instead of their paths.
  private static func named(_ spec: CellSpec) -> CellSpec {
    var spec = spec
    spec.resolvePaths { URL(filePath: $0).lastPathComponent }
    return spec
  }
}

/// The runs of a study in rows.
private struct StudyRows {
  private struct Key: Hashable {
    let host: String
    let model: String
    let target: String
    let threads: Int
    let batch: Int?
  }

  private struct Row {
    var observation: Observation
    /// Of each run, by what it measured: latency alone is the best source, then images, then a long run.
    var latencies: [RunKind: [Double]] = [:]
    var energies: [Double] = []
    var accuracies: [Observation.Quantity: [Double]] = [:]
    var failures: [RunKind: String] = [:]
  }

  private let study: StudyFile
  private let statistic: StudyStatistic
  private var rows: [Key: Row] = [:]
  private var order: [Key] = []

  init(_ study: StudyFile, _ statistic: StudyStatistic) {
    self.study = study
    self.statistic = statistic
  }

  /// What tables call the device of a target on a host.
  func device(of name: StudyMembership) -> String { target(name)?.device ?? name.host }

  private func target(_ name: StudyMembership) -> StudyFile.EngineTarget? {
    study.targets.first { $0.name == name.target }
  }

  mutating func add(_ run: StoredRun, _ name: StudyMembership) {
    let options = run.spec.options
    let key = Key(
      host: name.host, model: name.model, target: name.target, threads: options.threads, batch: options.batch)
    var row = rows[key] ?? Row(observation: observation(run, name))
    if rows[key] == nil { order.append(key) }
    let kind = run.kind
    guard run.report.status == .ok else {
      row.failures[kind] = run.report.error?.message ?? run.report.status.rawValue
      rows[key] = row
      return
    }
    row.failures[kind] = nil
    if let latency = run.report.latency {
      row.latencies[kind, default: []].append(statistic == .mean ? latency.mean : latency.p50)
    }
    if let energy = run.report.steadiness?.energy?.millijoulesPerInference { row.energies.append(energy) }
    for (quantity, rank) in [(Observation.Quantity.top1, 1), (.top5, 5)] {
      guard let share = run.report.accuracy?.top(rank)?.share else { continue }
      row.accuracies[quantity, default: []].append(share * 100)
      row.observation.images = run.report.accuracy?.images
    }
    rows[key] = row
  }

  /// A row without numbers.
  func observation(_ run: StoredRun, _ name: StudyMembership) -> Observation {
    let target = target(name)
    var observation = Observation(
      source: "assay", place: "run \(run.id)", model: name.model, framework: run.report.engine.name,
      device: device(of: name), host: target?.device == nil || target?.device == name.host ? nil : name.host,
      optimizer: target?.optimizer, precision: target?.precision)
    observation.printedFramework = run.report.target.description
    return observation
  }

  func observations(_ study: StudyFile) -> [Observation] {
    let varies = (
      threads: Set(order.map(\.threads)).count > 1, batch: Set(order.map(\.batch)).count > 1
    )
    return order.compactMap { key in
      guard let row = rows[key] else { return nil }
      var observation = row.observation
      var details: [String] = []
      if varies.threads { details.append(key.threads == 1 ? "1 thread" : "\(key.threads) threads") }
      if varies.batch { details.append("batch \(key.batch ?? 1)") }
      if !details.isEmpty {
        observation.model += " (\(details.joined(separator: ", ")))"
        observation.printedModel = observation.model
      }
      let latencies = [RunKind.bench, .accuracy, .stress].lazy.compactMap { row.latencies[$0] }.first
      if let latencies { observation.quantities[.latency] = .measured(Self.mean(latencies)) }
      for (quantity, shares) in row.accuracies {
        observation.quantities[quantity] = .number(Self.mean(shares), decimals: 2)
      }
      if !row.energies.isEmpty { observation.quantities[.energy] = .measured(Self.mean(row.energies)) }
      if let reason = row.failures[.bench] ?? row.failures[.accuracy] ?? row.failures[.stress] {
        if observation[.latency] == nil { observation.quantities[.latency] = .absent("DNR", reason: reason) }
        if row.failures[.accuracy] != nil, observation[.top1] == nil {
          observation.quantities[.top1] = .absent("N/A", reason: reason)
        }
      }
      return observation
    }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

/// The least latency and the most throughput of a model on a target, over numbers of streams.
private struct StreamRows {
  private struct Key: Hashable {
    let host: String
    let model: String
    let target: String
  }

  private let statistic: StudyStatistic
  private var rows: [Key: Observation] = [:]
  private var order: [Key] = []

  init(_ statistic: StudyStatistic) { self.statistic = statistic }

  var observations: [Observation] { order.compactMap { rows[$0] } }

  /// - Parameter empty: the row without numbers.
  mutating func add(_ run: StoredRun, _ name: StudyMembership, _ empty: Observation) {
    let key = Key(host: name.host, model: name.model, target: name.target)
    if rows[key] == nil { order.append(key) }
    var row = rows[key] ?? empty
    if run.report.status == .ok, let latency = run.report.latency, let rate = run.report.rate {
      let time = statistic == .mean ? latency.mean : latency.p50
      row.quantities[.minimumLatency] = .measured(min(row[.minimumLatency] ?? .infinity, time))
      row.quantities[.maximumThroughput] = .measured(max(row[.maximumThroughput] ?? 0, rate.samples))
    } else {
      let reason = run.report.error?.message ?? run.report.status.rawValue
      for quantity in [Observation.Quantity.minimumLatency, .maximumThroughput] where row.quantities[quantity] == nil {
        row.quantities[quantity] = .absent("DNR", reason: reason)
      }
    }
    rows[key] = row
  }
}
