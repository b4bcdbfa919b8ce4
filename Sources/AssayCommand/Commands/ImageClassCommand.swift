import ArgumentParser
import Assay
import AssayCore
import Platform
import Report

/// The thesis' program, flag for flag, as a front to `bench` and `accuracy`.
struct ImageClassCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "image-class",
    abstract: "The thesis' image_class.py: average inference time, top-1 and top-5, flag for flag.",
    discussion: """
      A front to `assay accuracy` (with --imagedir) and `assay bench` (with --fakein), which report much more. Without --edgetpu, \
      --trt or --openvino, the model runs on the first installed engine that reads it.
      """)

  static let examples = ["assay image-class --model net.tflite --imagedir images"]

  @Option(help: .init("Model file, or TensorFlow SavedModel folder.", valueName: "model"))
  var model: String

  @Option(help: .init("Folder of class folders with the images.", valueName: "folder"))
  var imagedir: String?

  @Flag(help: "Run on a Coral Edge TPU: tflite:edgetpu.")
  var edgetpu = false

  @Flag(help: "Run through TensorRT on an NVIDIA GPU: tensorrt.")
  var trt = false

  @Flag(help: "Run through OpenVINO, on the device of --device.")
  var openvino = false

  @Option(
    help: .init(
      "Device of --openvino, where the thesis had a Neural Compute Stick 2: cpu, gpu, or myriad, which needs openvino-2022.3.",
      valueName: "device"))
  var device = Target.defaultDevice

  @Flag(help: "Use a part of the images, set by --ratio.")
  var partial = false

  @Option(
    parsing: .unconditional, help: .init("The part of the images that --partial uses, from 0 to 1.", valueName: "share")
  )
  var ratio = 0.1

  @Flag(help: "Use random inputs instead of images.")
  var fakein = false

  @Option(parsing: .unconditional, help: .init("The number of inferences with --fakein.", valueName: "count"))
  var ftimes = 1000

  @Flag(help: "Write the latency of every inference to MODEL.csv in the current folder.")
  var record = false

  @OptionGroup(title: "Saved runs") var kept: OriginArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  @Flag(name: .short, help: "Show a progress bar.")
  var verbose = false

  func validate() throws {
    guard [edgetpu, trt, openvino].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --edgetpu, --trt and --openvino.")
    }
    guard openvino || device == Target.defaultDevice else {
      throw ValidationError("--device is the device of --openvino.")
    }
    guard Target("openvino:\(device)")?.hasKnownDevice == true else {
      throw ValidationError("'\(device.printable)' in --device is no device.")
    }
    guard fakein != (imagedir != nil) else {
      throw ValidationError("Give either --imagedir FOLDER or --fakein.")
    }
    guard ratio > 0 && ratio <= 1 else {
      throw ValidationError("--ratio must be more than 0 and at most 1; it is \(ratio).")
    }
    try Bounds.check(ftimes, 1...1_000_000_000, "--ftimes")
  }

  func run() throws {
    let commit = CommitLookup()
    let interrupts = try InterruptListener()
    let machine = try Machine.local(interrupts: interrupts)
    var run = CommandRun(
      machine, interrupts: interrupts, files: try OutputFiles(), store: try saving.open(),
      readers: try EventReaders(isQuiet: !verbose, view: ProgressView()), screen: nil)
    run.context.commit = commit
    run.context.note = kept.note
    if record { run.context.recordPath = "\(ModelReference(path: model).name).csv" }
    let target = if let target { target } else { try machine.firstTarget(for: model) }
    guard machine.knows(target.engine) else {
      throw AssayError(
        .engineUnavailable, "This Assay has no engine '\(target.engine)' for \(target).",
        advice: "assay doctor lists its engines.")
    }
    // The thesis' program measured models of which a device takes only parts; here a warning says so.
    let options = CellOptions(threads: machine.host.allowedPhysicalCores, allowFallback: true)
    let report = try run.run(
      Bench(models: [model], targets: [target], options: options, measure: measure, in: run.context))
    CommandRun.showFailures(report.cells, besides: true)
    for warning in report.cells.flatMap(\.warnings) where warning.code == .fallback {
      Terminal.message(warning.text.printable)
    }
    let sink = try TextSink(path: "-")
    for cell in report.cells { try sink.write(Self.text(cell)) }
    try CommandRun.leave(report)
  }

  private var measure: Measure {
    guard let imagedir else { return .latency(.exactly(ftimes)) }
    let sampling = partial ? Sampling(.ratio(ratio), seed: 1) : nil
    return .accuracy(AccuracyMeasure(images: ImageSet(DatasetSource(folder: imagedir), sampling: sampling)))
  }

  private var target: Target? {
    if edgetpu { return Target(engine: "tflite", device: "edgetpu") }
    if trt { return Target(engine: "tensorrt") }
    guard openvino else { return nil }
    return Target("\(device.hasPrefix("myriad") ? "openvino-2022.3" : "openvino"):\(device)")
  }

  /// The last lines of the thesis' program.
  private static func text(_ cell: CellReport) -> String {
    if let error = cell.error, cell.latency == nil { return "\(error)\n" }
    var lines: [String] = []
    if let latency = cell.latency {
      lines.append("Average inference time: \(Figures.short(latency.mean)) ms over \(latency.count) inferences")
    }
    for top in cell.accuracy?.top ?? [] {
      guard let share = top.share, let images = cell.accuracy?.images else { continue }
      lines.append("Top-\(top.k) accuracy: \(Figures.percent(share)) (\(top.correct) of \(images))")
    }
    if let error = cell.error { lines.append("\(error)") }
    return lines.joined(separator: "\n") + "\n"
  }
}
