import Analyses
import AssayCore
import PublishedResults
import Study

/// The tables of a study, by name.
struct StudyTables {
  let results: StudyResults

  /// - Returns: `nil` if there is nothing to show.
  func table(_ item: StudyOutline.Item) -> StudyTable? {
    var table: StudyTable? =
      switch item.content {
      case .table(let name): self.table(name, item.options)
      case .published(let number): results.published?.table(number).map(published)
      case .figure: nil
      }
    guard table?.rows.isEmpty == false else { return nil }
    if let caption = item.caption { table?.caption = caption }
    let concerned: String? = if case .published(let number) = item.content { number } else { item.number }
    if let concerned, var annotated = table {
      annotate(&annotated, concerned)
      table = annotated
    }
    return table
  }

  private func table(_ name: StudyOutline.TableName, _ options: StudyOutline.Options) -> StudyTable? {
    switch name {
    case .resultsByDevice: resultsByDevice(options)
    case .processors: processors(options)
    case .hostTimes: hostTimes(options)
    case .hostSpeeds: hostSpeeds(options)
    case .bestTime: bestTime(options)
    case .bestAccuracy: bestAccuracy(options)
    case .bestAccuracyWithin: bestAccuracyWithin(options)
    case .accuracyByModel: accuracyByModel(options)
    case .accuracyLost: accuracyLost(options)
    case .timeAgainstAccuracy: timeAgainstAccuracy(options)
    case .paretoFront: paretoFront(options)
    case .forms: forms(options)
    case .stress: stress(options)
    case .scenarios: scenarios(options)
    case .cost: cost(options)
    case .earlierWork: earlierWork()
    case .methods: methods()
    case .contradictions: contradictions()
    }
  }

  /// Says what contradicts a table: in a cell, or below it.
  private func annotate(_ table: inout StudyTable, _ number: String) {
    for contradiction in results.published?.contradictions ?? [] where contradiction.table == number {
      if let row = contradiction.row {
        table.annotate(row: row, column: contradiction.column ?? "", contradiction.finding)
      } else {
        table.notes.append(contradiction.finding)
      }
    }
  }

  // MARK: Words

  /// A quantity as the head of a column, with its unit.
  ///
  /// - Parameter statistic: of latencies.
  static func title(_ quantity: Observation.Quantity, _ statistic: StudyStatistic = .mean) -> String {
    switch quantity {
    case .latency: "\(statistic.adjective) inference time (ms)"
    case .minimumLatency: "Min. latency (ms)"
    case .throughput: "Throughput (FPS)"
    case .maximumThroughput: "Max. throughput (FPS)"
    case .top1: "Top-1 accuracy (%)"
    case .top5: "Top-5 accuracy (%)"
    case .energy: "Energy per inference (mJ)"
    case .size: "Size (MB)"
    case .load: "Load time (ms)"
    case .memory: "Peak memory (MB)"
    }
  }

  static func quantity(_ metric: StudyOutline.Metric) -> Observation.Quantity { metric == .top1 ? .top1 : .top5 }

  /// A model with what it ran in: `ResNet 50, PyTorch with TensorRT`.
  static func name(_ observation: Observation) -> String {
    let host = observation.host.map { ", on \($0)" } ?? ""
    return "\(observation.model), \(observation.framework)\(host)"
  }
}
