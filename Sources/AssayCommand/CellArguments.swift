import ArgumentParser
import Assay
import AssayCore

/// Models and targets: options of the commands that measure a matrix of cells.
struct CellArguments: ParsableArguments {
  @Argument(
    help: "Model files: .tflite, .onnx, OpenVINO .xml, SavedModel folders, or names of your catalogue.",
    completion: .file())
  var models: [String]

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run them: engine[:device],... (default: every installed engine that reads the model), as in litert or openvino:hetero:gpu+cpu. May be repeated.",
      valueName: "targets"))
  var engines: [String] = []

  @Flag(help: "Convert no model for an engine that does not read it.")
  var noConvert = false

  @OptionGroup var session: SessionArguments

  func validate() throws {
    _ = try targets()
  }

  /// - Parameter allowsBatches: whether the command measures with several batches; the cells have the first of them.
  func makeBench(
    _ measure: Measure, threads: Int? = nil, allowsBatches: Bool = false, in context: RunContext
  ) throws -> Bench {
    let named = try NamedModels(models)
    var bench = try Bench(
      models: named.paths, targets: try targets(),
      options: try session.cellOptions(
        on: context.machine.host, threads: threads, allowsBatches: allowsBatches),
      measure: measure, engineLibraries: try session.libraries(), in: context)
    if !noConvert { bench.conversions = ConversionInPassing { Terminal.message($0) } }
    return named.applied(to: session.applied(to: bench))
  }

  private func targets() throws -> [Target]? { engines.isEmpty ? nil : try TargetList.parse(engines) }
}

/// Parses the value of `-e`.
enum TargetList {
  /// - Parameter options: each with one target or several.
  static func parse(_ options: [String]) throws -> [Target] {
    try options.flatMap(texts).map { text in
      guard let target = Target(text) else {
        throw ValidationError(
          "'\(text)' in -e is not a target; write engine or engine:device, as in litert or openvino:gpu.")
      }
      return target
    }
  }

  /// The targets of a list. A device behind `openvino:hetero:gpu,` or the like is part of that target, not another one.
  private static func texts(in list: String) -> [String] {
    var texts: [String] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      if let last = texts.last.flatMap(Target.init), last.hasDistributor,
        Target.distributedDevices.contains(String(part.lowercased().prefix { $0.isLetter }))
      {
        texts[texts.count - 1] += "+" + part
      } else {
        texts.append(part)
      }
    }
    return texts
  }
}
