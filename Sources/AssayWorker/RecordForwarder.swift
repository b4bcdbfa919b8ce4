import AssayCore
import Glibc
import Platform
import RecordLog
import Synchronization

/// Sends the parent what this process records in files, if the two share none.
///
/// A thread of low priority reads what is new several times a second. The timed loop knows nothing of it.
final class RecordForwarder: Sendable {
  private let channel: ProtocolChannel
  private let state: Mutex<State>

  private static let seconds = 0.25

  private struct State {
    let recordLog: String
    var log: RecordLogReader?
    var position = RecordPosition()
    var tails: [FileTail]
  }

  /// - Parameter job: with the paths of this machine.
  init(_ job: CellJob, to channel: ProtocolChannel) {
    self.channel = channel
    let tails = [
      (Frame.Kind.predictions, job.predictionsPath), (.telemetry, job.telemetryPath), (.outputs, job.outputsPath),
    ].compactMap { kind, path in path.map { FileTail(kind: kind, path: $0) } }
    state = Mutex(State(recordLog: job.recordLogPath, tails: tails))
  }

  /// Forwards from now on, by itself.
  ///
  /// - Parameter also: runs each time.
  /// - Throws: `.inputOutput` if no thread can be started.
  func start(also: @escaping @Sendable () -> Void) throws(AssayError) {
    try DetachedThread.start("sending records", niceness: DetachedThread.lowestPriority) { [self] in
      while true {
        usleep(UInt32(Self.seconds * 1e6))
        // A failure shows up in the last call, which measuring itself makes.
        try? flush()
        also()
      }
    }
  }

  /// Sends all that was recorded until now.
  ///
  /// - Throws: `.inputOutput` if a file cannot be read.
  func flush() throws(AssayError) {
    let result = state.withLock { state in
      Result { () throws(AssayError) in
        try sendRecords(&state)
        for index in state.tails.indices { try state.tails[index].send(to: channel) }
      }
    }
    try result.get()
  }

  private func sendRecords(_ state: inout State) throws(AssayError) {
    // Before warm-up is over there is no log, or an empty file in a sandbox.
    guard state.log != nil || access(state.recordLog, F_OK) == 0 && !FileDescriptor.isEmpty(state.recordLog) else {
      return
    }
    let log = if let log = state.log { log } else { try RecordLogReader(opening: state.recordLog) }
    state.log = log
    if log.hasStreams {
      try log.readStreams(after: &state.position) { send(.streamRecords, $0) }
    } else {
      try log.read(after: &state.position) { send(.records, $0) }
    }
  }

  /// In frames of whole records.
  private func send<Record>(_ kind: Frame.Kind, _ records: UnsafeBufferPointer<Record>) {
    let bytes = UnsafeRawBufferPointer(records)
    let size = MemoryLayout<Record>.stride
    let pieceLength = Frame.pieceLength / size * size
    for start in stride(from: 0, to: bytes.count, by: pieceLength) {
      channel.send(kind, bytes[start..<min(start + pieceLength, bytes.count)])
    }
  }
}

/// A file that grows, and how much of it was sent.
private struct FileTail {
  let kind: Frame.Kind
  let path: String
  private var file: FileDescriptor?

  init(kind: Frame.Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  mutating func send(to channel: ProtocolChannel) throws(AssayError) {
    guard file != nil || access(path, F_OK) == 0 else { return }
    do throws(SystemError) {
      let file = if let file { file } else { try FileDescriptor(opening: path) }
      self.file = file
      var buffer = [UInt8](repeating: 0, count: Frame.pieceLength)
      while case let count = try file.read(into: &buffer), count > 0 { channel.send(kind, buffer[..<count]) }
    } catch {
      throw AssayError(.inputOutput, "Cannot read \(path): \(error).")
    }
  }
}
