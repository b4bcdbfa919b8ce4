public import AssayCore
import Foundation
import Launching
public import Platform
public import ResultStore

/// The surroundings of a run: the machine, where results go, and who receives events.
public struct RunContext {
  public let machine: Machine
  /// Gets every run as it ends, with its record log; `nil` saves nothing.
  public var store: ResultStore?
  /// A tag that moves from earlier runs to the runs that succeed.
  public var baseline: RunTag?
  /// What every cell has to reach.
  public var goals: [Goal] = []
  /// Where to write every inference as CSV; several cells write one file each.
  public var recordPath: String?
  /// Where to write the predictions of every image as CSV; several cells write one file each.
  public var predictionsPath: String?
  /// Where to write the summaries of scenarios; several cells write one file each.
  public var summaryPath: String?
  /// Finds the commit that every cell is saved with; `nil` for none.
  public var commit: CommitLookup?
  /// The text that every cell is saved with.
  public var note: String?
  /// The study that every cell belongs to; `nil` for none.
  var study: StudyMembership?
  public var events: EventStream
  public let interrupts: InterruptListener?
  let digests: FileDigests

  public init(_ machine: Machine, events: EventStream = EventStream(), interrupts: InterruptListener? = nil) {
    self.machine = machine
    self.events = events
    self.interrupts = interrupts
    digests = FileDigests(cache: CacheFolder.path(environment: ProcessInfo.processInfo.environment)) {
      interrupts?.isInterrupted == true
    }
  }

  /// The report of a run that has not begun.
  func newRunReport() -> RunReport {
    var report = RunReport(host: machine.host, cells: [])
    report.created = Timestamp.text(Date())
    report.goals = goals.isEmpty ? nil : goals
    return report
  }

  /// The report of a cell that has not begun. The first one waits for the commit, so that Git does not run while the cell is measured.
  func newReport(_ spec: CellSpec) -> CellReport {
    var report = CellReport(spec)
    report.origin = origin
    report.study = study
    return report
  }

  /// `nil` where there is neither a commit nor a note.
  private var origin: RunOrigin? {
    var origin = commit?.origin ?? RunOrigin()
    origin.note = note
    return origin == RunOrigin() ? nil : origin
  }

  func newGroup() -> WorkerGroup { WorkerGroup(machine.launch, interrupts: interrupts) }

  /// An unused path for the record log of a run: in the store, or in the folder for unsaved runs.
  func newRecordLog() throws(AssayError) -> String {
    if let store { store.newRecordLog() } else { try RecordFolder.newFile(suffix: "records") }
  }
}

/// Passes the events of a run to a receiver, on the thread that measures.
public final class EventStream {
  /// Seconds between `progress` events; `nil` sends none, so the parent sleeps until a worker sends a message.
  public let progressInterval: Double?
  private let receive: (TimedEvent) -> Void
  private let start = WorkerGroup.now

  public init(progressInterval: Double? = nil, receive: @escaping (TimedEvent) -> Void = { _ in }) {
    self.progressInterval = progressInterval
    self.receive = receive
  }

  func send(_ event: RunEvent) { receive(TimedEvent(seconds: WorkerGroup.now - start, event: event)) }
}
