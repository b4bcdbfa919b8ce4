import Analyses
import AssayCore
import PublishedResults
import Study

/// What inference costs, and how others measured it.
extension StudyTables {
  func cost(_ options: StudyOutline.Options) -> StudyTable? {
    let costs = costs(options)
    var table = StudyTable(
      "Cost: price, power and energy",
      [
        .init("Device"), .init("Price (USD)", isNumber: true), .init("Power (W)", isNumber: true),
        .init("Fastest model"), .init("FPS", isNumber: true), .init("FPS per USD", isNumber: true),
        .init("FPS per W", isNumber: true), .init("Energy per inference (mJ)", isNumber: true),
        .init("Best top-1 (%)", isNumber: true), .init("Points per USD", isNumber: true),
        .init("Points per W", isNumber: true),
      ])
    func short(_ number: Double?) -> StudyTable.Cell { "\(number.map { Figures.significant($0) } ?? "–")" }
    for cost in costs {
      var power = cost.power.map { "\(Figures.shortest($0))" } ?? "–"
      var powerCell = StudyTable.Cell(text: power)
      if cost.power != nil {
        power = (cost.powerIsMaximum ? "≤ " : "") + power
        powerCell = StudyTable.Cell(text: power)
        if let note = specification(of: cost.device, cost.powerIsMaximum ? "maximum power" : "usual power")?.note {
          powerCell = table.cell(power, footnote: "\(note.prefix(1).uppercased())\(note.dropFirst()).")
        }
      }
      var price: StudyTable.Cell = "\(cost.price.map(Figures.shortest) ?? "–")"
      if let note = specification(of: cost.device, "price")?.note {
        price = table.cell(price.text, footnote: "\(note.prefix(1).uppercased())\(note.dropFirst()).")
      }
      table.add([
        "\(cost.device)", price, powerCell, "\(cost.fastest.model)", short(cost.framesPerSecond),
        short(cost.framesPerDollar), short(cost.framesPerWatt), energy(cost, &table),
        table.cell(cost.mostAccurate?.quantities[.top1]), short(cost.accuracyPerDollar), short(cost.accuracyPerWatt),
      ])
    }
    for (column, values) in [
      (5, costs.map(\.framesPerDollar)), (6, costs.map(\.framesPerWatt)), (9, costs.map(\.accuracyPerDollar)),
      (10, costs.map(\.accuracyPerWatt)),
    ] { table.markBest(values, inColumn: column, isLeast: false) }
    table.notes.append(
      """
      Power is what makers and third parties claim, not what was measured, and mostly the maximum: then energies are upper bounds, and \
      figures per watt lower bounds. FPS are of single inferences, one after the other.
      """)
    return table
  }

  private func energy(_ cost: DeviceCost, _ table: inout StudyTable) -> StudyTable.Cell {
    let text = cost.energy.map { Figures.significant($0) } ?? "–"
    return cost.fastest[.energy] == nil ? StudyTable.Cell(text: text) : table.cell(text, footnote: "Measured.")
  }

  private func costs(_ options: StudyOutline.Options) -> [DeviceCost] {
    let observations = results.results(of: options.devices)
    let accurate = BestResults.accuracies(observations, tie: .fastest)
    return BestResults.times(observations).compactMap { row in
      guard let fastest = row.best else { return nil }
      let maximum = specification(of: row.device, "maximum power")
      return DeviceCost(
        device: row.device, price: specification(of: row.device, "price")?.value,
        power: (maximum ?? specification(of: row.device, "usual power"))?.value, powerIsMaximum: maximum != nil,
        fastest: fastest, mostAccurate: accurate.first { $0.device == row.device }?.best)
    }.filter { $0.price != nil || $0.power != nil || $0.energy != nil }
  }

  private func specification(of device: String, _ property: String) -> DeviceSpecification? {
    results.published?.specification(property, of: device)
  }

  /// Published results beside published ones of the same device, and what was measured beside all of the same model.
  func earlierWork() -> StudyTable? {
    let own = results.results(of: [])
    let literature = own.filter { !$0.isMeasured }
    let fresh = EarlierWork.pairs(measured: own.filter(\.isMeasured), published: literature + results.others)
    let pairs = EarlierWork.pairs(own: literature, others: results.others) + fresh
    // With runs of Assay there are two kinds of own results, and they may be of other devices.
    let namesOwn = !fresh.isEmpty
    var table = StudyTable(
      "Inference times beside those of others",
      [
        .init("Source"), .init("Device"), .init("Model"), .init("Framework"), .init("Other (ms)", isNumber: true),
      ] + (namesOwn ? [.init("Own result")] : []) + [
        .init("Own (ms)", isNumber: true), .init("Other / own", isNumber: true),
      ])
    for pair in pairs {
      let (own, other) = (pair.own, pair.other)
      let place = own.isMeasured ? own.place : "\(own.source), Table \(own.place)"
      table.add(
        [
          "\(other.source), Table \(other.place)", "\(other.device)", "\(other.model)",
          "\(Self.framework(namesOwn ? other : own))", Self.time(other, &table),
        ] + (namesOwn ? ["\(own.device), \(Self.framework(own)) (\(place))"] : []) + [
          table.cell(own.quantities[.latency]), "\(Figures.fixed(pair.ratio, decimals: 2))",
        ])
    }
    for source in pairs.map(\.other).distinct(\.source) {
      let ratios = pairs.filter { $0.other.source == source }.map(\.ratio)
      let near = ratios.count { (0.75...1.25).contains($0) }
      table.notes.append("\(source): \(near) of \(ratios.count) times are within 25 % of the own ones.")
    }
    table.notes += fresh.map(\.other).distinct(\.source).compactMap { results.published?.howItDiffers($0) }
    return table
  }

  private static func framework(_ observation: Observation) -> String {
    observation.framework + (observation.host.map { ", on \($0)" } ?? "")
  }

  /// A latency, or the reciprocal of frames per second.
  private static func time(_ observation: Observation, _ table: inout StudyTable) -> StudyTable.Cell {
    guard observation[.latency] == nil, let time = EarlierWork.time(of: observation) else {
      return table.cell(observation.quantities[.latency])
    }
    return table.cell(Figures.significant(time), footnote: "The reciprocal of frames per second.")
  }

  func methods() -> StudyTable? {
    guard let published = results.published else { return nil }
    let own = results.ownSource ?? "assay"
    var table = StudyTable(
      "Where the methods differ",
      [.init("Source"), .init("Aspect"), .init("There"), .init(results.ownSource == nil ? "Assay" : "Here")])
    for source in published.sources.map(\.name) + ["assay"] where source != own {
      for difference in published.methodDifferences(source, own) where difference.first != nil {
        table.add([
          "\(source)", "\(difference.aspect)", "\(difference.first ?? "not said")",
          "\(difference.second ?? "not said")",
        ])
      }
    }
    return table
  }

  func contradictions() -> StudyTable? {
    guard let published = results.published else { return nil }
    var table = StudyTable(
      "Where the sources contradict themselves", [.init("Place"), .init("Kind"), .init("Finding")])
    for contradiction in published.contradictions {
      let source = contradiction.source == results.ownSource ? "" : "\(contradiction.source), "
      table.add(["\(source)\(contradiction.place)", "\(contradiction.kind.rawValue)", "\(contradiction.finding)"])
    }
    return table
  }
}
