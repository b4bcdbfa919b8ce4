public import AssayCore
public import Platform

/// Asks a worker for facts, without measuring anything.
public enum WorkerQuestion {
  /// A library that does not open within this many seconds counts as broken.
  private static let timeLimit = 60.0

  /// The machine that a launch leads to, and the engines that Assay knows there.
  public static func machine(
    _ launch: WorkerLaunch, interrupts: InterruptListener? = nil
  ) throws(AssayError) -> MachineDescription {
    var machine: MachineDescription?
    try ask(.describeMachine, launch, interrupts: interrupts) {
      if case .machine(let description) = $0 { machine = description }
    }
    guard let machine else { throw AssayError(.protocolViolation, "The worker does not describe its machine.") }
    return machine
  }

  /// Opens the library of an engine and describes it.
  ///
  /// - Throws: `.engineUnavailable`, or what its library did to the worker.
  public static func engine(_ name: String, _ launch: WorkerLaunch) throws(AssayError) -> OpenedEngine {
    var engine: OpenedEngine?
    try ask(.describeEngine(name: name, library: nil), launch) {
      if case .engineOpened(let opened) = $0 { engine = opened }
    }
    guard let engine else { throw AssayError(.protocolViolation, "The worker does not describe the engine \(name).") }
    return engine
  }

  /// The cases of an engine's test, or what one of them found wrong.
  ///
  /// - Parameter timeLimit: seconds after which the worker is killed.
  /// - Throws: what the engine did to the worker.
  public static func test(
    _ test: EngineTest, _ launch: WorkerLaunch, timeLimit: Double, interrupts: InterruptListener?
  ) throws(AssayError) -> [String] {
    var answer: [String]?
    try ask(.testEngine(test), launch, interrupts: interrupts, timeLimit: timeLimit) {
      if case .tested(let sentences) = $0 { answer = sentences }
    }
    guard let answer else { throw AssayError(.protocolViolation, "The worker says nothing about \(test.engine).") }
    return answer
  }

  /// What an engine makes of the model of a cell.
  ///
  /// - Parameters:
  ///   - job: the files of a worker in a sandbox or without shared files; `nil` for others.
  ///   - content: what a worker without shared files needs.
  ///   - inferences: whose layers are recorded; 0 for no times.
  /// - Throws: what the engine says, or did to the worker.
  public static func layers(
    of spec: CellSpec, _ job: CellJob?, _ content: CellContent?, inferences: Int, _ launch: WorkerLaunch,
    interrupts: InterruptListener?
  ) throws(AssayError) -> (engine: OpenedEngine, layers: ObservedLayers) {
    var (engine, layers): (OpenedEngine?, ObservedLayers?)
    try ask(
      .observeLayers(spec, job, inferences: inferences), launch, content, interrupts: interrupts,
      timeLimit: spec.options.timeLimit
    ) { message in
      switch message {
      case .engineOpened(let opened): engine = opened
      case .layers(let observed): layers = observed
      default: break
      }
    }
    guard let engine, let layers else {
      throw AssayError(.protocolViolation, "The worker says nothing of the layers of \(spec.model.path).")
    }
    return (engine, layers)
  }

  /// Whether an engine compiles the model of a cell.
  ///
  /// - Parameters:
  ///   - job: the files of a worker in a sandbox or without shared files; `nil` for others.
  ///   - content: what a worker without shared files needs.
  ///   - opened: gets the engine, also if it does not.
  /// - Throws: what the engine says, or did to the worker.
  public static func compile(
    _ spec: CellSpec, _ job: CellJob?, _ content: CellContent?, _ launch: WorkerLaunch,
    interrupts: InterruptListener?, opened: (OpenedEngine) -> Void
  ) throws(AssayError) {
    try ask(.compile(spec, job), launch, content, interrupts: interrupts, timeLimit: spec.options.timeLimit) {
      message in
      if case .engineOpened(let engine) = message { opened(engine) }
    }
  }

  private static func ask(
    _ task: WorkerRequest.Task, _ launch: WorkerLaunch, _ content: CellContent? = nil,
    interrupts: InterruptListener? = nil, timeLimit: Double? = timeLimit, onMessage: (WorkerMessage) -> Void
  ) throws(AssayError) {
    let worker = try WorkerProcess(WorkerRequest(task), launch: launch, content: content, timeLimit: timeLimit)
    while true {
      let wait = ProcessWait([worker], interrupts: interrupts)
      if wait.hasInterrupt { throw AssayError(.interrupted, "Interrupted before anything was measured.") }
      if worker.take(ready: wait.ready(0), onMessage: onMessage) { break }
    }
    if let failure = worker.conclusion() { throw failure }
  }
}
