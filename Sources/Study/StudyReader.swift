public import AssayCore
import Foundation
import YAMLFiles
import Yams

/// Reads a study file and those that it includes.
public struct StudyReader {
  /// The numbers of the published tables and the names of their sources, which a study may refer to.
  let publishedTables: [String]
  let publishedSources: [String]
  let reading = YAMLReading(variables: [:])

  public init(publishedTables: [String], publishedSources: [String]) {
    self.publishedTables = publishedTables
    self.publishedSources = publishedSources
  }

  /// - Parameter checksFiles: whether models and images must be there.
  /// - Throws: `.inputOutput` if the file cannot be read; `.badData` with every problem, each with its line and column.
  public func read(_ path: String, checksFiles: Bool = false) throws(AssayError) -> StudyFile {
    var study = StudyFile(path: path)
    try add(path, to: &study, includedBy: [])
    if study.name.isEmpty, reading.problems.isEmpty {
      reading.add("A study needs 'name'.", at: YAMLPlace(file: path, line: 1, column: 1))
    }
    if checksFiles { checkFiles(of: study) }
    if let error = reading.problems.error { throw error }
    return study
  }

  func mapping(_ node: Node, _ kind: String, _ keys: [String], _ file: String) -> YAMLMapping? {
    YAMLMapping(node, kind: kind, keys: keys, file: file, reading: reading)
  }

  private static let keys = [
    "study", "name", "title", "about", "include", "variables", "seed", "order", "repeats", "cool-down", "published",
    "hosts", "models", "targets", "measures", "cells", "report",
  ]

  private func add(_ path: String, to study: inout StudyFile, includedBy files: [String]) throws(AssayError) {
    let root = try YAMLFile.root(path, noun: "study", beginning: "study: 1")
    guard let mapping = mapping(root, "a study", Self.keys, path) else { return }
    if let version = mapping.text("study", isRequired: true), version != "1" {
      mapping.add("This Assay reads studies of format 1, not '\(version)'.", at: "study")
    }
    let folder = PathText.folder(of: path)
    let chain = files + [Self.canonical(path)]
    _ = reading.begin(Self.canonical(path))
    for node in mapping.nodes("include") {
      guard case .scalar(let scalar) = node else {
        mapping.add("'include' is a file or a list of files.", on: node)
        continue
      }
      let included = YAMLFile.path(scalar.string, in: folder)
      guard !chain.contains(Self.canonical(included)) else {
        mapping.add("\(scalar.string) includes itself, through this file.", on: node)
        continue
      }
      guard FileManager.default.fileExists(atPath: included) else {
        mapping.add("There is no file \(included).", on: node)
        continue
      }
      // Two files may include the same third one.
      guard reading.begin(Self.canonical(included)) else { continue }
      try add(included, to: &study, includedBy: chain)
    }
    readVariables(mapping)
    readHeader(mapping, into: &study)
    readLists(mapping, folder: folder, into: &study)
  }

  private func readVariables(_ mapping: YAMLMapping) {
    guard let node = mapping.node("variables") else { return }
    guard case .mapping(let pairs) = node else {
      mapping.add("'variables' has names with values.", on: node)
      return
    }
    for (key, value) in pairs {
      guard case .scalar(let name) = key, case .scalar(let text) = value else {
        mapping.add("A variable is a name with a text.", on: value)
        continue
      }
      let resolved = reading.resolved(text.string, at: mapping.place(of: value))
      reading.variables?[name.string] = resolved
    }
  }

  private func readHeader(_ mapping: YAMLMapping, into study: inout StudyFile) {
    study.name = mapping.text("name") ?? study.name
    study.title = mapping.text("title") ?? study.title
    study.about = mapping.text("about") ?? study.about
    study.order = mapping.choice("order", StudyFile.Order.self) ?? study.order
    study.seed = mapping.integer("seed", in: 0...Int.max).map(UInt64.init) ?? study.seed
    study.repeats = mapping.integer("repeats", in: 1...1000) ?? study.repeats
    if let published = mapping.text("published") {
      if publishedSources.contains(published) {
        study.published = published
      } else {
        mapping.add(
          YAMLMapping.unknown(published, "source of published results", among: publishedSources), at: "published")
      }
    }
    if let node = mapping.node("cool-down") { study.coolDown = coolDown(node, mapping) }
  }

  private func coolDown(_ node: Node, _ study: YAMLMapping) -> StudyFile.CoolDown? {
    guard let mapping = mapping(node, "a cool-down", ["time", "below"], study.place.file) else { return nil }
    guard let text = mapping.text("time", isRequired: true) else { return nil }
    guard let seconds = TimeText.seconds(text), (0...86_400).contains(seconds) else {
      mapping.add("'time' is a time up to a day, such as 60s.", at: "time")
      return nil
    }
    return StudyFile.CoolDown(seconds: seconds, temperature: mapping.number("below", in: 0...150))
  }

  // MARK: Files

  private static func canonical(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  private func checkFiles(of study: StudyFile) {
    for model in study.models where !FileManager.default.fileExists(atPath: model.path) {
      reading.add("There is no model \(model.path).", at: model.place)
    }
    for model in study.models {
      guard let data = model.conversion?.calibration, !FileManager.default.fileExists(atPath: data) else { continue }
      reading.add("There is no calibration data \(data).", at: model.place)
    }
    for measure in study.measures {
      guard let folder = measure.measure.images?.source.folder, !FileManager.default.fileExists(atPath: folder) else {
        continue
      }
      reading.add("There is no folder of images \(folder).", at: measure.place)
    }
  }
}
