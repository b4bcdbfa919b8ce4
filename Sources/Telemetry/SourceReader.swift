import AssayCore
import Platform
import Synchronization

/// A source that one thread at a time reads. A hanging thread holds the lock, so others see that the source does not answer.
final class GuardedSource: Sendable {
  let sensors: [Sensor]
  private let source: Mutex<any SensorSource>

  init(_ source: any SensorSource) {
    sensors = source.sensors
    self.source = Mutex(source)
  }

  func read(at moment: Moment) -> [Reading] {
    source.withLockIfAvailable { $0.read(at: moment) } ?? fail("\(sensors.first?.source ?? "") does not answer")
  }

  func fail(_ reason: String) -> [Reading] {
    sensors.map { _ in .failed(reason) }
  }

  func close() {
    source.withLockIfAvailable { $0.close() }
  }
}

/// Reads all sources, and skips those that hang.
///
/// Reading a lost chip can block in the kernel for minutes or for ever, and cannot be interrupted. So a helper thread reads the sources one
/// after the other. If it gets stuck, another helper reads the rest. If the stuck read returns after all, its helper ends, and the next pass
/// reads that source again.
struct SourceReader: ~Copyable {
  let sources: [GuardedSource]
  /// Seconds that one source may take.
  private let deadline: Double
  private var helper: Helper?

  init(sources: [GuardedSource], deadline: Double) {
    self.sources = sources
    self.deadline = deadline
  }

  deinit { helper?.end() }

  func close() {
    for source in sources { source.close() }
  }

  /// One list of readings per source; `nil` if the recording stops meanwhile.
  mutating func readAll(at moment: Moment, isStopping: () -> Bool) -> [[Reading]]? {
    var readings: [[Reading]] = []
    while readings.count < sources.count {
      let helper: Helper
      do throws(AssayError) {
        if let ready = self.helper { helper = ready } else { helper = try Helper.start() }
      } catch {
        return sources.map { $0.fail(error.message) }
      }
      self.helper = helper
      let pass = ReadingPass(sources: sources, first: readings.count, moment: moment, finished: helper.finished)
      helper.take(pass)
      let stuck = pass.wait(deadline: deadline, isStopping: isStopping)
      readings += pass.readings
      guard let stuck else { continue }
      helper.end()
      self.helper = nil
      if isStopping() { return nil }
      // It may have answered just after the deadline.
      if readings.count == stuck {
        readings.append(sources[stuck].fail("\(sources[stuck].sensors.first?.source ?? "") does not answer"))
      }
    }
    return readings
  }
}

/// One pass over the sources, on the thread of a helper.
private final class ReadingPass: Sendable {
  private struct State {
    var readings: [[Reading]] = []
    var isLeft = false
  }

  private let sources: [GuardedSource]
  private let first: Int
  private let moment: Moment
  private let state = Mutex(State())
  private let finished: Alarm

  init(sources: [GuardedSource], first: Int, moment: Moment, finished: Alarm) {
    self.finished = finished
    self.sources = sources
    self.first = first
    self.moment = moment
  }

  /// The readings of the sources from `first` on that have answered.
  var readings: [[Reading]] { state.withLock { $0.readings } }

  /// - Returns: `false` if the recording has abandoned this pass, so its thread must end.
  func run() -> Bool {
    for source in sources[first...] {
      let readings = source.read(at: moment)
      let isWanted = state.withLock {
        if !$0.isLeft { $0.readings.append(readings) }
        return !$0.isLeft
      }
      guard isWanted else { return false }
    }
    finished.ring()
    return true
  }

  /// Sleeps until all sources have answered.
  ///
  /// - Returns: the source that took longer than the deadline. The pass is then abandoned.
  func wait(deadline: Double, isStopping: () -> Bool) -> Int? {
    let slice = min(deadline, 0.1)
    var count = 0
    var waited = 0.0
    while !finished.wait(seconds: slice) {
      waited += slice
      let current = state.withLock { $0.readings.count }
      if current > count { (count, waited) = (current, 0) }
      guard waited >= deadline || isStopping() else { continue }
      return state.withLock {
        $0.isLeft = true
        return min(first + $0.readings.count, sources.count - 1)
      }
    }
    return nil
  }
}

/// A thread that sleeps until it gets a pass.
private final class Helper: Sendable {
  private let next = Mutex<ReadingPass?>(nil)
  private let arrivals = Alarm()
  /// Rings when a pass is over.
  let finished = Alarm()

  static func start() throws(AssayError) -> Helper {
    let helper = Helper()
    try DetachedThread.start("reading sensors", niceness: DetachedThread.lowestPriority) { helper.serve() }
    return helper
  }

  func take(_ pass: ReadingPass) {
    next.withLock { $0 = pass }
    arrivals.ring()
  }

  /// Ends the thread, at once or when it is no longer stuck.
  func end() {
    arrivals.ring()
  }

  private func serve() {
    repeat {
      arrivals.wait()
    } while next.withLock({ $0.take() })?.run() == true
  }
}
