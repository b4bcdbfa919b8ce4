import AssayCore
import YAMLFiles
import Yams

/// What a study declares by name.
extension StudyReader {
  func readLists(_ study: YAMLMapping, folder: String, into file: inout StudyFile) {
    let path = study.place.file
    for node in study.nodes("hosts") {
      guard let host = host(node, path) else { continue }
      if reading.isNew(host.name, "host", at: host.place) { file.hosts.append(host) }
    }
    for node in study.nodes("models") {
      guard let model = model(node, path, folder) else { continue }
      if reading.isNew(model.name, "model", at: model.place) { file.models.append(model) }
    }
    for node in study.nodes("targets") {
      guard let target = target(node, path) else { continue }
      if reading.isNew(target.name, "target", at: target.place) { file.targets.append(target) }
    }
    for node in study.nodes("measures") {
      guard let measure = measure(node, path, folder) else { continue }
      if reading.isNew(measure.name, "measure", at: measure.place) { file.measures.append(measure) }
    }
    if study.has("cells"), file.hosts.isEmpty {
      file.hosts.append(StudyFile.Host(name: StudyFile.Host.here, via: nil, place: study.place))
    }
    let names = AxisNames(file)
    for node in study.nodes("cells") { file.matrices += matrices(node, path, names) }
    if let node = study.node("report") { file.outline.sections += outline(node, file: path).sections }
  }

  private func host(_ node: Node, _ path: String) -> StudyFile.Host? {
    guard let mapping = mapping(node, "a host", ["name", "via"], path),
      let name = mapping.text("name", isRequired: true)
    else { return nil }
    return StudyFile.Host(name: name, via: mapping.text("via"), place: mapping.place)
  }

  private func model(_ node: Node, _ path: String, _ folder: String) -> StudyFile.Model? {
    guard let mapping = mapping(node, "a model", ["name", "path", "convert"], path),
      let name = mapping.text("name", isRequired: true), let file = mapping.text("path", isRequired: true)
    else { return nil }
    let conversion = mapping.node("convert").flatMap { self.conversion($0, path, folder) }
    return StudyFile.Model(
      name: name, path: YAMLFile.path(file, in: folder), conversion: conversion, place: mapping.place)
  }

  /// As the options of `assay convert`.
  private func conversion(_ node: Node, _ path: String, _ folder: String) -> StudyFile.Conversion? {
    guard let mapping = mapping(node, "a conversion", ["to", "precision", "calibration", "recipe"], path),
      mapping.text("to", isRequired: true) != nil,
      let kind = mapping.choice("to", "format", among: ModelKind.results, \.rawValue)
    else { return nil }
    let precisions = ConversionForm.Precision.allCases
    let precision = mapping.choice("precision", "precision", among: precisions, \.word) ?? .source
    for key in ["calibration", "recipe"] where mapping.has(key) && precision != .int8 {
      mapping.add("'\(key)' is for int8.", at: key)
    }
    return StudyFile.Conversion(
      form: ConversionForm(kind, precision),
      calibration: mapping.text("calibration").map { YAMLFile.path($0, in: folder) }, recipe: mapping.text("recipe"))
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

  // MARK: Cells

  private static let axes = ["hosts", "models", "targets", "measures", "threads", "batch"]

  /// A matrix, and what it includes besides: matrices of their own, so that its exclusions do not touch them.
  private func matrices(_ node: Node, _ path: String, _ names: AxisNames) -> [StudyFile.Matrix] {
    guard let mapping = mapping(node, "a matrix of cells", Self.axes + ["include", "exclude"], path) else { return [] }
    let all = StudyFile.Matrix(
      hosts: Array(names.hosts.all.indices), models: Array(names.models.all.indices),
      targets: Array(names.targets.all.indices), measures: Array(names.measures.all.indices), threads: [nil],
      batches: [nil], exclusions: [])
    var matrix = combinations(mapping, names, else: all)
    let included = mapping.nodes("include").compactMap { node -> StudyFile.Matrix? in
      self.mapping(node, "an inclusion", Self.axes, path).map { combinations($0, names, else: matrix) }
    }
    matrix.exclusions = mapping.nodes("exclude").compactMap { exclusion($0, path, names) }
    return [matrix] + included
  }

  /// The combinations of what a mapping names, and of what another matrix has where it names nothing.
  private func combinations(
    _ mapping: YAMLMapping, _ names: AxisNames, else other: StudyFile.Matrix
  ) -> StudyFile.Matrix {
    StudyFile.Matrix(
      hosts: indices("hosts", names.hosts, mapping) ?? other.hosts,
      models: indices("models", names.models, mapping) ?? other.models,
      targets: indices("targets", names.targets, mapping) ?? other.targets,
      measures: indices("measures", names.measures, mapping) ?? other.measures,
      threads: numbers("threads", mapping).map { $0.map(Optional.some) } ?? other.threads,
      batches: numbers("batch", mapping).map { $0.map(Optional.some) } ?? other.batches, exclusions: [])
  }

  private struct AxisNames {
    let hosts, models, targets, measures: AxisList

    init(_ file: StudyFile) {
      hosts = AxisList("host", file.hosts.map(\.name))
      models = AxisList("model", file.models.map(\.name))
      targets = AxisList("target", file.targets.map(\.name))
      measures = AxisList("measure", file.measures.map(\.name))
    }
  }

  /// The names of a list and their places. A study may have many thousands.
  private struct AxisList {
    /// What each of them is, as in "host".
    let kind: String
    let all: [String]
    let places: [String: Int]

    init(_ kind: String, _ names: [String]) {
      self.kind = kind
      all = names
      places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
  }

  private func exclusion(_ node: Node, _ path: String, _ names: AxisNames) -> StudyFile.Exclusion? {
    guard let mapping = mapping(node, "an exclusion", Self.axes + ["reason"], path) else { return nil }
    return StudyFile.Exclusion(
      hosts: indices("hosts", names.hosts, mapping), models: indices("models", names.models, mapping),
      targets: indices("targets", names.targets, mapping), measures: indices("measures", names.measures, mapping),
      threads: numbers("threads", mapping), batches: numbers("batch", mapping), reason: mapping.text("reason"))
  }

  /// The places of names in a list; `nil` if the key is absent.
  private func indices(_ key: String, _ names: AxisList, _ mapping: YAMLMapping) -> [Int]? {
    mapping.texts(key)?.compactMap { name in
      if let index = names.places[name] { return index }
      mapping.add(YAMLMapping.unknown(name, names.kind, among: names.all), at: key)
      return nil
    }
  }

  private func numbers(_ key: String, _ mapping: YAMLMapping) -> [Int]? {
    mapping.texts(key)?.compactMap { text in
      if let number = Int(text), (1...65_536).contains(number) { return number }
      mapping.add("'\(text)' in '\(key)' is no whole number from 1 to 65536.", at: key)
      return nil
    }
  }
}
