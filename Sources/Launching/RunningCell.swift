public import AssayCore
import RecordLog

/// One cell in a worker, from its start to its end: it opens the engine, loads the model, warms up, measures, and ends.
public final class RunningCell {
  public let spec: CellSpec
  public let job: CellJob
  /// `nil` once it has ended.
  var worker: WorkerProcess?

  public let processIdentifier: Int32
  public private(set) var engine: OpenedEngine?
  public private(set) var session: ReadySession?
  public private(set) var warmUp: WarmUpResult?
  public private(set) var measurement: CellMeasurement?
  /// Why the worker did not do what it was asked to; `nil` if it did, or still runs.
  public private(set) var failure: AssayError?
  /// What the worker warned of after its session was ready.
  public private(set) var warnings: [Warning] = []
  /// The latest from the sensors of the worker's machine, if the worker reads them.
  public private(set) var sensors: SensorReadings?
  /// When something stopped the worker.
  public private(set) var stops: [WorkerStop] = []
  private var latestCounts: AccuracyCounts?

  init(_ spec: CellSpec, _ job: CellJob, worker: WorkerProcess) {
    self.spec = spec
    self.job = job
    self.worker = worker
    processIdentifier = worker.processIdentifier
  }

  public var hasEnded: Bool { worker == nil }

  /// The counts of the whole run, or the latest ones before it ended.
  public var counts: AccuracyCounts? { measurement?.accuracy ?? latestCounts }

  func take(_ message: WorkerMessage) {
    switch message {
    case .engineOpened(let opened): engine = opened
    case .sessionReady(let ready): session = ready
    case .measuring(let result): warmUp = result
    case .counted(let counts): latestCounts = counts
    case .finished(let result): measurement = result
    case .warning(let warning): warnings.append(warning)
    case .sensors(let readings): sensors = readings
    case .stopped(let stop): note(stop)
    case .machine, .lacking, .blockDone, .tested, .layers, .compiled, .failed: break
    }
  }

  /// A stop during the measurement belongs to its records, so that whoever reads them leaves it out. One that cannot be noted there is kept here.
  private func note(_ stop: WorkerStop) {
    let isNoted = stop.start.map { start in
      RecordLogWriter.add(RecordedStop(start: start, duration: stop.nanoseconds), to: job.recordLogPath)
    }
    stops.append(isNoted == true ? stop : WorkerStop(start: nil, nanoseconds: stop.nanoseconds))
  }

  /// The worker has ended.
  func end(_ failure: AssayError?) {
    worker = nil
    self.failure = failure
  }
}
