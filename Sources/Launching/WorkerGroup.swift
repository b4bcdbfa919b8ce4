public import AssayCore
import Glibc
public import Platform
import Synchronization

/// Cells whose workers live at the same time, and one wait for whatever happens to any of them.
///
/// The calling thread sleeps in the kernel until something does. Deallocation closes the standard input of the remaining workers, which stops
/// them.
public final class WorkerGroup {
  public enum Event {
    case message(RunningCell, WorkerMessage)
    /// The worker of a cell has ended; the cell knows whether anything went wrong.
    case ended(RunningCell)
    /// The user wants to stop, and every worker has been asked to.
    case interrupted
    case timeIsUp
  }

  private let launch: WorkerLaunch
  private let interrupts: InterruptListener?
  private var cells: [RunningCell] = []
  private var events: ArraySlice<Event> = []
  private var signalsSeen = 0
  private var heartbeat: Heartbeat?
  private let gaps = Gaps()

  /// Seconds between two looks whether this process was stopped, long enough to cost a measurement beside it nothing.
  private static let heartbeatInterval = 1.0

  /// Times in which this process was stopped.
  private final class Gaps: Sendable {
    let new = Mutex<[Heartbeat.Gap]>([])
  }

  /// How long this process was stopped each time, in seconds.
  public private(set) var ownStops: [Double] = []

  public init(_ launch: WorkerLaunch, interrupts: InterruptListener? = nil) {
    self.launch = launch
    self.interrupts = interrupts
  }

  deinit { heartbeat?.end() }

  /// Seconds of the monotonic clock, in which `next` counts.
  public static var now: Double { MonotonicClock.seconds() }

  /// Starts a worker for a cell.
  ///
  /// - Parameters:
  ///   - content: the files that it needs, for a job with a delivery.
  ///   - kept: a descriptor that stays open until the worker has ended too, even if this process is killed.
  /// - Throws: `.inputOutput` if it cannot be started.
  public func start(
    _ spec: CellSpec, _ job: CellJob, content: CellContent? = nil, keeping kept: Int32? = nil
  ) throws(AssayError) -> RunningCell {
    if heartbeat == nil {
      heartbeat = try Heartbeat(every: Self.heartbeatInterval) { [gaps] gap in gaps.new.withLock { $0.append(gap) } }
    }
    let worker = try WorkerProcess(
      WorkerRequest(.measure(spec.measured, job)), launch: launch, content: content, keeping: kept,
      isInterrupted: { [interrupts] in interrupts?.isInterrupted == true }, timeLimit: spec.options.timeLimit)
    let cell = RunningCell(spec, job, worker: worker)
    cells.append(cell)
    return cell
  }

  /// Asks a cell for a block, after its last one is done.
  public func runBlock(_ rule: RepetitionRule, of cell: RunningCell) { cell.worker?.runBlock(rule) }

  /// Asks every worker to end, and kills those that do not.
  public func stop() {
    for cell in cells { cell.worker?.stop() }
  }

  /// Sleeps until something happens, but not beyond `time`.
  ///
  /// - Returns: `nil` when all workers have ended.
  public func next(until time: Double? = nil) -> Event? {
    while events.isEmpty {
      guard cells.contains(where: { !$0.hasEnded }) else { return nil }
      wait(until: time)
      if events.isEmpty, let time, MonotonicClock.seconds() >= time { return .timeIsUp }
    }
    return events.removeFirst()
  }

  private func wait(until time: Double?) {
    // Whoever looked at the listener before may have emptied its descriptor.
    guard !interrupt() else { return }
    let running = cells.filter { !$0.hasEnded }
    let workers = running.compactMap(\.worker)
    let wait = ProcessWait(workers, interrupts: interrupts, until: time)
    takeOwnStops()
    for (index, cell) in running.enumerated() {
      let hasEnded = workers[index].take(ready: wait.ready(index)) { message in
        cell.take(message)
        events.append(.message(cell, message))
      }
      guard hasEnded else { continue }
      cell.end(workers[index].conclusion())
      events.append(.ended(cell))
    }
    interrupt()
  }

  /// A worker must not be killed for the time in which nobody listened to it: it may have been stopped, too.
  private func takeOwnStops() {
    heartbeat?.settle()
    let seconds = gaps.new.withLock { new in
      defer { new = [] }
      return new.map { Double($0.nanoseconds) / 1e9 }
    }
    ownStops += seconds
    for cell in cells { for time in seconds { cell.worker?.extendDeadline(by: time) } }
  }

  /// - Returns: whether there is a new signal.
  @discardableResult
  private func interrupt() -> Bool {
    let count = interrupts?.signalCount ?? 0
    guard count > signalsSeen else { return false }
    signalsSeen = count
    for cell in cells { cell.worker?.interrupt(atOnce: count > 1) }
    events.append(.interrupted)
    return true
  }
}

/// One sleep in `poll` over the descriptors of some workers.
struct ProcessWait {
  private let ready: [[Bool]]
  let hasInterrupt: Bool

  /// - Parameter time: when to wake at the latest; the deadlines of workers wake, too.
  init(_ workers: [WorkerProcess], interrupts: InterruptListener? = nil, until time: Double? = nil) {
    let polled = workers.map(\.descriptors)
    var entries = polled.flatMap(\.self) + [pollfd(fd: interrupts?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)]
    let due = (workers.map(\.deadline) + [time]).compactMap(\.self).min()
    let milliseconds = due.map { Int32(min(max(($0 - MonotonicClock.seconds()) * 1000, 0).rounded(.up), 1e9)) } ?? -1
    _ = Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
    let isReady = entries.map { $0.revents & Int16(POLLIN | POLLOUT | POLLHUP | POLLERR) != 0 }
    var start = 0
    ready = polled.map { descriptors in
      defer { start += descriptors.count }
      return Array(isReady[start..<(start + descriptors.count)])
    }
    hasInterrupt = isReady.last == true
  }

  /// Which descriptors of a worker are ready.
  func ready(_ worker: Int) -> [Bool] { ready[worker] }
}
