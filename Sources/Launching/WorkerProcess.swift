import AssayCore
import Foundation
import Glibc
import Platform

/// The parent's side of one worker: its messages, its output, its deadline, and its end.
final class WorkerProcess {
  private let process: ChildProcess
  private let timeLimit: Double?
  private let request: WorkerRequest
  private var outputIsOpen = true
  private var errorsAreOpen = true
  private var frames = FrameBuffer()
  private var tail = OutputTail()
  private var phase = Phase.starting
  /// What the worker itself reported, or what the parent found wrong with it.
  private var verdict: AssayError?
  /// When the worker is killed, in seconds of the monotonic clock.
  private(set) var deadline: Double?
  private var deadlineMeans = DeadlineMeaning.timeLimit
  private var isInterrupted = false

  private enum Phase: String {
    case starting = "while it started"
    case opening = "while its library was opened"
    case loading = "while the model was loaded"
    case warmingUp = "while it warmed up"
    case measuring = "while it was measured"
    case idle = "while it waited for its next block"
    case done = "after its last message"
  }

  private enum DeadlineMeaning { case timeLimit, stop, lastMessage }

  /// Starts a worker and sends it its request. If it dies before it reads the request, its end says so.
  ///
  /// - Parameter timeLimit: seconds after which it is killed; `nil` sets no limit.
  init(_ request: WorkerRequest, launch: WorkerLaunch, timeLimit: Double?) throws(AssayError) {
    process = try Self.start(launch)
    self.timeLimit = timeLimit
    self.request = request
    if case .describeMachine = request.task {} else { phase = .opening }
    deadline = timeLimit.map { MonotonicClock.seconds() + $0 }
    try write(request)
  }

  private static func start(_ launch: WorkerLaunch) throws(AssayError) -> ChildProcess {
    do throws(AssayError) {
      return try ChildProcess(
        ProcessSpec(launch.program, launch.arguments, streams: [0: .input, 1: .output, 2: .output]))
    } catch {
      throw AssayError(
        error.code, error.message,
        advice: error.advice ?? "assay-worker belongs beside assay; install both from the same build.")
    }
  }

  var processIdentifier: Int32 { process.processIdentifier }
  private var output: Int32 { process.stream(1)?.number ?? -1 }
  private var errors: Int32 { process.stream(2)?.number ?? -1 }

  // MARK: Being told of

  /// Descriptors to poll. A stream that has come to its end would wake the wait for ever; a negative descriptor is passed over.
  var descriptors: [Int32] {
    [outputIsOpen ? output : -1, errorsAreOpen ? errors : -1, process.ended.number]
  }

  /// Takes in what has come on the descriptors that are readable, in the order of `descriptors`.
  ///
  /// - Returns: whether the worker has ended; `conclusion` then says how.
  func take(readable: [Bool], onMessage: (WorkerMessage) -> Void) -> Bool {
    let hasEnded = readable[2]
    if readable[0] || hasEnded { readMessages(onMessage) }
    if readable[1] || hasEnded { readErrors() }
    if !hasEnded, let deadline, MonotonicClock.seconds() >= deadline { giveUp() }
    return hasEnded
  }

  private func readMessages(_ onMessage: (WorkerMessage) -> Void) {
    outputIsOpen = Self.drain(output) { frames.append($0) }
    do throws(AssayError) {
      while let content = try frames.next() {
        guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: Data(content)) else {
          throw AssayError(
            .protocolViolation, "The worker sent a message that this assay does not know.",
            advice: "Install assay and assay-worker from the same build.")
        }
        take(message)
        onMessage(message)
      }
    } catch {
      verdict = verdict ?? error
      kill()
    }
  }

  private func take(_ message: WorkerMessage) {
    switch message {
    case .engineOpened: phase = .loading
    case .sessionReady: phase = .warmingUp
    case .measuring where request.measuresInBlocks: rest()
    case .measuring, .counted: phase = .measuring
    case .blockDone: rest()
    case .finished, .machine: break
    case .failed(let error): verdict = error
    }
    if request.isAnswered(by: message) {
      phase = .done
      deadline = MonotonicClock.seconds() + WorkerLaunch.graceSeconds
      deadlineMeans = .lastMessage
    }
  }

  /// A worker may take its time over waiting.
  private func rest() {
    phase = .idle
    if deadlineMeans == .timeLimit { deadline = nil }
  }

  private func readErrors() {
    errorsAreOpen = Self.drain(errors) { tail.append($0) }
    guard tail.totalCount > WorkerLaunch.outputLimit, verdict == nil else { return }
    verdict = AssayError(
      .crashed,
      "The engine's library printed more than \(WorkerLaunch.outputLimit >> 20) MiB \(phase.rawValue); it was stopped.")
    kill()
  }

  // MARK: Telling

  func runBlock(_ rule: RepetitionRule) {
    phase = .measuring
    if deadlineMeans == .timeLimit { deadline = timeLimit.map { MonotonicClock.seconds() + $0 } }
    send(.runBlock(rule))
  }

  /// Asks the worker to end, and kills it when it does not.
  func stop() {
    guard deadlineMeans == .timeLimit else { return }
    send(.stop)
    deadline = MonotonicClock.seconds() + WorkerLaunch.graceSeconds
    deadlineMeans = .stop
  }

  /// The user wants to stop.
  func interrupt(atOnce: Bool) {
    isInterrupted = true
    if atOnce { kill() } else { stop() }
  }

  private func write(_ value: some Encodable) throws(AssayError) {
    let content: Data
    do {
      content = try JSONEncoder().encode(value)
    } catch {
      throw AssayError(.protocolViolation, "Cannot encode a message for the worker: \(error)")
    }
    // A worker that is gone is noticed by its end.
    try? process.write(FrameBuffer.frame(content))
  }

  /// A command that cannot be sent ends the worker: it would wait for it for ever.
  private func send(_ command: WorkerCommand) {
    do throws(AssayError) {
      try write(command)
    } catch {
      verdict = verdict ?? error
      kill()
    }
  }

  private func kill() { process.signal(SIGKILL) }

  private func giveUp() {
    switch deadlineMeans {
    case .timeLimit:
      verdict = AssayError(
        .timedOut, "The worker was stopped \(phase.rawValue): it took longer than \(Self.text(timeLimit ?? 0)) s.",
        advice: "Give it more time with --cell-timeout.")
    case .stop where !isInterrupted:
      verdict = AssayError(
        .timedOut,
        "The worker was asked to end \(phase.rawValue) and did not within \(Self.text(WorkerLaunch.graceSeconds)) s.")
    case .stop, .lastMessage: break
    }
    deadline = nil
    kill()
  }

  // MARK: The end

  /// What went wrong with a worker that has ended; `nil` where it sent all that it was asked for. To be asked once.
  func conclusion() -> AssayError? {
    if var verdict {
      // An engine's own error may be explained by what its library printed.
      if [.badModel, .inferenceFailed, .crashed, .timedOut, .unsupported].contains(verdict.code) {
        verdict.outputTail = tail.text
      }
      return verdict
    }
    guard phase != .done else { return nil }
    if isInterrupted { return AssayError(.interrupted, "Interrupted \(phase.rawValue).") }
    switch process.wait() {
    case .exited(let status):
      return AssayError(
        .crashed, "The worker left with status \(status) \(phase.rawValue).", outputTail: tail.text)
    case .signalled(let signal):
      return AssayError(
        .crashed, "The worker died of \(Self.name(of: signal)) \(phase.rawValue).",
        advice: signal == SIGKILL ? "The kernel does this when memory is short: see the end of dmesg." : nil,
        outputTail: tail.text)
    }
  }

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

  /// Reads what is there without waiting for more, and not for ever when it comes faster than it can be read.
  ///
  /// - Returns: whether more may come.
  private static func drain(_ descriptor: Int32, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
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
