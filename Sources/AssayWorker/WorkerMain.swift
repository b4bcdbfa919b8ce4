import AssayCore
import Glibc

/// One engine, one cell, one process: whatever a vendor's library does to it, it costs one cell.
@main
enum WorkerMain {
  static func main() {
    let channel = ProtocolChannel.takingOverStandardStreams()
    leaveFatalSignalsToTheKernel()
    do throws(AssayError) {
      try work(on: channel)
    } catch {
      channel.send(.failed(error))
    }
    // Not through `exit`: some libraries crash in their destructors.
    _exit(0)
  }

  /// Swift's backtracer is slow, floods standard error, and may keep the process alive. The parent needs the signal at once.
  private static func leaveFatalSignalsToTheKernel() {
    for fatal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] { signal(fatal, SIG_DFL) }
  }

  private static func work(on channel: ProtocolChannel) throws(AssayError) {
    let request = try channel.receiveRequest()
    let commands = try CommandListener(on: channel)
    switch request.task {
    case .describeEngine(let name, let library):
      channel.send(.engineOpened(try WorkerEngine.open(name: name, library: library).describe(listsDevices: true)))
    case .describeMachine: channel.send(.machine(MachineDescription.ofThisMachine()))
    case .measure(let spec, let job):
      let opened = try WorkerEngine.open(name: spec.target.engine, library: spec.engineLibrary)
      channel.send(.engineOpened(opened.describe(listsDevices: false)))
      try CellMeasurer(spec: spec, job: job, channel: channel, commands: commands).measure(with: opened.engine)
    }
  }
}
