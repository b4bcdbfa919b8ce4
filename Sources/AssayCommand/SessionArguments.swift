import ArgumentParser
import Assay
import AssayCore
import Platform

/// How sessions are made: options of every command that measures.
struct SessionArguments: ParsableArguments {
  @OptionGroup(title: "Inputs") var inputs: InputArguments
  @OptionGroup(title: "Engines and machines") var place: PlaceArguments
  @OptionGroup(title: "Options of engines") var engine: EngineArguments

  /// Whether any of them differs from its default.
  var isGiven: Bool { inputs.isGiven || place.isGiven || engine.isGiven }

  /// Where cells are measured.
  func machine(interrupts: InterruptListener) throws(AssayError) -> Machine {
    if let via = place.via {
      try Machine.via(via, interrupts: interrupts)
    } else {
      try Machine.local(interrupts: interrupts)
    }
  }

  /// - Parameters:
  ///   - host: the machine that measures, whose physical cores are the default number of threads.
  ///   - threads: of one inference; `nil` for the default.
  ///   - allowsBatches: whether the command measures with several batches; the options have the first of them.
  /// - Throws: a validation error for several batches otherwise.
  func cellOptions(
    on host: HostDescription, threads: Int?, allowsBatches: Bool = false
  ) throws -> CellOptions {
    if !allowsBatches { _ = try inputs.batch() }
    return CellOptions(
      threads: threads ?? host.allowedPhysicalCores, batch: inputs.batches?.first, shapes: try inputs.shapes(),
      seed: inputs.seed, allowFallback: place.allowFallback, timeLimit: place.cellTimeout, given: try inputs.given(),
      sandbox: place.sandbox, engine: try engine.options())
  }

  /// A bench whose models run the signature that was given.
  func applied(to bench: Bench) -> Bench {
    var bench = bench
    for index in bench.cells.indices { bench.cells[index].model.signature = inputs.signature }
    return bench
  }

  func libraries() throws -> [String: String] { try place.libraries.byEngine() }
}

/// Which libraries of engines are opened.
struct LibraryArguments: ParsableArguments {
  @Option(help: .init("Library to open for an engine: NAME=PATH. May be repeated.", valueName: "name=path"))
  var engineLibrary: [String] = []

  func validate() throws { _ = try byEngine() }

  /// Paths by the name of the engine.
  func byEngine() throws -> [String: String] {
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

/// Where a cell runs, and under which conditions.
struct PlaceArguments: ParsableArguments {
  @OptionGroup var libraries: LibraryArguments

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
    try Bounds.check(cellTimeout, 0.1...Bounds.week, "--cell-timeout")
  }

  /// Whether any of them differs from its default.
  var isGiven: Bool {
    !libraries.engineLibrary.isEmpty || allowFallback || cellTimeout != nil || sandbox || via != nil
  }
}
