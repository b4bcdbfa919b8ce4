public import AssayCore
import Foundation
import YAMLFiles

/// The user's own models: a YAML file with names for their files, and how their images are prepared.
public struct OwnCatalogue: Sendable {
  public let path: String
  public private(set) var models: [OwnModel] = []

  /// The variable that names another file than `models.yaml` in the folder of the user's configuration.
  public static let variable = "ASSAY_CATALOGUE"

  /// The file, whether or not it is there; `nil` if the environment names neither it nor a home.
  public static func path(environment: [String: String]) -> String? {
    if let chosen = environment[variable], !chosen.isEmpty { return chosen }
    return ConfigurationFolder.path(environment: environment).map { "\($0)/models.yaml" }
  }

  /// The catalogue of the environment; `nil` if there is none.
  ///
  /// - Throws: as `init`. Only a file that the environment names must be there.
  public init?(environment: [String: String]) throws(AssayError) {
    guard let path = Self.path(environment: environment) else { return nil }
    let isChosen = environment[Self.variable].map { !$0.isEmpty } ?? false
    guard isChosen || FileManager.default.fileExists(atPath: path) else { return nil }
    try self.init(reading: path)
  }

  /// - Parameter checksFiles: whether the models must be there.
  /// - Throws: `.inputOutput` if the file cannot be read; `.badData` with every problem, each with its line and column.
  public init(reading path: String, checksFiles: Bool = false) throws(AssayError) {
    self.path = path
    let reading = YAMLReading()
    let root = try YAMLFile.root(path, noun: "catalogue", beginning: "catalogue: 1")
    if let root = YAMLMapping(root, kind: "a catalogue", keys: ["catalogue", "models"], file: path, reading: reading) {
      if let version = root.text("catalogue", isRequired: true), version != "1" {
        root.add("This Assay reads catalogues of format 1, not '\(version)'.", at: "catalogue")
      }
      for mapping in root.mappings("models", kind: "a model", keys: Self.keys) {
        guard let model = Self.model(mapping, checksFiles: checksFiles),
          reading.isNew(model.name, "model", at: mapping.place)
        else { continue }
        models.append(model)
      }
    }
    if let error = reading.problems.error { throw error }
  }

  public func model(named name: String) -> OwnModel? { models.first { $0.name == name } }

  private static let keys =
    ["name", "path", "title", "source"] + PreprocessingChoice.Word.allCases.map(\.rawValue)

  private static func model(_ mapping: YAMLMapping, checksFiles: Bool) -> OwnModel? {
    let preprocessing = preprocessing(mapping)
    guard let name = mapping.text("name", isRequired: true), let file = mapping.text("path", isRequired: true),
      isGood(name, mapping)
    else { return nil }
    let path = YAMLFile.path(file, in: PathText.folder(of: mapping.place.file))
    if checksFiles, !FileManager.default.fileExists(atPath: path) {
      mapping.add("There is no model \(path).", at: "path")
    }
    guard let preprocessing else { return nil }
    return OwnModel(
      name: name, title: mapping.text("title"), path: path, source: mapping.text("source"),
      preprocessing: preprocessing.choice, words: preprocessing.words,
      place: "\(mapping.place.file):\(mapping.place.line)")
  }

  /// Whether a name can stand for a model on a command line.
  private static func isGood(_ name: String, _ mapping: YAMLMapping) -> Bool {
    let isWord =
      name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
      && name.first.map { $0.isLetter || $0.isNumber } == true
    guard isWord else {
      mapping.add(
        "A name has letters, digits, points, dashes and underscores, and begins with one of the first two.", at: "name")
      return false
    }
    if ModelCatalogue.names.contains(name) {
      mapping.add("Assay has a model '\(name)' of its own. Choose another name.", at: "name")
      return false
    }
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    if name.contains("."), ModelFormat(pathExtension: ending) != nil {
      mapping.add("A name that ends in .\(ending) is that of a file. Leave the ending out.", at: "name")
      return false
    }
    return true
  }

  /// `nil`, and a problem, for words that say nothing.
  private static func preprocessing(_ mapping: YAMLMapping) -> (choice: PreprocessingChoice, words: String)? {
    var words: [PreprocessingChoice.Word: String] = [:]
    for word in PreprocessingChoice.Word.allCases {
      // Numbers for red, green and blue may be a list.
      words[word] = mapping.texts(word.rawValue).map { $0.joined(separator: ",") }
    }
    do throws(AssayError) {
      let choice = try PreprocessingChoice(words: words)
      let text = PreprocessingChoice.Word.allCases.compactMap { word in words[word].map { "\(word.rawValue) \($0)" } }
      return (choice, text.joined(separator: ", "))
    } catch {
      // One word that is wrong by itself, or several that do not go together.
      let culprit = words.first { word, value in
        do throws(AssayError) {
          _ = try PreprocessingChoice(words: [word: value])
          return false
        } catch let own {
          return own.message == error.message
        }
      }
      mapping.add([error.message, error.advice].compactMap(\.self).joined(separator: " "), at: culprit?.key.rawValue)
      return nil
    }
  }
}
