import Assay
import AssayCore
import Foundation
import ModelCatalogue

/// The models of a command line: paths, or names of the user's catalogue.
struct NamedModels {
  /// In order.
  let paths: [String]
  /// By path, of those that the catalogue describes.
  private let preprocessing: [String: PreprocessingChoice]

  /// - Throws: `.badModel` for a name whose file is not there, `.usage` for one model with two preprocessings; what `OwnCatalogue` throws, if one of
  ///   them may be a name.
  init(_ texts: [String]) throws(AssayError) {
    let names = texts.filter(Self.isName)
    let catalogue = names.isEmpty ? nil : try OwnCatalogue(environment: ProcessInfo.processInfo.environment)
    let found = try texts.map { text throws(AssayError) in try Self.find(text, in: catalogue) }
    paths = found.map(\.path)
    var choices: [String: PreprocessingChoice] = [:]
    for (path, choice) in found {
      // Results name files, and cells are told apart by them.
      guard choice == choices[path, default: choice] else {
        throw AssayError(
          .usage, "\(path) is named twice, with different preprocessing.", advice: "Measure one after the other.")
      }
      choices[path] = choice
    }
    preprocessing = choices.filter { $0.value != PreprocessingChoice() }
  }

  private static func find(
    _ text: String, in catalogue: OwnCatalogue?
  ) throws(AssayError) -> (path: String, preprocessing: PreprocessingChoice) {
    guard isName(text), let model = catalogue?.model(named: text) else { return (text, PreprocessingChoice()) }
    guard FileManager.default.fileExists(atPath: model.path) else {
      throw AssayError(
        .badModel, "There is no model at \(model.path), which \(model.place) calls \(model.name).",
        advice: "Correct its path there.")
    }
    return (model.path, model.preprocessing)
  }

  /// A path has a slash or the ending of a format.
  private static func isName(_ text: String) -> Bool {
    !text.contains("/") && ModelFormat(pathExtension: URL(filePath: text).pathExtension) == nil
  }

  /// How images of the only model are prepared where a choice leaves it open.
  func completing(_ choice: PreprocessingChoice) -> PreprocessingChoice {
    guard let own = paths.first.flatMap({ preprocessing[$0] }) else { return choice }
    return choice.completed(by: own).choice
  }

  /// A bench whose cells prepare images as the catalogue says.
  func applied(to bench: Bench) -> Bench {
    var bench = bench
    for index in bench.cells.indices {
      guard let own = preprocessing[bench.cells[index].model.path] else { continue }
      bench.cells[index].prepareImages(by: own)
    }
    return bench
  }
}
