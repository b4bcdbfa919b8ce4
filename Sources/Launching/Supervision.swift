import AssayCore
import CPlatform
import Foundation
import Glibc

/// The parent's side of one worker's life.
struct Supervision {
  private let process: SpawnedProcess
  private let worker: Worker
  private let request: WorkerRequest
  private var outputIsOpen = true
  private var errorsAreOpen = true
  private var frames = FrameBuffer()
  private var tail = OutputTail()
  private var phase = Phase.starting
  /// What the worker itself reported, or what the parent found wrong with it.
  private var verdict: AssayError?
  /// When the worker is killed, in seconds of the monotonic clock.
  private var deadline: Double?
  private var deadlineMeans = DeadlineMeaning.timeLimit
  private var signalsSeen = 0

  private enum Phase: String {
    case starting = "while its library was opened"
    case loading = "while the model was loaded"
    case warmingUp = "while it warmed up"
    case measuring = "while it was measured"
    case done = "after its last message"
  }

  private enum DeadlineMeaning { case timeLimit, stop, lastMessage }

  /// Sends the request. A worker that dies before it has read it is noticed by its end, not here.
  init(process: SpawnedProcess, worker: Worker, request: WorkerRequest) {
    self.process = process
    self.worker = worker
    self.request = request
    deadline = worker.timeLimit.map { Self.now() + $0 }
    guard let content = try? JSONEncoder().encode(request) else { return }
    process.write(FrameBuffer.frame(content))
  }

  mutating func wait(ticker: Worker.Ticker?, onMessage: (WorkerMessage) -> Void) -> AssayError? {
    var nextTick = ticker.map { Self.now() + $0.seconds }
    while true {
      let ready = poll(until: [deadline, nextTick].compactMap(\.self).min())
      if ready.output { readMessages(onMessage) }
      if ready.errors { readErrors() }
      if ready.interrupt { interrupt() }
      if ready.ended { break }
      if let deadline, Self.now() >= deadline { giveUp() }
      if let ticker, let due = nextTick, Self.now() >= due {
        ticker.tick()
        nextTick = Self.now() + ticker.seconds
      }
    }
    readMessages(onMessage)
    readErrors()
    return conclude(process.ending())
  }

  // MARK: Waiting

  private func poll(until time: Double?) -> (output: Bool, errors: Bool, ended: Bool, interrupt: Bool) {
    // A stream that has come to its end would wake the wait for ever; a negative descriptor is passed over.
    let descriptors = [
      outputIsOpen ? process.output : -1, errorsAreOpen ? process.errors : -1, process.ended,
      worker.interrupts?.descriptor ?? -1,
    ]
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = time.map { Int32(min(max(($0 - Self.now()) * 1000, 0).rounded(.up), 1e9)) } ?? -1
    _ = Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
    func isReadable(_ index: Int) -> Bool { entries[index].revents & Int16(POLLIN | POLLHUP) != 0 }
    return (isReadable(0), isReadable(1), isReadable(2), isReadable(3))
  }

  private mutating func readMessages(_ onMessage: (WorkerMessage) -> Void) {
    outputIsOpen = Self.drain(process.output) { frames.append($0) }
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
      kill(process.pid, SIGKILL)
    }
  }

  private mutating func take(_ message: WorkerMessage) {
    switch message {
    case .engineOpened: phase = .loading
    case .sessionReady: phase = .warmingUp
    case .measuring, .counted: phase = .measuring
    case .finished: break
    case .failed(let error): verdict = error
    }
    if request.isAnswered(by: message) {
      phase = .done
      deadline = Self.now() + Worker.graceSeconds
      deadlineMeans = .lastMessage
    }
  }

  private mutating func readErrors() {
    errorsAreOpen = Self.drain(process.errors) { tail.append($0) }
    guard tail.totalCount > Worker.outputLimit, verdict == nil else { return }
    verdict = AssayError(
      .crashed,
      "The engine's library printed more than \(Worker.outputLimit >> 20) MiB \(phase.rawValue); it was stopped.")
    kill(process.pid, SIGKILL)
  }

  private mutating func interrupt() {
    let count = worker.interrupts?.signalCount ?? 0
    guard count > signalsSeen else { return }
    signalsSeen = count
    if count > 1 {
      kill(process.pid, SIGKILL)
    } else {
      process.write([1])
      deadline = Self.now() + Worker.graceSeconds
      deadlineMeans = .stop
    }
  }

  private mutating func giveUp() {
    if deadlineMeans == .timeLimit, let limit = worker.timeLimit {
      verdict = AssayError(
        .timedOut, "The worker was stopped \(phase.rawValue): it took longer than \(Self.text(limit)) s.",
        advice: "Give it more time with --cell-timeout.")
    }
    deadline = nil
    kill(process.pid, SIGKILL)
  }

  // MARK: The end

  private func conclude(_ ending: SpawnedProcess.Ending) -> AssayError? {
    if var verdict {
      // An engine's own error may be explained by what its library printed.
      if [.badModel, .inferenceFailed, .crashed, .timedOut, .unsupported].contains(verdict.code) {
        verdict.outputTail = tail.text
      }
      return verdict
    }
    guard phase != .done else { return nil }
    if signalsSeen > 0 { return AssayError(.interrupted, "Interrupted \(phase.rawValue).") }
    switch ending {
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

  // MARK: System calls

  private static func now() -> Double { Double(assay_monotonic_ns()) / 1e9 }

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
