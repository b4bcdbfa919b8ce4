public import ArgumentParser
import Assay
public import AssayCore
import Conversion
import EngineInstaller
import Foundation
import Platform
import Report

struct ConvertCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts and quantises a model, and says how far the result is from the source.",
    discussion: """
      Converters are Python packages in environments of their own, pinned by hash. An environment is installed when a path first needs it, \
      which says how large it is; nothing is downloaded at a conversion. Results are kept by the content of the source, the converters, \
      the options and the calibration data, so the same conversion is made once.

      int8 looks at calibration data: images of a folder, prepared as 'assay accuracy' does, or an .npy array whose first dimension \
      counts samples. Without any, random inputs take their place: such a model has the right latency and the wrong accuracy.

      Source and result are then run on the same inputs. A float model whose result turns away too far is an error (status 1), unless \
      --accept. The differences stand in JSON beside the file, NAME.conversion.json.

      With --images, both classify the same labelled images, and --max-drop tries the recipes in their order until one keeps the bound.
      """)

  static let examples = [
    "assay convert net.onnx --to openvino --dry-run",
    "assay convert net.onnx --to tflite --precision int8 --calibration images -o net_int8.tflite",
    "assay convert net.onnx --to openvino --precision int8 --calibration images --images labelled --max-drop 1%",
    "assay convert torch:torchvision.models:mobilenet_v2 --weights mobilenet.pth --to onnx -o mobilenet.onnx",
    "assay convert --install convert",
  ]

  @Argument(
    help:
      "The model: .onnx, .tflite, .keras, .h5, .pt2, OpenVINO .xml, a SavedModel folder, or torch:package.module:factory.",
    completion: .file())
  var model: String?

  @Option(
    help: .init(
      "What to make of it: \(ModelKind.results.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
  var to: ModelKind?

  @Option(help: .init("fp32 (as the source has it), fp16 or int8.", valueName: "precision"))
  var precision = ConversionPrecision.fp32

  @Option(help: .init("A folder of images, or an .npy file, for int8 and for the comparison.", valueName: "path"))
  var calibration: String?

  @Option(
    help: .init(
      "A folder of labelled images: what accuracy is lost, as 'assay accuracy' finds it.", valueName: "folder"))
  var images: String?

  @Option(
    name: .customLong("max-drop"),
    help: .init(
      "The most of top-1 that may be lost, such as 1%: the first recipe that keeps it is taken.", valueName: "share"))
  var maxDrop: Percentage?

  @Option(
    help: .init("How to quantise, such as default, accuracy-aware, percentile, per-tensor or mixed.", valueName: "name")
  )
  var recipe: String?

  @Option(
    name: .shortAndLong,
    help: .init("Where to write the result (default: it stays in Assay's cache).", valueName: "file"))
  var output: String?

  @Flag(help: "Show the path and what it needs, and convert nothing.")
  var dryRun = false

  @Flag(help: "Keep a float model that turned away from its source.")
  var accept = false

  @Option(
    name: .customLong("time-limit"), parsing: .unconditional,
    help: .init("End a converter after this many seconds.", valueName: "seconds"))
  var timeLimit = StepLimits().seconds

  @Option(
    help: .init(
      "Install environments of converters, and convert nothing: convert, onnx2tf, torch, litert-torch, tensorflow, onnx2tf-tensorflow.",
      valueName: "environment"))
  var install: [String] = []

  @Option(help: .init("Write the results as JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @Flag(name: [.short, .long], help: "Show no progress and no table.")
  var quiet = false

  @OptionGroup(title: "PyTorch modules") var torch: TorchArguments
  @OptionGroup(title: "Labels of --images") var labels: LabelArguments
  @OptionGroup(title: "Preprocessing of images") var preprocessing: PreprocessingArguments

  func validate() throws {
    try Bounds.check(timeLimit, 1...Bounds.week, "--time-limit")
    try maxDrop?.check(0...100, "--max-drop")
    guard images != nil || (maxDrop == nil && !labels.isGiven) else {
      throw ValidationError("--max-drop and labels are about images; name their folder: --images FOLDER")
    }
    if let model, !model.hasPrefix(ConversionSource.torchPrefix), torch.isGiven {
      throw ValidationError(
        "--weights, --python-path and --input-shape are about a PyTorch module: torch:package.module:factory")
    }
    if install.isEmpty {
      guard model != nil, to != nil else {
        throw ValidationError("Name a model and what to make of it, as in: assay convert net.onnx --to openvino")
      }
    } else if model != nil || to != nil {
      throw ValidationError("--install converts nothing, so leave out the model and --to.")
    }
  }

  func run() throws {
    let installer = try EnvironmentInstaller(environment: ProcessInfo.processInfo.environment)
    guard let model, let to else { return try installAll(with: installer) }
    let named = try NamedModels([model])
    let interrupts = try InterruptListener()
    let context = RunContext(try Machine.local(interrupts: interrupts), interrupts: interrupts)
    let line = ProgressLine(isShown: !quiet && Terminal.isInteractive)
    let source =
      try model.hasPrefix(ConversionSource.torchPrefix)
      ? ConversionSource(model, torch.options(), in: context) : ConversionSource(named.paths[0], in: context)
    var conversion = try ModelConversion(
      source, to: ConversionForm(to, precision.form), in: context
    ) { locked throws(AssayError) in
      do throws(AssayError) {
        return try installer.install(locked) { Terminal.message($0) }
      } catch {
        if interrupts.isInterrupted {
          throw AssayError(.interrupted, "Interrupted while \(locked.name) was installed.")
        }
        throw AssayError(
          error.code, error.message,
          advice: [error.advice, "To install it later: \(locked.installation)"].compactMap(\.self).joined(
            separator: " "),
          outputTail: error.outputTail)
      }
    }
    conversion.recipe = recipe
    if let maxDrop { conversion.maximumDrop = maxDrop.share }
    conversion.limits.seconds = timeLimit
    conversion.report = { text in
      line.clear()
      if !quiet { Terminal.message(text) }
    }
    conversion.progress = { line.show("\($0)  \(Int($1)) s") }
    if dryRun { return try show(conversion, installer) }
    let document = try json.map { path throws(AssayError) in try TextSink(path: path) }
    let choice = named.completing(try preprocessing.makeChoice())
    let data = try calibration.map { path throws in
      try CalibrationData.reading(path, preprocessing: try source.preprocessing(choice))
    }
    conversion.calibration = data
    defer { data?.cleanUp() }
    let published = try PublishedModel(conversion: conversion, path: output)
    let report = try measured(conversion, choice)
    line.clear()
    try finish(report, published, document)
  }

  /// The report of the conversion, with the accuracy on images where there are any.
  private func measured(_ conversion: ModelConversion, _ choice: PreprocessingChoice) throws -> ConversionReport {
    guard let images else { return try conversion.run() }
    var set = labels.imageSet(folder: images, seed: torch.seed)
    set.preprocessing = choice
    return try AccurateConversion(conversion, images: set, maximumDrop: maxDrop?.share).run()
  }

  private func installAll(with installer: EnvironmentInstaller) throws {
    let locks = try LockedEnvironment.all()
    for name in install where !locks.contains(where: { $0.name == name }) {
      throw AssayError(
        .usage, "There is no environment '\(name)'.",
        advice: "Environments: " + locks.map { "\($0.name) (\($0.about))" }.joined(separator: ", "))
    }
    for locked in locks where install.contains(locked.name) {
      if installer.installed(locked) != nil {
        Terminal.message("\(locked.name) is installed already")
      } else {
        _ = try installer.install(locked) { Terminal.message($0) }
      }
    }
  }

  private func show(_ conversion: ModelConversion, _ installer: EnvironmentInstaller) throws {
    let path = try conversion.path()
    var lines = path.map { "\($0)  \($0.name), about \(Int($0.seconds)) s" }
    for locked in conversion.environments(of: path) {
      let state = installer.installed(locked) == nil ? "missing: \(locked.installation)" : "installed"
      lines.append("environment \(locked.name) (\(locked.about)): \(state)")
    }
    try TextSink(path: "-").write(lines.joined(separator: "\n") + "\n")
  }

  private func finish(_ report: ConversionReport, _ published: PublishedModel, _ document: TextSink?) throws {
    var report = report
    let violation = accept ? nil : report.error
    if violation == nil { try published.publish(&report) }
    try document?.write(RunDocuments.json(report))
    try document?.close()
    if !quiet, json != "-" {
      try TextSink(path: "-").write(report.terminal(on: Terminal.screen(.auto, isVerbose: false)))
    }
    if let violation { throw violation }
  }
}

/// The precision of a converted model, as on a command line.
enum ConversionPrecision: String, ExpressibleByArgument, CaseIterable {
  case fp32, fp16, int8

  var form: ConversionForm.Precision { ConversionForm.Precision(word: rawValue) ?? .source }
}

extension ModelKind: ExpressibleByArgument {
  public init?(argument: String) {
    // What is to become of a TensorRT engine is said where no path is found.
    guard let kind = ModelKind(rawValue: argument), kind == .tensorrt || Self.results.contains(kind) else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { results.map(\.rawValue) }
}
