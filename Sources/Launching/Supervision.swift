import AssayCore
import Foundation
import Glibc
import Platform

/// The parent's side of one worker's life: what it says and prints, how long it may take, and how it ended.
struct Supervision {
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
    case starting = "while its library was opened"
    case loading = "while the model was loaded"
    case warmingUp = "while it warmed up"
    case measuring = "while it was measured"
    case idle = "while it waited for its next block"
    case done = "after its last message"
  }

  private enum DeadlineMeaning { case timeLimit, stop, lastMessage }

  /// Starts a worker and sends it its request. One that dies before it has read that is noticed by its end, not here.
  init(_ request: WorkerRequest, to worker: Worker) throws(AssayError) {
    process = try Self.start(worker.executable)
    timeLimit = worker.timeLimit
    self.request = request
    deadline = timeLimit.map { Clock.now() + $0 }
    write(request)
  }

  private static func start(_ executable: String) throws(AssayError) -> ChildProcess {
    do throws(AssayError) {
      return try ChildProcess(ProcessSpec(executable, streams: [0: .input, 1: .output, 2: .output]))
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
  mutating func take(readable: [Bool], onMessage: (WorkerMessage) -> Void) -> Bool {
    let hasEnded = readable[2]
    if readable[0] || hasEnded { readMessages(onMessage) }
    if readable[1] || hasEnded { readErrors() }
    if !hasEnded, let deadline, Clock.now() >= deadline { giveUp() }
    return hasEnded
  }

  private mutating func readMessages(_ onMessage: (WorkerMessage) -> Void) {
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

  private mutating func take(_ message: WorkerMessage) {
    switch message {
    case .engineOpened: phase = .loading
    case .sessionReady: phase = .warmingUp
    case .measuring where request.isInBlocks: rest()
    case .measuring, .counted: phase = .measuring
    case .blockDone: rest()
    case .finished: break
    case .failed(let error): verdict = error
    }
    if request.isAnswered(by: message) {
      phase = .done
      deadline = Clock.now() + Worker.graceSeconds
      deadlineMeans = .lastMessage
    }
  }

  /// A worker may take its time over waiting.
  private mutating func rest() {
    phase = .idle
    if deadlineMeans == .timeLimit { deadline = nil }
  }

  private mutating func readErrors() {
    errorsAreOpen = Self.drain(errors) { tail.append($0) }
    guard tail.totalCount > Worker.outputLimit, verdict == nil else { return }
    verdict = AssayError(
      .crashed,
      "The engine's library printed more than \(Worker.outputLimit >> 20) MiB \(phase.rawValue); it was stopped.")
    kill()
  }

  // MARK: Telling

  mutating func runBlock(_ rule: RepetitionRule) {
    phase = .measuring
    if deadlineMeans == .timeLimit { deadline = timeLimit.map { Clock.now() + $0 } }
    write(WorkerCommand.runBlock(rule))
  }

  /// Asks the worker to end, and kills it when it does not.
  mutating func stop() {
    guard deadlineMeans == .timeLimit else { return }
    write(WorkerCommand.stop)
    deadline = Clock.now() + Worker.graceSeconds
    deadlineMeans = .stop
  }

  /// The user wants to stop.
  mutating func interrupt(atOnce: Bool) {
    isInterrupted = true
    if atOnce { kill() } else { stop() }
  }

  private func write(_ value: some Encodable) {
    // Requests and commands are plain values; encoding one cannot fail.
    guard let content = try? JSONEncoder().encode(value) else { return }
    // A worker that is gone is noticed by its end.
    try? process.write(FrameBuffer.frame(content))
  }

  private func kill() { process.signal(SIGKILL) }

  private mutating func giveUp() {
    switch deadlineMeans {
    case .timeLimit:
      verdict = AssayError(
        .timedOut, "The worker was stopped \(phase.rawValue): it took longer than \(Self.text(timeLimit ?? 0)) s.",
        advice: "Give it more time with --cell-timeout.")
    case .stop where !isInterrupted:
      verdict = AssayError(
        .timedOut,
        "The worker was asked to end \(phase.rawValue) and did not within \(Self.text(Worker.graceSeconds)) s.")
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

extension WorkerRequest {
  /// Whether the worker waits for commands once it measures.
  fileprivate var isInBlocks: Bool {
    if case .measure(let plan) = task, case .blocks = plan.workload { true } else { false }
  }
}
