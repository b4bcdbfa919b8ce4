import ArgumentParser
import Assay
import AssayCore

/// Models and targets: options of the commands that measure a matrix of cells.
struct CellArguments: ParsableArguments {
  @Argument(help: "Model files: .tflite, .onnx, OpenVINO .xml, or SavedModel folders.", completion: .file())
  var models: [String]

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run them: engine[:device],... (default: every installed engine that reads the model). May be repeated.",
      valueName: "targets"))
  var engines: [String] = []

  @OptionGroup var session: SessionArguments

  func validate() throws {
    _ = try targets()
  }

  func makeBench(_ measure: Measure, threads: Int? = nil, in context: RunContext) throws -> Bench {
    session.applied(
      to: try Bench(
        models: models, targets: try targets(),
        options: try session.cellOptions(on: context.machine.host, threads: threads),
        measure: measure, engineLibraries: try session.libraries(), in: context))
  }

  private func targets() throws -> [Target]? { engines.isEmpty ? nil : try TargetList.parse(engines) }
}

/// Parses the value of `-e`.
enum TargetList {
  /// - Parameter options: each with one target or several.
  static func parse(_ options: [String]) throws -> [Target] {
    try options.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { text in
      guard let target = Target(String(text)) else {
        throw ValidationError(
          "'\(text)' in -e is not a target; write engine or engine:device, as in litert or openvino:gpu.")
      }
      return target
    }
  }
}
