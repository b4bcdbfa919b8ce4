import Analyses
import AssayCore
import Study

/// What converters and precisions give and cost.
extension StudyTables {
  func forms(_ options: StudyOutline.Options) -> StudyTable? {
    let quantity = Self.quantity(options.metric)
    let observations = results.results(of: options.devices).filter { $0.form != nil }.enumerated().sorted {
      ($0.element[.latency] ?? .infinity, $0.offset) < ($1.element[.latency] ?? .infinity, $1.offset)
    }.map(\.element)
    let losses = AccuracyLoss.losses(observations, quantity: quantity)
    let hasDevices = Set(observations.map(\.device)) != Set(observations.map(\.framework))
    let quantities = [Observation.Quantity.latency, quantity, .size, .load, .memory, .energy].filter { quantity in
      observations.contains { $0.quantities[quantity] != nil }
    }
    var columns = [StudyTable.Column("Model"), .init("Form"), .init("Framework")]
    if hasDevices { columns.append(.init("Device")) }
    let first = columns.count
    columns += quantities.map { .init(Self.title($0, results.statistic), isNumber: true) }
    if !losses.isEmpty {
      columns += [.init("Change (points)", isNumber: true), .init("95 % interval", isNumber: true)]
    }
    var table = StudyTable("What each form of a model gives and costs", columns)
    for observation in observations {
      var row: [StudyTable.Cell] = [
        "\(observation.original ?? observation.model)", "\(observation.form ?? "–")", "\(observation.framework)",
      ]
      if hasDevices { row.append("\(observation.device)") }
      row += quantities.map { table.cell(observation.quantities[$0]) }
      if !losses.isEmpty {
        let loss = losses.first { $0.observation == observation }
        row.append(loss.map { StudyTable.Cell(text: Self.signed($0.change), isBest: false) } ?? "–")
        row.append("\(loss.flatMap(Self.interval) ?? "–")")
      }
      table.add(row)
    }
    for (index, quantity) in quantities.enumerated() {
      table.markBest(
        observations.map { $0[quantity] }, inColumn: first + index,
        isLeast: quantity.unit != Observation.Quantity.top1.unit)
    }
    if !losses.isEmpty { table.notes.append(Self.note(losses)) }
    return table
  }

  /// `−1.20 to +0.40`, with an asterisk where it is more than chance.
  static func interval(_ loss: AccuracyLoss) -> String? {
    loss.interval.map {
      "\(signed($0.lowerBound)) to \(signed($0.upperBound))" + (loss.isMoreThanChance == true ? " *" : "")
    }
  }

  private static func note(_ losses: [AccuracyLoss]) -> String {
    "Changes are against the same model as it is. \(images(of: losses)) An asterisk marks what is more than chance."
  }

  /// Which images the intervals of changes rest on.
  static func images(of losses: [AccuracyLoss]) -> String {
    switch losses.count(where: \.isPaired) {
    case 0:
      "The intervals take the images of both for independent; where they are the same images, the true ones are narrower."
    case losses.count: "The intervals compare both image by image."
    default: "Some intervals compare both image by image; the others take their images for independent, and are wider."
    }
  }
}
