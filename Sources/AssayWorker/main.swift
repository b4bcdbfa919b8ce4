import AssayCore
import Glibc
import Measurement

// One engine, one cell, one process: whatever a vendor's library does to it, the results of the others stand.

let channel = ProtocolChannel.takingOverStandardStreams()
let stop = StopFlag()

do {
  let request = try channel.receiveRequest()
  StopListener.start(channel: channel, stop: stop)
  switch request.task {
  case .describeEngine(let name, let library):
    channel.send(.engineOpened(try WorkerEngine.open(name: name, library: library).description))
  case .measure(let plan):
    try WorkerEngine.open(name: plan.target.engine, library: plan.engineLibrary).measure(plan, channel: channel, stop: stop)
  }
} catch {
  channel.send(.failed(error))
}
// Not through `exit`: some libraries crash in their destructors, after all is done and told.
_exit(0)
