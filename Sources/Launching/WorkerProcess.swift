import AssayCore
import Foundation
import Glibc
import Platform

/// The parent's side of one worker: its messages, its output, its deadline, and its end.
final class WorkerProcess {
  private let process: ChildProcess
  private let launch: WorkerLaunch
  private let timeLimit: Double?
  private let request: WorkerRequest
  private let feed: RecordFeed?
  private var outbox: WorkerOutbox
  private var outputIsOpen = true
  private var errorsAreOpen = true
  private var frames = FrameBuffer()
  private var hasAnswered = false
  private var tail = OutputTail()
  private var phase = Phase.starting
  /// What the worker itself reported, or what the parent found wrong with it.
  private var verdict: AssayError?
  /// When the worker is killed, in seconds of the monotonic clock.
  private(set) var deadline: Double?
  private var deadlineMeans = DeadlineMeaning.timeLimit
  private var isInterrupted = false
  /// The engine's library, as it was given or as the worker has found it.
  private var library: String?

  private enum Phase: String {
    case starting = "while it started"
    case receiving = "while the model and the images were sent"
    case opening = "while its library was opened"
    case loading = "while the model was loaded"
    case testing = "while it was tested"
    case warmingUp = "while it warmed up"
    case measuring = "while it was measured"
    case idle = "while it waited for its next block"
    case done = "after its last message"
  }

  private enum DeadlineMeaning { case timeLimit, stop, lastMessage }

  /// Starts a worker and sends it its request. If it dies before it reads the request, its end says so.
  ///
  /// - Parameters:
  ///   - content: the files that it may lack; `nil` if it shares files with this process.
  ///   - kept: a descriptor that stays open until the worker has ended too.
  ///   - isInterrupted: asked while those files are read.
  ///   - timeLimit: seconds after which it is killed; `nil` sets no limit.
  /// - Throws: `.inputOutput` if it cannot be started.
  init(
    _ request: WorkerRequest, launch: WorkerLaunch, content: CellContent? = nil, keeping kept: Int32? = nil,
    isInterrupted: @escaping () -> Bool = { false }, timeLimit: Double?
  ) throws(AssayError) {
    let sender = try content.map { (content) throws(AssayError) in
      try ContentSender(content, isInterrupted: isInterrupted)
    }
    outbox = WorkerOutbox(sender)
    feed = if case .measure(let spec, let job) = request.task { RecordFeed(spec, job) } else { nil }
    self.launch = launch
    self.timeLimit = timeLimit
    self.request = request
    library = request.library
    process = try launch.start(keeping: kept)
    if case .describeMachine = request.task {} else { phase = content == nil ? .opening : .receiving }
    deadline = timeLimit.map { MonotonicClock.seconds() + $0 }
    outbox.add(try Frame.encoding(request))
    try outbox.write(to: process)
  }

  var processIdentifier: Int32 { process.processIdentifier }
  private var output: Int32 { process.stream(1)?.number ?? -1 }
  private var errors: Int32 { process.stream(2)?.number ?? -1 }

  // MARK: Listening

  /// What to poll: the worker's messages, its other output, its end, and its input if there is something to write. A stream at its end would wake
  /// every wait; poll ignores negative descriptors.
  var descriptors: [pollfd] {
    let input = outbox.isReady ? process.stream(0)?.number ?? -1 : -1
    let readable = [outputIsOpen ? output : -1, errorsAreOpen ? errors : -1, process.ended.number]
    return readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      + [pollfd(fd: input, events: Int16(POLLOUT), revents: 0)]
  }

  /// Reads and writes the descriptors that are ready, in the order of `descriptors`.
  ///
  /// - Returns: whether the worker has ended; `conclusion` then says how.
  func take(ready: [Bool], onMessage: (WorkerMessage) -> Void) -> Bool {
    let hasEnded = ready[2]
    if ready[0] || hasEnded { readFrames(onMessage) }
    if ready[1] || hasEnded { readErrors() }
    if hasEnded {
      do throws(AssayError) { try feed?.end() } catch { verdict = verdict ?? error }
    } else {
      if ready[3] { write() }
      if let deadline, MonotonicClock.seconds() >= deadline { giveUp() }
    }
    return hasEnded
  }

  private func readFrames(_ onMessage: (WorkerMessage) -> Void) {
    outputIsOpen = Self.drain(output) { frames.append($0) }
    do throws(AssayError) {
      while let frame = try frames.next() { try take(frame, onMessage) }
    } catch {
      end(launch.via.flatMap { hasAnswered ? nil : launch.chatter($0) } ?? error)
    }
  }

  private func take(_ frame: Frame, _ onMessage: (WorkerMessage) -> Void) throws(AssayError) {
    hasAnswered = true
    guard frame.kind == .message else {
      guard let feed else { throw AssayError(.protocolViolation, "The worker sent something that is not a message.") }
      return try feed.take(frame)
    }
    guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: Data(frame.bytes)) else {
      throw AssayError(
        .protocolViolation, "The worker sent a message that this assay does not know.",
        advice: "Install assay and assay-worker from the same build.")
    }
    try take(message)
    onMessage(message)
  }

  private func take(_ message: WorkerMessage) throws(AssayError) {
    switch message {
    case .lacking(let indices):
      try outbox.take(lacking: indices)
      write()
    case .engineOpened(let engine):
      library = engine.library
      phase = if case .testEngine = request.task { .testing } else { .loading }
    case .sessionReady: phase = .warmingUp
    case .measuring:
      try feed?.begin()
      if request.measuresInBlocks { rest() } else { phase = .measuring }
    case .counted: phase = .measuring
    case .blockDone: rest()
    case .finished, .machine, .sensors, .stopped, .tested, .layers, .compiled, .warning: break
    case .failed(let error): verdict = verdict ?? launch.placing(error)
    }
    if request.isAnswered(by: message) {
      phase = .done
      deadline = MonotonicClock.seconds() + WorkerLaunch.graceSeconds
      deadlineMeans = .lastMessage
    }
  }

  /// A worker may wait for as long as it takes.
  private func rest() {
    phase = .idle
    if deadlineMeans == .timeLimit { deadline = nil }
  }

  private func readErrors() {
    errorsAreOpen = Self.drain(errors) { tail.append($0) }
    guard tail.totalCount > WorkerLaunch.outputLimit, verdict == nil else { return }
    end(
      AssayError(
        .crashed,
        "The engine's library printed more than \(WorkerLaunch.outputLimit >> 20) MiB \(phase.rawValue); it was stopped."
      ))
  }

  // MARK: Talking

  func runBlock(_ rule: RepetitionRule) {
    phase = .measuring
    if deadlineMeans == .timeLimit { deadline = timeLimit.map { MonotonicClock.seconds() + $0 } }
    send(.runBlock(rule))
  }

  /// Gives the worker more time, as when this process could not listen to it.
  func extendDeadline(by seconds: Double) { deadline = deadline.map { $0 + seconds } }

  /// Asks the worker to end, and kills it if it does not.
  func stop() {
    guard deadlineMeans == .timeLimit else { return }
    outbox.dropContent()
    send(.stop)
    deadline = MonotonicClock.seconds() + WorkerLaunch.graceSeconds
    deadlineMeans = .stop
  }

  /// The user wants to stop.
  func interrupt(atOnce: Bool) {
    isInterrupted = true
    if atOnce { kill() } else { stop() }
  }

  /// A command that cannot be sent ends the worker, which would wait for it.
  private func send(_ command: WorkerCommand) {
    do throws(AssayError) {
      outbox.add(try Frame.encoding(command))
      write()
    } catch {
      end(error)
    }
  }

  private func write() {
    do throws(AssayError) {
      try outbox.write(to: process)
      if phase == .receiving, outbox.hasDelivered { phase = .opening }
    } catch {
      // Whoever waits for the worker hears of the interrupt, too, and lets it end by itself.
      if error.code == .interrupted { outbox.dropContent() } else { end(error) }
    }
  }

  private func end(_ error: AssayError) {
    verdict = verdict ?? error
    kill()
  }

  private func kill() { process.signal(SIGKILL) }

  private func giveUp() {
    switch deadlineMeans {
    case .timeLimit:
      verdict = AssayError(
        .timedOut, "The worker was stopped \(moment): it took longer than \(Self.text(timeLimit ?? 0)) s.",
        advice: timeLimitAdvice)
    case .stop where !isInterrupted:
      verdict = AssayError(
        .timedOut,
        "The worker was asked to end \(moment) and did not within \(Self.text(WorkerLaunch.graceSeconds)) s.")
    case .stop, .lastMessage: break
    }
    deadline = nil
    kill()
  }

  private var timeLimitAdvice: String? {
    if case .measure = request.task { return "Give it more time with --cell-timeout." }
    return launch.via.map { "It cannot be asked for a password; try it by hand without one: \($0) true" }
  }

  // MARK: The end

  /// What went wrong with a worker that has ended; `nil` if it sent all that it was asked for.
  func conclusion() -> AssayError? { fault().map(explained) }

  /// Engines blame the model for a shortage of threads, files or memory, or die of it.
  private func explained(_ error: AssayError) -> AssayError {
    let codes: [AssayError.Code] = [.badModel, .engineUnavailable, .inferenceFailed, .crashed]
    guard codes.contains(error.code) else { return error }
    if let shortage = ResourceLimits.shortage(in: "\(error.message) \(tail.text ?? "")") {
      return AssayError(
        .inputOutput, "The worker ran short of \(shortage.of). \(error.message)",
        advice:
          "End other programs, measure with fewer --threads or --streams, or raise the limit (\(shortage.limit)).",
        outputTail: error.outputTail)
    }
    // Many libraries use memory that they did not get, and say nothing.
    guard error.code == .crashed, launch.via == nil, let limit = ResourceLimits.addressSpace else { return error }
    return AssayError(
      .inputOutput, "\(error.message) It may use only \(limit >> 20) MiB of address space.",
      advice: "Few libraries survive a shortage: raise the limit to see whether it was that (ulimit -v unlimited).",
      outputTail: error.outputTail)
  }

  private func fault() -> AssayError? {
    if var verdict {
      // An engine's own error may be explained by what its library printed.
      if [.badModel, .inferenceFailed, .crashed, .timedOut, .unsupported].contains(verdict.code) {
        verdict.outputTail = tail.text
      }
      return verdict
    }
    guard phase != .done else { return nil }
    if isInterrupted { return AssayError(.interrupted, "Interrupted \(phase.rawValue).") }
    let ending = process.wait()
    if let via = launch.via {
      return hasAnswered
        ? launch.cut(via, ending, phase: phase.rawValue, printed: tail.text)
        : launch.unanswered(via, ending, printed: tail.text)
    }
    switch ending {
    case .exited(let status):
      return AssayError(
        .crashed, "The worker left with status \(status) \(moment).", outputTail: tail.text)
    case .signalled(let signal):
      return AssayError(
        .crashed, "The worker died of \(Self.name(of: signal)) \(moment).",
        advice: signal == SIGKILL ? "The kernel does this when memory is short: see the end of dmesg." : nil,
        outputTail: tail.text)
    }
  }

  /// What the worker was doing, and with which library.
  private var moment: String { phase.rawValue + (library.map { ", with \($0)" } ?? "") }

  private static func name(of signal: Int32) -> String {
    let names = [
      SIGSEGV: "SIGSEGV (bad memory access)", SIGABRT: "SIGABRT (it aborted itself)",
      SIGBUS: "SIGBUS (bad memory access)",
      SIGILL: "SIGILL (a failed check, or an instruction that this processor lacks)", SIGFPE: "SIGFPE (bad arithmetic)",
      SIGKILL: "SIGKILL",
      SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP (a failed check)",
    ]
    return names[signal] ?? "signal \(signal)"
  }

  private static func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
  }

  /// Reads what is there without waiting for more, and at most 4 MiB: more may come faster than it can be read.
  ///
  /// - Returns: whether more may come.
  static func drain(_ descriptor: Int32, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 8) { buffer in
      for _ in 0..<64 {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        if count == 0 { return false }
        if count < 0 && errno != EINTR { return errno == EAGAIN }
      }
      return true
    }
  }
}
