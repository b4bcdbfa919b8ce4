import Analyses
import AssayCore
import PublishedResults
import Study

/// Results as they were measured, and as they were published.
extension StudyTables {
  func resultsByDevice(_ options: StudyOutline.Options) -> StudyTable? {
    let observations = results.results(of: options.devices, on: options.hosts)
    let quantities = [Observation.Quantity.latency, .throughput, .top1, .top5, .energy].filter { quantity in
      observations.contains { $0.quantities[quantity] != nil }
    }
    let hasSources = Set(observations.map(\.source)).count > 1
    let hasHosts = options.hosts.count != 1 && Set(observations.map(\.host)).count > 1
    var columns = [StudyTable.Column("Model"), StudyTable.Column("Framework")]
    if hasHosts { columns.append(.init("Host")) }
    columns += quantities.map { StudyTable.Column(Self.title($0, results.statistic), isNumber: true) }
    if hasSources { columns.append(.init("Source")) }
    let host = options.hosts.count == 1 ? " on \(options.hosts[0])" : ""
    var table = StudyTable("Results of \(options.devices.joined(separator: ", "))\(host)", columns)
    for observation in observations {
      var row: [StudyTable.Cell] = ["\(observation.printedModel)", "\(observation.printedFramework)"]
      if hasHosts { row.append("\(observation.host ?? "–")") }
      row += quantities.map { table.cell(observation.quantities[$0]) }
      if hasSources { row.append("\(observation.source) \(observation.place)") }
      table.add(row)
    }
    let first = hasHosts ? 3 : 2
    for (index, quantity) in quantities.enumerated() {
      table.markBest(
        observations.map { $0[quantity] }, inColumn: first + index, isLeast: ["ms", "mJ"].contains(quantity.unit))
    }
    for place in observations.distinct(\.place) {
      if let conditions = results.published?.table(place)?.conditions, !conditions.isEmpty {
        table.notes.append("Conditions: \(conditions).")
      }
    }
    return table
  }

  func processors(_ options: StudyOutline.Options) -> StudyTable? {
    let observations = results.own.filter { observation in
      (observation.quantities[.minimumLatency] != nil || observation.quantities[.maximumThroughput] != nil)
        && (options.devices.isEmpty || options.devices.contains(observation.device))
    }
    let quantities = [Observation.Quantity.minimumLatency, .maximumThroughput]
    let processors = observations.distinct(\.printedDevice)
    let columns = processors.flatMap { processor in
      quantities.map { StudyTable.Column(Self.title($0), group: processor, isNumber: true) }
    }
    let frameworks = observations.distinct(\.framework).joined(separator: ", ")
    var table = StudyTable("\(frameworks) results on \(Self.list(processors))", [.init("Model")] + columns)
    for model in observations.distinct(\.printedModel) {
      var row: [StudyTable.Cell] = ["\(model)"]
      for processor in processors {
        let found = observations.first { $0.printedModel == model && $0.printedDevice == processor }
        row += quantities.map { table.cell(found?.quantities[$0]) }
      }
      table.add(row)
    }
    for place in observations.distinct(\.place) {
      if let conditions = results.published?.table(place)?.conditions, !conditions.isEmpty {
        table.notes.append("Conditions: \(conditions).")
      }
    }
    return table
  }

  /// A table as its source prints it.
  func published(_ published: PublishedTable) -> StudyTable {
    let heads = published.rowFields.map { StudyTable.Column(Self.title($0)) }
    let columns = published.columns.map { names in
      let titles = zip(published.columnFields, names).map { field, name in
        field == .metric ? Observation.Quantity(rawValue: name).map { Self.title($0) } ?? name : name
      }
      return StudyTable.Column(
        titles.last ?? "", group: titles.count > 1 ? titles[0] : nil, isNumber: published.columnFields != [.property])
    }
    // Where columns name the quantity, or the title does, its unit stands there.
    let hasUnits = published.columnFields.contains(.metric) || published.title.contains("(ms)")
    let isText = published.rows.allSatisfy { $0.cells.allSatisfy { if case .text = $0 { true } else { $0 == nil } } }
    var table = StudyTable(
      published.title, heads + columns.map { isText ? .init($0.title, group: $0.group) : $0 })
    for row in published.rows {
      var cells = row.names.map { StudyTable.Cell(text: $0) }
      for cell in row.cells {
        switch cell {
        case .text(let text): cells.append(StudyTable.Cell(text: text))
        case .value(let value, let unit):
          var shown = table.cell(value)
          if value.number != nil, !hasUnits { shown = StudyTable.Cell(text: "\(shown.text) \(unit)") }
          cells.append(shown)
        case nil: cells.append("–")
        }
      }
      table.add(cells)
    }
    if let source = results.published?.source(published.source), source.name != results.ownSource {
      let date = source.published.map { ", \($0)" } ?? ""
      let address = source.address.map { ", \($0)" } ?? ""
      table.notes.append("Source: \(source.author), \(source.title)\(date)\(address). \(source.about).")
    }
    if !published.conditions.isEmpty { table.notes.append("Conditions: \(published.conditions).") }
    return table
  }

  private static func title(_ field: PublishedTable.Field) -> String {
    switch field {
    case .model: "Model"
    case .framework: "Framework"
    case .device: "Device"
    case .metric: "Quantity"
    case .property: "Property"
    }
  }

  /// `a, b and c`
  static func list(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return "\(names.dropLast().joined(separator: ", ")) and \(last)"
  }
}
