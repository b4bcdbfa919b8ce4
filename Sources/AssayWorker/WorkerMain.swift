import AssayCore
import EngineKit
import EngineTestKit
import Glibc
import Platform

/// One engine, one cell, one process: whatever a vendor's library does to it, it costs one cell.
@main
enum WorkerMain {
  static func main() {
    let channel = ProtocolChannel.takingOverStandardStreams()
    arrangeSignals()
    Orphans.adopt()
    do throws(AssayError) {
      try work(on: channel)
    } catch {
      channel.send(.failed(error))
    }
    leave(status: 0)
  }

  /// Ends this process and those that the library has started.
  static func leave(status: Int32) -> Never {
    Orphans.end()
    // Not through `exit`: some libraries crash in their destructors.
    _exit(status)
  }

  private static func arrangeSignals() {
    // Swift's backtracer is slow, floods standard error, and may keep the process alive. The parent needs the signal at once.
    for fatal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] { signal(fatal, SIG_DFL) }
    // A write to a dead parent, and one beyond `ulimit -f`, are errors. The kernel hangs up a stopped worker whose parent dies, and continues
    // it: it must live to end what its library has started.
    for harmless in [SIGPIPE, SIGXFSZ, SIGHUP] { signal(harmless, SIG_IGN) }
  }

  private static func work(on channel: ProtocolChannel) throws(AssayError) {
    let request = try channel.receiveRequest()
    switch request.task {
    case .describeEngine(let name, let library):
      _ = try CommandListener(on: channel)
      channel.send(.engineOpened(try WorkerEngine.open(name: name, library: library).describe(listsDevices: true)))
    case .describeMachine: channel.send(.machine(MachineDescription.ofThisMachine()))
    case .testEngine(let test):
      _ = try CommandListener(on: channel)
      channel.send(.tested(try run(test, on: channel)))
    case .observeLayers(let spec, let job, let inferences):
      try answer(spec, job, on: channel) { (spec, files, engine) throws(AssayError) in
        .layers(try LayerObserver(spec: spec, files: files, inferences: inferences).observe(with: engine))
      }
    case .compile(let spec, let job):
      try answer(spec, job, on: channel) { (spec, files, engine) throws(AssayError) in
        try LayerObserver(spec: spec, files: files, inferences: 0).compile(with: engine)
        return .compiled
      }
    case .measure(let spec, let job) where job.delivery == nil:
      if spec.options.sandbox { try CellConfinement(spec: spec, job: job).enter() }
      try measure(spec, job, on: channel)
    case .measure(let spec, let job): try measureDelivered(spec, job, on: channel)
    }
  }

  /// Answers a question about the model of a cell, with copies of the parent's files where the job says that they share none.
  private static func answer(
    _ spec: CellSpec, _ job: CellJob?, on channel: ProtocolChannel,
    _ ask: (CellSpec, [InputFile], any Engine) throws(AssayError) -> WorkerMessage
  ) throws(AssayError) {
    guard let job, job.delivery != nil else {
      return channel.send(try ask(spec, [], try open(spec, job, on: channel)))
    }
    let workplace = try Workplace(environment: ProcessEnvironment.variables)
    defer { workplace.remove() }
    let here = try workplace.receive(spec, job, from: channel)
    do throws(AssayError) {
      channel.send(try ask(here.spec, here.job.inputFiles, try open(here.spec, here.job, on: channel)))
    } catch {
      throw error.renaming(here.spec.model.path, to: spec.model.path)
    }
  }

  /// - Parameter job: of a worker in a sandbox.
  private static func open(
    _ spec: CellSpec, _ job: CellJob?, on channel: ProtocolChannel
  ) throws(AssayError) -> any Engine {
    if let job, spec.options.sandbox { try CellConfinement(spec: spec, job: job).enter() }
    _ = try CommandListener(on: channel)
    let opened = try WorkerEngine.open(name: spec.target.engine, library: spec.engineLibrary)
    channel.send(.engineOpened(opened.describe(listsDevices: false)))
    return opened.engine
  }

  /// The names of an engine's cases, or what one of them found wrong. The engine has ended when this returns.
  private static func run(_ test: EngineTest, on channel: ProtocolChannel) throws(AssayError) -> [String] {
    let opened = try WorkerEngine.open(name: test.engine, library: test.library)
    channel.send(.engineOpened(opened.describe(listsDevices: false)))
    let fixtures = try test.models.map { (folder) throws(AssayError) in try Fixtures(folder: folder) } ?? .none
    let cases = Conformance.cases(for: opened.engine.description, fixtures: fixtures)
    guard let name = test.caseName else { return cases.map(\.name) }
    guard let found = cases.first(where: { $0.name == name }) else {
      throw AssayError(.protocolViolation, "There is no case '\(name)' for \(test.engine).")
    }
    return found.run(on: opened.engine)
  }

  private static func measure(
    _ spec: CellSpec, _ job: CellJob, on channel: ProtocolChannel, outbound: OutboundRecords? = nil
  ) throws(AssayError) {
    let commands = try CommandListener(on: channel)
    let stops = try StopReporter(channel)
    let opened = try WorkerEngine.open(name: spec.target.engine, library: spec.engineLibrary)
    channel.send(.engineOpened(opened.describe(listsDevices: false)))
    try CellMeasurer(spec: spec, job: job, channel: channel, commands: commands, stops: stops, outbound: outbound)
      .measure(with: opened.engine)
  }

  /// Measures with copies of the parent's files, and sends what it records.
  private static func measureDelivered(
    _ spec: CellSpec, _ job: CellJob, on channel: ProtocolChannel
  ) throws(AssayError) {
    let workplace = try Workplace(environment: ProcessEnvironment.variables)
    defer { workplace.remove() }
    let here = try workplace.receive(spec, job, from: channel)
    if here.spec.options.sandbox { try CellConfinement(spec: here.spec, job: here.job).enter() }
    let outbound = try OutboundRecords(here.spec, here.job, to: channel)
    do throws(AssayError) {
      try measure(here.spec, here.job, on: channel, outbound: outbound)
    } catch {
      // What was recorded belongs into the results of a failed cell, too. The first failure is the one to report.
      try? outbound.end()
      throw error.renaming(here.spec.model.path, to: spec.model.path)
    }
  }
}
