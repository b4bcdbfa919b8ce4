import AssayCore
import Glibc
import Machine
import Platform
import Synchronization

/// The latest lines of a program that keeps printing, read by a separate thread.
final class ProgramOutput: Sendable {
  /// The columns of one line after its first, which is a number.
  struct Row {
    let seconds: Double
    let columns: [String]
  }

  private struct State {
    var rows: [Int: Row] = [:]
    /// A line that is not a row.
    var complaint: String?
    var hasEnded = false
  }

  private let process: ChildProcess
  private let state = Mutex(State())
  private let news = Alarm()

  private static let maximumLine = 1 << 16

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

  var rows: [Int: Row] { state.withLock { $0.rows } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  var complaint: String? { state.withLock { $0.complaint } }

  /// Waits for the first line, then briefly for the lines of other devices.
  func firstRows(within seconds: Double, isStopping: () -> Bool) -> [Int: Row] {
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
    var rest: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 12)
    while let count = try? process.stream(STDOUT_FILENO)?.read(into: &block), count > 0 {
      rest += block[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        take(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
      if rest.count > Self.maximumLine { rest = [] }
    }
    // A program that closes its output but keeps running is useless.
    process.signal(SIGKILL)
    state.withLock { $0.hasEnded = true }
    news.ring()
  }

  private func take(_ line: String) {
    let columns = line.split(separator: ",").map { $0.trimmed() }
    state.withLock {
      if let index = columns.first.flatMap({ Int($0) }) {
        $0.rows[index] = Row(seconds: MonotonicClock.seconds(), columns: Array(columns.dropFirst()))
      } else {
        $0.complaint = String(line.prefix(200).printable)
      }
    }
    news.ring()
  }
}
