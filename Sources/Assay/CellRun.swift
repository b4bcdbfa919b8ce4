import AssayCore
import Launching
import Platform
import ResultStore

/// One cell from the start of its worker to its report, alone or in turns with others.
final class CellRun {
  let cell: RunningCell
  /// Whether warm-up is over, so that there may be records.
  private(set) var hasBegun = false
  /// Held until the run is saved.
  let claim: RunClaim?
  let telemetry: TelemetryBesideRun?

  let number: Int
  let saver: RunSaver
  private let group: WorkerGroup
  let context: RunContext
  private var events: EventStream { context.events }
  private let resumes: Int64?
  private let progress: ProgressWatch
  private var nextTick: Double?
  /// Held while the cell runs, where it runs on this machine.
  private let lock: MeasuringLock?
  private var wasShared = false

  /// - Parameters:
  ///   - number: of the cell in the plan, from 1.
  ///   - resumes: the saved run to continue.
  /// - Throws: `.inputOutput` if the worker does not start.
  init(
    _ spec: CellSpec, _ job: CellJob, number: Int, saver: RunSaver, group: WorkerGroup, context: RunContext,
    resumes: Int64? = nil
  ) throws(AssayError) {
    var job = job
    let content = context.machine.launch.sharesFiles ? nil : try CellContent(spec.measured, job, context.digests)
    if let content {
      job.delivery = Delivery(modelName: content.modelName)
      if spec.measure.stress != nil { job.telemetryPath = RunFiles.telemetry(beside: job.recordLogPath) }
    }
    if spec.options.sandbox { job.readable = try ModelFile(spec.model.measured).readable() }
    // Before any other file of the run.
    claim = saver.claim(Self.plannedReport(spec, job, in: context), resumes: resumes)
    telemetry = spec.measure.stress.map { TelemetryBesideRun($0, job) }
    do throws(AssayError) {
      cell = try group.start(spec, job, content: content, keeping: claim?.descriptor)
    } catch {
      _ = telemetry?.stop()
      saver.release(claim)
      throw error
    }
    self.number = number
    self.saver = saver
    self.group = group
    self.resumes = resumes
    self.context = context
    progress = ProgressWatch(job.recordLogPath, stress: spec.measure.stress?.rule)
    lock = context.machine.launch.sharesFiles ? MeasuringLock() : nil
    scheduleTick()
  }

  /// Removes what a worker in a sandbox has left beside its records. Its files were made before it knew whether it would write them.
  func removeLeftovers() {
    guard cell.spec.options.sandbox else { return }
    Folder.removeAll(cell.job.scratchFolder)
    for path in cell.job.writtenFiles where FileDescriptor.isEmpty(path) { Folder.removeAll(path) }
  }

  /// Sleeps until the worker, the only one of its group, has ended and its last message is taken.
  func waitForEnd() {
    while let event = group.next(until: nextTick) {
      switch event {
      case .message(_, let message): take(message)
      case .timeIsUp: tick()
      case .ended, .interrupted: break
      }
    }
  }

  /// Passes on what the worker of this cell says.
  func take(_ message: WorkerMessage) {
    switch message {
    case .sessionReady(let session):
      events.send(.ready(cell: number, session))
      for warning in session.warnings { events.send(.warning(cell: number, warning)) }
    case .warning(let warning): events.send(.warning(cell: number, warning))
    case .stopped(let stop):
      events.send(
        .warning(
          cell: number,
          .workerStopped(count: 1, seconds: Double(stop.nanoseconds) / 1e9, inferences: stop.start == nil ? 0 : 1)))
    case .measuring(let warmUp):
      hasBegun = true
      lock?.begin()
      if sharesMachine { events.send(.warning(cell: number, .sharedMachine)) }
      telemetry?.measurementBegan(in: cell.processIdentifier)
      claim?.update(saver.unfinished(unfinishedReport(), resumes: resumes))
      events.send(.measuring(cell: number, warmUp))
    default: break
    }
  }

  /// What was stopped, besides what the record log says.
  var stopWarnings: [Warning] {
    let elsewhere = cell.stops.filter { $0.start == nil }.map { Double($0.nanoseconds) / 1e9 }
    let own = group.ownStops
    return
      (elsewhere.isEmpty
      ? [] : [.workerStopped(count: elsewhere.count, seconds: elsewhere.reduce(0, +), inferences: 0)])
      + (own.isEmpty ? [] : [.assayStopped(count: own.count, seconds: own.reduce(0, +))])
  }

  /// Whether another Assay has been seen to measure beside this cell. Each call looks again.
  var sharesMachine: Bool {
    wasShared = wasShared || lock?.isShared == true
    return wasShared
  }

  private func tick() {
    scheduleTick()
    guard let update = progress.update(accuracy: cell.counts) else { return }
    if let sensors = cell.sensors ?? telemetry?.readings { events.send(.sensors(cell: number, sensors)) }
    events.send(.progress(cell: number, update.progress))
    if let findings = update.findings { events.send(.findings(cell: number, findings)) }
  }

  private func scheduleTick() { nextTick = events.progressInterval.map { WorkerGroup.now + $0 } }
}
