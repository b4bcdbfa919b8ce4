import AssayCore
import YAMLFiles
import Yams

extension StudyReader {
  func outline(_ node: Node, file: String) -> StudyOutline {
    var outline = StudyOutline()
    guard let mapping = mapping(node, "the report", ["sections"], file) else { return outline }
    outline.sections = mapping.nodes("sections").compactMap { section($0, file: file) }
    return outline
  }

  private func section(_ node: Node, file: String) -> StudyOutline.Section? {
    guard let mapping = mapping(node, "a section", ["title", "text", "show"], file),
      let title = mapping.text("title", isRequired: true)
    else { return nil }
    return StudyOutline.Section(
      title: title, text: mapping.text("text"), items: mapping.nodes("show").compactMap { item($0, file: file) })
  }

  private static let itemKeys = [
    "table", "figure", "published", "number", "caption", "device", "hosts", "limits", "metric", "tie",
  ]

  private func item(_ node: Node, file: String) -> StudyOutline.Item? {
    guard let mapping = mapping(node, "an item", Self.itemKeys, file), let content = content(mapping) else {
      return nil
    }
    var item = StudyOutline.Item(content, number: mapping.text("number"), caption: mapping.text("caption"))
    item.options.devices = mapping.texts("device") ?? []
    item.options.hosts = mapping.texts("hosts") ?? []
    item.options.metric = mapping.choice("metric", StudyOutline.Metric.self) ?? .top1
    item.options.tie = mapping.choice("tie", StudyOutline.Tie.self) ?? .fastest
    item.options.limits = limits(mapping)
    if let number = item.number, !Self.isGood(number) {
      mapping.add("'number' names files, so it has letters, digits, points and dashes alone, as in 5.1.", at: "number")
    }
    if let (kind, number) = Self.file(of: item) { _ = reading.isNew(number, kind, at: mapping.place) }
    checkOptions(of: item, mapping)
    return item
  }

  /// What its files are called, so that no other item may be; `nil` for one that gets the next number.
  private static func file(of item: StudyOutline.Item) -> (kind: String, number: String)? {
    switch item.content {
    case .table: item.number.map { (kind: "table", number: $0) }
    case .figure: item.number.map { (kind: "figure", number: $0) }
    case .published(let number): (kind: "table", number: item.number ?? number)
    }
  }

  private static func isGood(_ number: String) -> Bool {
    number.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
  }

  private func content(_ mapping: YAMLMapping) -> StudyOutline.Content? {
    let given = ["table", "figure", "published"].filter(mapping.has)
    guard given.count == 1 else {
      mapping.add("An item has one of 'table', 'figure' and 'published'.")
      return nil
    }
    switch given[0] {
    case "table": return mapping.choice("table", StudyOutline.TableName.self).map { .table($0) }
    case "figure": return mapping.choice("figure", StudyOutline.FigureName.self).map { .figure($0) }
    default:
      guard let number = mapping.text("published") else { return nil }
      guard publishedTables.contains(number) else {
        mapping.add(YAMLMapping.unknown(number, "published table", among: publishedTables), at: "published")
        return nil
      }
      return .published(number)
    }
  }

  private func limits(_ mapping: YAMLMapping) -> [Double] {
    (mapping.texts("limits") ?? []).compactMap { text in
      guard let seconds = TimeText.seconds(text), seconds > 0 else {
        mapping.add("'\(text)' in 'limits' is no time, such as 10ms.", at: "limits")
        return nil
      }
      return seconds * 1000
    }
  }

  /// What a table or figure cannot be made without.
  private func checkOptions(of item: StudyOutline.Item, _ mapping: YAMLMapping) {
    switch item.content {
    case .table(.hostTimes), .table(.hostSpeeds), .figure(.hostSpeeds):
      if item.options.devices.count != 1 { mapping.add("The impact of the host needs one 'device'.") }
      if item.options.hosts.count != 2 { mapping.add("The impact of the host needs two 'hosts'.") }
    case .table(.bestAccuracyWithin):
      if item.options.limits.isEmpty { mapping.add("The best accuracy within a time needs 'limits', such as [10ms].") }
    case .figure(.stressScatter), .figure(.stressHistogram):
      if item.options.devices.count != 1 { mapping.add("A figure of a stress test needs one 'device'.") }
    case .table(.resultsByDevice):
      if item.options.devices.count != 1 { mapping.add("The results by device need one 'device'.") }
    default: break
    }
  }
}
