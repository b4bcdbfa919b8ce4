import AssayCore
import Glibc
import Machine
import Platform
import Synchronization

/// The latest lines of a program that keeps printing, read by a separate thread.
final class ProgramOutput: Sendable {
  private struct State {
    var lines = ProgramLines()
    var hasEnded = false
  }

  private let process: ChildProcess
  private let state = Mutex(State())
  private let news = Alarm()

  /// Starts the program without input. Its standard error counts as output.
  init(_ spec: ProcessSpec) throws(ReadFailure) {
    var spec = spec
    spec.streams = [STDIN_FILENO: .null, STDOUT_FILENO: .output, STDERR_FILENO: .same(as: STDOUT_FILENO)]
    do throws(AssayError) {
      process = try ChildProcess(spec)
      try DetachedThread.start("reading \(spec.program)", niceness: DetachedThread.lowestPriority) { [self] in follow()
      }
    } catch {
      throw ReadFailure(error.message)
    }
  }

  var rows: [Int: ProgramLines.Row] { state.withLock { $0.lines.rows } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  var complaint: String? { state.withLock { $0.lines.complaint } }

  /// Waits for the first line, then briefly for the lines of other devices.
  func firstRows(within seconds: Double, isStopping: () -> Bool) -> [Int: ProgramLines.Row] {
    let slice = 0.1
    var waited = 0.0
    while !news.wait(seconds: slice) {
      waited += slice
      if waited >= seconds || isStopping() { return [:] }
    }
    // A line of a device that is already known belongs to the next interval.
    var count = rows.count
    while news.wait(seconds: 2 * slice), rows.count > count { count = rows.count }
    return rows
  }

  /// Ends the program. The thread ends when the program has closed its output.
  func close() { process.signal(SIGTERM) }

  private func follow() {
    var block = [UInt8](repeating: 0, count: 1 << 12)
    while let count = try? process.stream(STDOUT_FILENO)?.read(into: &block), count > 0 {
      if state.withLock({ $0.lines.take(block[..<count]) }) { news.ring() }
    }
    // A program that closes its output but keeps running is useless.
    process.signal(SIGKILL)
    state.withLock { $0.hasEnded = true }
    news.ring()
  }
}
