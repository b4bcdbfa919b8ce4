import AssayCore
import Yams

/// What a study declares by name.
extension StudyReader {
  func readLists(_ study: StudyMapping, folder: String, into file: inout StudyFile) {
    let path = study.place.file
    for node in study.nodes("hosts") {
      guard let host = host(node, path) else { continue }
      if isNew(host.name, among: file.hosts.map { ($0.name, $0.place) }, "host", at: host.place) {
        file.hosts.append(host)
      }
    }
    for node in study.nodes("models") {
      guard let model = model(node, path, folder) else { continue }
      if isNew(model.name, among: file.models.map { ($0.name, $0.place) }, "model", at: model.place) {
        file.models.append(model)
      }
    }
    for node in study.nodes("targets") {
      guard let target = target(node, path) else { continue }
      if isNew(target.name, among: file.targets.map { ($0.name, $0.place) }, "target", at: target.place) {
        file.targets.append(target)
      }
    }
    for node in study.nodes("measures") {
      guard let measure = measure(node, path, folder) else { continue }
      if isNew(measure.name, among: file.measures.map { ($0.name, $0.place) }, "measure", at: measure.place) {
        file.measures.append(measure)
      }
    }
    if study.has("cells"), file.hosts.isEmpty {
      file.hosts.append(StudyFile.Host(name: StudyFile.Host.here, via: nil, place: study.place))
    }
    for node in study.nodes("cells") {
      if let matrix = matrix(node, path, file) { file.matrices.append(matrix) }
    }
    if let node = study.node("report") { file.outline.sections += outline(node, file: path).sections }
  }

  private func isNew(
    _ name: String, among others: [(name: String, place: StudyPlace)], _ kind: String, at place: StudyPlace
  ) -> Bool {
    guard let first = others.first(where: { $0.name == name }) else { return true }
    reading.add(
      "There is a \(kind) '\(name)' already, at \(first.place.file):\(first.place.line).", at: place)
    return false
  }

  private func host(_ node: Node, _ path: String) -> StudyFile.Host? {
    guard let mapping = mapping(node, "a host", ["name", "via"], path),
      let name = mapping.text("name", isRequired: true)
    else { return nil }
    return StudyFile.Host(name: name, via: mapping.text("via"), place: mapping.place)
  }

  private func model(_ node: Node, _ path: String, _ folder: String) -> StudyFile.Model? {
    guard let mapping = mapping(node, "a model", ["name", "path"], path),
      let name = mapping.text("name", isRequired: true), let file = mapping.text("path", isRequired: true)
    else { return nil }
    return StudyFile.Model(name: name, path: Self.path(file, in: folder), place: mapping.place)
  }

  private func target(_ node: Node, _ path: String) -> StudyFile.EngineTarget? {
    guard let mapping = mapping(node, "a target", ["name", "target", "device", "optimizer", "precision"], path),
      let name = mapping.text("name", isRequired: true), let text = mapping.text("target", isRequired: true)
    else { return nil }
    guard let target = Target(text) else {
      mapping.add("'\(text)' is no target; write engine or engine:device, as in litert or openvino:gpu.", at: "target")
      return nil
    }
    return StudyFile.EngineTarget(
      name: name, target: target, device: mapping.text("device"), optimizer: mapping.text("optimizer"),
      precision: mapping.text("precision"), place: mapping.place)
  }

  // MARK: Measures

  private static let measureKeys = [
    "name", "kind", "runs", "warm-up", "min-time", "max-time", "duration", "images", "count", "ground-truth", "labels",
  ]

  private func measure(_ node: Node, _ path: String, _ folder: String) -> StudyFile.NamedMeasure? {
    guard let mapping = mapping(node, "a measure", Self.measureKeys, path),
      let name = mapping.text("name", isRequired: true)
    else { return nil }
    let kinds = ["latency", "accuracy", "stress"]
    let images = images(mapping, folder)
    let measure: Measure
    switch mapping.text("kind", isRequired: true) {
    case "latency": measure = .latency(rule(mapping))
    case "accuracy":
      guard var images else {
        mapping.add("Accuracy needs 'images', a folder with a folder per class.")
        return nil
      }
      if let count = mapping.integer("count", in: 1...100_000_000) {
        images.sampling = Sampling(.count(count), seed: 1)
      }
      measure = .accuracy(AccuracyMeasure(images: images))
    case "stress":
      guard let text = mapping.text("duration", isRequired: true) else { return nil }
      guard let seconds = TimeText.seconds(text), seconds > 0 else {
        mapping.add("'\(text)' is no time, such as 3h.", at: "duration")
        return nil
      }
      var rule = RepetitionRule.exactly(1)
      rule.minimumSeconds = seconds
      rule.maximumSeconds = seconds
      measure = .stress(StressMeasure(rule: rule, images: images))
    case .some(let kind):
      mapping.add(StudyMapping.unknown(kind, "kind of measure", among: kinds), at: "kind")
      return nil
    case nil: return nil
    }
    return StudyFile.NamedMeasure(name: name, measure: measure, place: mapping.place)
  }

  private func images(_ mapping: StudyMapping, _ folder: String) -> ImageSet? {
    guard let images = mapping.text("images") else { return nil }
    return ImageSet(
      DatasetSource(
        folder: Self.path(images, in: folder),
        groundTruth: mapping.text("ground-truth").map { Self.path($0, in: folder) },
        labels: mapping.text("labels").map { Self.path($0, in: folder) }))
  }

  /// As the options of `assay bench`.
  private func rule(_ mapping: StudyMapping) -> RepetitionRule {
    var rule = mapping.integer("runs", in: 1...1_000_000_000).map(RepetitionRule.exactly) ?? RepetitionRule()
    if let warmUp = seconds("warm-up", mapping) { rule.warmUpSeconds = warmUp }
    if let least = seconds("min-time", mapping) {
      if mapping.has("runs") { mapping.add("'runs' is exact, so leave out 'min-time'.", at: "min-time") }
      rule.minimumSeconds = least
      rule.maximumSeconds = rule.maximumSeconds.map { max($0, least) }
    }
    if let most = seconds("max-time", mapping) {
      rule.maximumSeconds = most
      rule.minimumSeconds = min(rule.minimumSeconds, most)
    }
    return rule
  }

  private func seconds(_ key: String, _ mapping: StudyMapping) -> Double? {
    guard let text = mapping.text(key) else { return nil }
    guard let seconds = TimeText.seconds(text), (0...604_800).contains(seconds) else {
      mapping.add("'\(key)' is a time up to a week, such as 500ms.", at: key)
      return nil
    }
    return seconds
  }

  // MARK: Cells

  private static let axes = ["hosts", "models", "targets", "measures", "threads", "batch"]

  private func matrix(_ node: Node, _ path: String, _ file: StudyFile) -> StudyFile.Matrix? {
    guard let mapping = mapping(node, "a matrix of cells", Self.axes + ["exclude"], path) else { return nil }
    let names = AxisNames(file)
    func numbers(_ key: String) -> [Int?] { self.numbers(key, mapping)?.map { $0 } ?? [nil] }
    return StudyFile.Matrix(
      hosts: indices("hosts", names.hosts, "host", mapping) ?? Array(names.hosts.indices),
      models: indices("models", names.models, "model", mapping) ?? Array(names.models.indices),
      targets: indices("targets", names.targets, "target", mapping) ?? Array(names.targets.indices),
      measures: indices("measures", names.measures, "measure", mapping) ?? Array(names.measures.indices),
      threads: numbers("threads"), batches: numbers("batch"),
      exclusions: mapping.nodes("exclude").compactMap { exclusion($0, path, names) })
  }

  private struct AxisNames {
    let hosts, models, targets, measures: [String]

    init(_ file: StudyFile) {
      hosts = file.hosts.map(\.name)
      models = file.models.map(\.name)
      targets = file.targets.map(\.name)
      measures = file.measures.map(\.name)
    }
  }

  private func exclusion(_ node: Node, _ path: String, _ names: AxisNames) -> StudyFile.Exclusion? {
    guard let mapping = mapping(node, "an exclusion", Self.axes + ["reason"], path) else { return nil }
    return StudyFile.Exclusion(
      hosts: indices("hosts", names.hosts, "host", mapping), models: indices("models", names.models, "model", mapping),
      targets: indices("targets", names.targets, "target", mapping),
      measures: indices("measures", names.measures, "measure", mapping), threads: numbers("threads", mapping),
      batches: numbers("batch", mapping), reason: mapping.text("reason"))
  }

  /// The places of names in a list; `nil` if the key is absent.
  private func indices(_ key: String, _ names: [String], _ kind: String, _ mapping: StudyMapping) -> [Int]? {
    mapping.texts(key)?.compactMap { name in
      if let index = names.firstIndex(of: name) { return index }
      mapping.add(StudyMapping.unknown(name, kind, among: names), at: key)
      return nil
    }
  }

  private func numbers(_ key: String, _ mapping: StudyMapping) -> [Int]? {
    mapping.texts(key)?.compactMap { text in
      if let number = Int(text), (1...65_536).contains(number) { return number }
      mapping.add("'\(text)' in '\(key)' is no whole number from 1 to 65536.", at: key)
      return nil
    }
  }
}
