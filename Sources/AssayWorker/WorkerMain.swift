import AssayCore
import Glibc

/// One engine, one cell, one process: whatever a vendor's library does to it, the results of the others stand.
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
    // Not through `exit`: some libraries crash in their destructors, after all is done and told.
    _exit(0)
  }

  /// Swift's runtime answers a fatal signal with a stack trace, which takes its time, crowds what the library printed out of the error's tail, and
  /// lets the process live on where the signal was raised and not met. The parent wants to know which signal it was, at once.
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
