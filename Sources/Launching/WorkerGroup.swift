public import AssayCore
import Glibc
import Platform

/// Workers that live at the same time, and one wait for whatever happens to any of them.
///
/// The calling thread sleeps in the kernel until something does. When the group is let go, the workers that are left are told by the end of their
/// streams.
public final class WorkerGroup {
  /// Something that happened. Workers are counted from 0 on, in the order of their start.
  public enum Event {
    case message(worker: Int, WorkerMessage)
    /// A worker has ended: without a failure when it sent all that it was asked for.
    case ended(worker: Int, failure: AssayError?)
    /// The user wants to stop, and every worker has been asked to.
    case interrupted
    case timeIsUp
  }

  private let worker: Worker
  /// By worker; `nil` where it has ended.
  private var members: [Supervision?] = []
  private var events: ArraySlice<Event> = []
  private var signalsSeen = 0

  public init(_ worker: Worker) { self.worker = worker }

  /// Seconds of the monotonic clock, in which `next` counts.
  public static var now: Double { Clock.now() }

  /// Starts one more worker.
  ///
  /// - Returns: its process.
  /// - Throws: `.inputOutput` where it cannot be started.
  @discardableResult
  public func start(_ request: WorkerRequest) throws(AssayError) -> Int32 {
    let member = try Supervision(request, to: worker)
    members.append(member)
    return member.processIdentifier
  }

  /// Asks a worker for a block, after its last one is done.
  public func runBlock(_ rule: RepetitionRule, worker: Int) { members[worker]?.runBlock(rule) }

  /// Asks every worker to end. One that does not is killed.
  public func stop() {
    for index in members.indices { members[index]?.stop() }
  }

  /// Sleeps until something happens, but not beyond `time`.
  ///
  /// - Returns: `nil` when all workers have ended.
  public func next(until time: Double? = nil) -> Event? {
    while events.isEmpty {
      guard members.contains(where: { $0 != nil }) else { return nil }
      wait(until: time)
      if events.isEmpty, let time, Clock.now() >= time { return .timeIsUp }
    }
    return events.removeFirst()
  }

  private func wait(until time: Double?) {
    let descriptors = members.flatMap { $0?.descriptors ?? [-1, -1, -1] }
    var entries = (descriptors + [worker.interrupts?.descriptor ?? -1]).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let due = (members.map { $0?.deadline } + [time]).compactMap(\.self).min()
    let milliseconds = due.map { Int32(min(max(($0 - Clock.now()) * 1000, 0).rounded(.up), 1e9)) } ?? -1
    _ = Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
    let readable = entries.map { $0.revents & Int16(POLLIN | POLLHUP) != 0 }
    for index in members.indices {
      let hasEnded = members[index]?.take(readable: Array(readable[(3 * index)..<(3 * index + 3)])) {
        events.append(.message(worker: index, $0))
      }
      if hasEnded == true {
        events.append(.ended(worker: index, failure: members[index]?.conclusion()))
        members[index] = nil
      }
    }
    if readable.last == true { interrupt() }
  }

  private func interrupt() {
    let count = worker.interrupts?.signalCount ?? 0
    guard count > signalsSeen else { return }
    signalsSeen = count
    for index in members.indices { members[index]?.interrupt(atOnce: count > 1) }
    events.append(.interrupted)
  }
}

enum Clock {
  /// Seconds of the monotonic clock.
  static func now() -> Double { MonotonicClock.seconds() }
}
