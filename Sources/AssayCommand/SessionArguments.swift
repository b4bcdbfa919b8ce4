import ArgumentParser
import Assay
import AssayCore
import Platform

/// How sessions are made: options of every command that measures.
struct SessionArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init("First dimension of every input, if the model allows it.", valueName: "count"))
  var batch: Int?

  @Option(
    help: .init(
      "Shape of an input: NAME=1,224,224,3, or NAME= for a scalar; without NAME= for the only input. May be repeated.",
      valueName: "shape"))
  var shape: [String] = []

  @Option(help: .init("The signature to run, of a model with several (default: the first).", valueName: "name"))
  var signature: String?

  @OptionGroup var inputs: InputArguments

  @Option(
    parsing: .unconditional,
    help: .init("Seed of random inputs and of the choice of images.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(help: .init("Library to open for an engine: NAME=PATH. May be repeated.", valueName: "name=path"))
  var engineLibrary: [String] = []

  @Flag(help: "Allow a device to leave parts of a model to the CPU.")
  var allowFallback = false

  @Option(
    parsing: .unconditional,
    help: .init("Stop a cell after this many seconds (default: no limit).", valueName: "seconds"))
  var cellTimeout: Double?

  @Flag(
    help:
      "Confine the engine's library: it reads only the system, itself, the model and images, writes only the records, and has no network."
  )
  var sandbox = false

  @Option(
    help: .init(
      "Measure on another machine through a command that starts programs there: \"ssh pi@board\", \"srun -w node1\".",
      valueName: "command"))
  var via: String?

  func validate() throws {
    try Bounds.check(batch, 1...65536, "--batch")
    try Bounds.check(cellTimeout, 0.1...Bounds.week, "--cell-timeout")
    _ = try shapes()
    _ = try libraries()
  }

  /// Whether any of them differs from its default.
  var isGiven: Bool {
    batch != nil || !shape.isEmpty || signature != nil || !inputs.input.isEmpty
      || !inputs.inputRange.isEmpty || seed != 1 || !engineLibrary.isEmpty || allowFallback
      || cellTimeout != nil || sandbox || via != nil
  }

  /// Where cells are measured.
  func machine(interrupts: InterruptListener) throws(AssayError) -> Machine {
    if let via { try Machine.via(via, interrupts: interrupts) } else { try Machine.local(interrupts: interrupts) }
  }

  /// - Parameter host: the machine that measures, whose physical cores are the default number of threads.
  func cellOptions(on host: HostDescription, threads: Int?) throws -> CellOptions {
    CellOptions(
      threads: threads ?? host.allowedPhysicalCores, batch: batch, shapes: try shapes(), seed: seed,
      allowFallback: allowFallback, timeLimit: cellTimeout, given: try inputs.given(),
      sandbox: sandbox)
  }

  /// A bench whose models run the signature that was given.
  func applied(to bench: Bench) -> Bench {
    var bench = bench
    for index in bench.cells.indices { bench.cells[index].model.signature = signature }
    return bench
  }

  private func shapes() throws -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for given in shape {
      let parts = given.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let text = parts[parts.count - 1]
      // No dimensions at all are those of a scalar.
      let numbers = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let dimensions = numbers.compactMap(\.self)
      guard dimensions.count == numbers.count, dimensions.allSatisfy({ (0...Bounds.dimension).contains($0) }) else {
        throw ValidationError(
          "'\(given)' is no shape; write --shape NAME=1,224,224,3, each number from 0 to \(Bounds.dimension).")
      }
      guard dimensions.reduce(1.0, { $0 * Double($1) }) <= Bounds.elements else {
        throw ValidationError("The shape '\(given)' has more than \(Int(Bounds.elements)) elements.")
      }
      shapes[parts.count == 2 ? parts[0] : ""] = dimensions
    }
    return shapes
  }

  func libraries() throws -> [String: String] {
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
