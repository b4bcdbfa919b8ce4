import ArgumentParser
import Assay
import AssayCore
import Report

/// What is measured, on what, and how: options of every command that measures.
struct CellArguments: ParsableArguments {
  @Argument(help: "Model files: .tflite, .onnx, OpenVINO .xml, or SavedModel folders.")
  var models: [String]

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run them: engine[:device],... (default: every installed engine that reads the model).",
      valueName: "targets"))
  var engines: String?

  @Option(
    parsing: .unconditional,
    help: .init("Threads for one inference (default: the physical cores this process may use).", valueName: "count"))
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help: .init("First dimension of every input, where the model allows it.", valueName: "count"))
  var batch: Int?

  @Option(
    help: .init(
      "Shape of an input: NAME=1,224,224,3; without NAME= for a model with one input. May be repeated.",
      valueName: "shape"))
  var shape: [String] = []

  @Option(
    parsing: .unconditional,
    help: .init("Seed of whatever is random: inputs, the choice of images.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(help: .init("Library to open for an engine: NAME=PATH. May be repeated.", valueName: "name=path"))
  var engineLibrary: [String] = []

  @Flag(help: "Let a device leave parts of a model to the CPU.")
  var allowFallback = false

  @Option(
    parsing: .unconditional,
    help: .init("Seconds after which a cell is stopped (default: no limit).", valueName: "seconds"))
  var cellTimeout: Double?

  func validate() throws {
    try Bounds.check(threads, 1...1024, "--threads")
    try Bounds.check(batch, 1...65536, "--batch")
    try Bounds.check(cellTimeout, 0.1...Bounds.week, "--cell-timeout")
    _ = try shapes()
    _ = try libraries()
    _ = try targets()
  }

  func makeBench() throws -> Bench {
    let options = CellOptions(
      threads: threads ?? Host.describe().allowedPhysicalCores, batch: batch, shapes: try shapes(), seed: seed,
      allowFallback: allowFallback)
    var bench = try Bench(models: models, targets: try targets(), options: options)
    bench.engineLibraries = try libraries()
    bench.cellTimeLimit = cellTimeout
    return bench
  }

  private func targets() throws -> [Target]? {
    try engines?.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let target = Target(String(text)) else {
        throw ValidationError(
          "'\(text)' in -e is no target; write engine or engine:device, as in litert or openvino:gpu.")
      }
      return target
    }
  }

  private func shapes() throws -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for text in shape {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let numbers = parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let dimensions = numbers.compactMap(\.self)
      guard dimensions.count == numbers.count, dimensions.allSatisfy({ (1...Bounds.dimension).contains($0) }) else {
        throw ValidationError(
          "'\(text)' is no shape; write --shape NAME=1,224,224,3, each number from 1 to \(Bounds.dimension).")
      }
      guard dimensions.reduce(1.0, { $0 * Double($1) }) <= Bounds.elements else {
        throw ValidationError("The shape '\(text)' has more than \(Int(Bounds.elements)) elements.")
      }
      shapes[parts.count == 2 ? parts[0] : ""] = dimensions
    }
    return shapes
  }

  private func libraries() throws -> [String: String] {
    var libraries: [String: String] = [:]
    for text in engineLibrary {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("'\(text)' is no engine library; write --engine-library NAME=PATH.")
      }
      libraries[parts[0].lowercased()] = parts[1]
    }
    return libraries
  }
}

/// Where results go.
struct OutputArguments: ParsableArguments {
  @Option(help: .init("Write the results as JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @Option(help: .init("Write the results as CSV, one row a cell.", valueName: "file"))
  var csv: String?

  @Option(help: .init("Write the results as a Markdown table.", valueName: "file"))
  var markdown: String?

  @Flag(name: [.short, .long], help: "Show neither progress nor the table.")
  var quiet = false

  func validate() throws {
    guard [json, csv, markdown].count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("Only one of --json, --csv and --markdown can go to standard output.")
    }
  }

  /// Opens the files before anything is measured, so that nothing measured is lost for want of a folder.
  func open() throws(AssayError) -> OutputFiles {
    try OutputFiles(
      json: json, csv: csv, markdown: markdown, showsTable: !quiet && ![json, csv, markdown].contains("-"))
  }
}

/// The open files of a command.
struct OutputFiles {
  private var writers: [(sink: TextSink, document: (RunReport) -> String)] = []

  init(json: String?, csv: String?, markdown: String?, showsTable: Bool) throws(AssayError) {
    if let json { writers.append((try TextSink(path: json), { RunDocuments.json($0) })) }
    if let csv { writers.append((try TextSink(path: csv), { RunDocuments.csv($0.cells) })) }
    if let markdown { writers.append((try TextSink(path: markdown), { RunTables($0).markdown() })) }
    if showsTable { writers.append((try TextSink(path: "-"), { RunTables($0).terminal() })) }
  }

  /// Writes everything that can be written, even when one of the files cannot.
  func write(_ report: RunReport) throws(AssayError) {
    var failure: AssayError?
    for (sink, document) in writers {
      do throws(AssayError) {
        try sink.write(document(report))
        try sink.close()
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }
}

/// Checks numbers of the command line.
enum Bounds {
  /// Seconds of a week, the longest that anything may be asked to take.
  static let week = 604_800.0
  static let dimension = 1 << 24
  static let elements = 0x1p31

  static func check<Number: Comparable>(_ value: Number?, _ range: ClosedRange<Number>, _ option: String) throws {
    // Not a number is in no range.
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be from \(range.lowerBound) to \(range.upperBound); it is \(value).")
  }
}
