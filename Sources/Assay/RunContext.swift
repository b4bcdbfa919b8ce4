public import AssayCore
import Launching
public import Platform
public import ResultStore

/// What a run has besides its cells: where it happens, where its results go, and who listens.
public struct RunContext {
  public let machine: Machine
  /// Where every run is saved as it ends, with its record log; `nil` saves nothing.
  public var store: ResultStore?
  /// A tag for the runs that end well, which earlier runs lose.
  public var baseline: RunTag?
  /// Where to write every inference as CSV; with several cells, each gets a file of its own.
  public var recordPath: String?
  /// Where to write the predictions of every image as CSV; with several cells, each gets a file of its own.
  public var predictionsPath: String?
  public var events: EventStream
  public var interrupts: InterruptListener?

  public init(_ machine: Machine, events: EventStream = EventStream(), interrupts: InterruptListener? = nil) {
    self.machine = machine
    self.events = events
    self.interrupts = interrupts
  }

  func newGroup() -> WorkerGroup { WorkerGroup(machine.launch, interrupts: interrupts) }

  /// A path for what a run leaves, in the store where it is saved.
  func newFile(suffix: String) throws(AssayError) -> String {
    if let store { store.newFile(suffix: suffix) } else { try RecordFolder.newFile(suffix: suffix) }
  }
}

/// Hands the events of a run to whoever listens, on the thread that runs.
public final class EventStream {
  /// Seconds between two `progress` events; `nil` sends none, so that the parent sleeps undisturbed.
  public let progressInterval: Double?
  private let receive: (TimedEvent) -> Void
  private let start = WorkerGroup.now

  public init(progressInterval: Double? = nil, receive: @escaping (TimedEvent) -> Void = { _ in }) {
    self.progressInterval = progressInterval
    self.receive = receive
  }

  func send(_ event: RunEvent) { receive(TimedEvent(seconds: WorkerGroup.now - start, event: event)) }
}
