public import AssayCore
import Foundation
import Glibc
public import Platform

/// Starts a worker, feeds it its request, listens to it, and tells how it ended, whatever it did.
public struct Worker {
  /// The `assay-worker` to start.
  public let executable: String
  /// Seconds after which a worker is killed; `nil` lets it take its time.
  public let timeLimit: Double?
  /// What interrupts the wait, if anything.
  public let interrupts: InterruptListener?

  /// Output of a library beyond this is no diagnosis but a fault, in bytes.
  static let outputLimit = 64 << 20
  /// Seconds that a worker gets to end by itself after it was asked to, or after its last message.
  static let graceSeconds = 5.0

  public init(executable: String, timeLimit: Double? = nil, interrupts: InterruptListener? = nil) {
    self.executable = executable
    self.timeLimit = timeLimit
    self.interrupts = interrupts
  }

  /// Something to do now and then while the worker measures, such as drawing progress.
  public struct Ticker {
    let seconds: Double
    let tick: () -> Void

    public init(everySeconds seconds: Double, _ tick: @escaping () -> Void) {
      self.seconds = seconds
      self.tick = tick
    }
  }

  /// Runs one worker to its end. The calling thread sleeps in the kernel all the while, but for messages and ticks.
  ///
  /// - Parameter onMessage: gets what the worker says, and the worker's process.
  /// - Returns: `nil` when the worker sent all that it was asked for, else what went wrong.
  public func run(
    _ request: WorkerRequest, ticker: Ticker? = nil, onMessage: (WorkerMessage, _ process: Int32) -> Void
  ) -> AssayError? {
    let group = WorkerGroup(self)
    let process: Int32
    do throws(AssayError) { process = try group.start(request) } catch { return error }
    var nextTick = ticker.map { Clock.now() + $0.seconds }
    while let event = group.next(until: nextTick) {
      switch event {
      case .message(_, let message): onMessage(message, process)
      case .ended(_, let failure): return failure
      case .interrupted: continue
      case .timeIsUp:
        ticker?.tick()
        nextTick = ticker.map { Clock.now() + $0.seconds }
      }
    }
    return nil
  }
}
