import AssayCore
import Report
import ResultStore
import Statistics
import Study

/// The runs of a study in rows.
struct StudyRows {
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
    var loads: [Double] = []
    var memory: [Double] = []
    /// What it took each image for.
    var predictions: AccuracyComparison.Predictions?
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
    if kind == .bench { addProcess(run, to: &row) }
    if kind == .accuracy { row.predictions = run.report.keptPredictions(cell: 0) ?? row.predictions }
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

  /// What a run tells of its process. Images would add memory of their own.
  private func addProcess(_ run: StoredRun, to row: inout Row) {
    row.observation.place = "run \(run.id)"
    if let load = run.report.loadMilliseconds { row.loads.append(load) }
    if let bytes = run.report.peakResidentBytes { row.memory.append(Double(bytes) / 1e6) }
    if let bytes = run.spec.model.measured.bytes {
      row.observation.quantities[.size] = .number(Double(bytes) / 1e6, decimals: 2)
    }
  }

  /// A row without numbers.
  func observation(_ run: StoredRun, _ name: StudyMembership) -> Observation {
    let target = target(name)
    let model = study.models.first { $0.name == name.model }
    var observation = Observation(
      source: "assay", place: "run \(run.id)", model: name.model, framework: run.report.engine.name,
      device: device(of: name), host: target?.device == nil || target?.device == name.host ? nil : name.host,
      optimizer: target?.optimizer, precision: target?.precision ?? model?.conversion?.form.precision.word)
    observation.original = model.flatMap { study.source(of: $0)?.name }
    let format = run.spec.model.format.flatMap { ModelKind($0) }
    observation.form = model?.conversion.map { "\($0.form)" } ?? format?.title
    observation.printedFramework = run.report.target.description
    return observation
  }

  /// - Parameter damaged: gets errors of predictions that cannot be read.
  func observations(damaged: (AssayError) -> Void) -> [Observation] {
    var observations: [Observation] = []
    for key in order {
      guard let row = rows[key] else { continue }
      var observation = row.observation
      describe(key, in: &observation)
      fill(&observation, from: row)
      if observation.original != nil || observation.optimizer != nil {
        do throws(AssayError) {
          observation.changes = try changes(of: row, key)
        } catch {
          damaged(error)
        }
      }
      observations.append(observation)
    }
    return observations
  }

  /// Names options that differ between rows.
  private func describe(_ key: Key, in observation: inout Observation) {
    var details: [String] = []
    if Set(order.map(\.threads)).count > 1 { details.append(key.threads == 1 ? "1 thread" : "\(key.threads) threads") }
    if Set(order.map(\.batch)).count > 1 { details.append("batch \(key.batch ?? 1)") }
    guard !details.isEmpty else { return }
    let suffix = " (\(details.joined(separator: ", ")))"
    observation.model += suffix
    observation.printedModel = observation.model
    observation.original? += suffix
  }

  private func fill(_ observation: inout Observation, from row: Row) {
    let latencies = [RunKind.bench, .accuracy, .stress].lazy.compactMap { row.latencies[$0] }.first
    if let latencies { observation.quantities[.latency] = .measured(Self.mean(latencies)) }
    for (quantity, shares) in row.accuracies {
      observation.quantities[quantity] = .number(Self.mean(shares), decimals: 2)
    }
    if !row.energies.isEmpty { observation.quantities[.energy] = .measured(Self.mean(row.energies)) }
    if !row.loads.isEmpty { observation.quantities[.load] = .measured(Self.mean(row.loads)) }
    if let most = row.memory.max() { observation.quantities[.memory] = .number(most, decimals: 1) }
    guard let reason = row.failures[.bench] ?? row.failures[.accuracy] ?? row.failures[.stress] else { return }
    if observation[.latency] == nil { observation.quantities[.latency] = .absent("DNR", reason: reason) }
    if row.failures[.accuracy] != nil, observation[.top1] == nil {
      observation.quantities[.top1] = .absent("N/A", reason: reason)
    }
  }

  /// How the accuracy of a converted or optimised model differs from that of the model as it is, image by image: of the same target if that
  /// has run it, else of the first that has.
  private func changes(of row: Row, _ key: Key) throws(AssayError) -> [Observation.Quantity: AccuracyChange] {
    guard let predictions = row.predictions else { return [:] }
    let model = row.observation.original ?? row.observation.model
    let references = order.compactMap { other -> (key: Key, row: Row)? in
      guard let found = rows[other], found.observation.model == model, found.observation.original == nil,
        found.observation.optimizer == nil, found.predictions != nil
      else { return nil }
      return (other, found)
    }
    let nearest = references.first { $0.key.target == key.target && $0.key.threads == key.threads } ?? references.first
    guard let reference = nearest?.row, let others = reference.predictions else { return [:] }
    let tables = try AccuracyComparison.tables(others, predictions, ranks: [1, 5])
    var changes: [Observation.Quantity: AccuracyChange] = [:]
    for (quantity, table) in zip([Observation.Quantity.top1, .top5], tables) {
      guard let interval = table.differenceInterval else { continue }
      changes[quantity] = AccuracyChange(
        reference: reference.observation.place,
        interval: (interval.lowerBound * 100)...(interval.upperBound * 100))
    }
    return changes
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

/// The least latency and the most throughput of a model on a target, over numbers of streams.
struct StreamRows {
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
