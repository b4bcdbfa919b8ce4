import AssayCore
import Glibc
import Machine
import Platform

/// What the thread of a recorder does.
struct Recording {
  let options: RecordingOptions
  let state: RecordingState

  /// A sensor is lost after this many consecutive readings without a value.
  private static let patience = 3

  private var isStopping: Bool { state.phase == .stopping }

  func run(into log: FileDescriptor) {
    defer { state.finish() }
    var writer = TelemetryLogWriter(path: options.logPath, file: log)
    let clocks = options.clocks
    let search = SensorSearch(
      files: HostFiles(root: options.root), worker: state.worker, interval: options.interval,
      isStopping: { isStopping })
    var reader = SourceReader(sources: search.sources.map { GuardedSource($0) }, deadline: options.deadline)
    defer { reader.close() }
    var watch = ClockWatch(clocks: clocks)
    let began = clocks.monotonic()
    guard var readings = reader.readAll(at: Moment(clock: clocks.monotonic), isStopping: { isStopping }) else { return }
    _ = watch.changes()
    var table = SensorTable(sources: reader.sources, first: readings)
    writer.write(
      TelemetryLogHeader(
        started: Self.timestamp(clocks.wall()), interval: options.interval,
        offset: options.secondsOffset, sensors: table.sensors,
        unavailable: search.unavailable + table.unavailable))
    var view = TelemetrySnapshot()
    view.sensors = table.sensors

    var seconds = 0.0
    var originIsKnown = false
    var events: [TelemetryEvent] = []
    while true {
      events += table.take(readings, patience: Self.patience).map {
        TelemetryEvent(seconds: seconds, kind: .sensorLost, detail: $0)
      }
      for event in events { writer.write(event) }
      writer.write(seconds: seconds, values: table.values)
      view.values = table.values
      state.publish(view, failure: writer.failure)

      sleep(until: nextTick(after: began)) { writeOrigin(began, to: &writer, &originIsKnown) }
      if isStopping { break }
      let changes = watch.changes()
      // Rounded as in the log, so that an event has the time of its sample.
      // Two samples within a millisecond still come one after the other.
      seconds = max(((clocks.monotonic() - began) * 1000).rounded(), seconds * 1000 + 1) / 1000
      events = changes.map { TelemetryEvent(seconds: seconds, kind: $0.kind, detail: $0.detail) }
      let moment = Moment(clock: clocks.monotonic, followsSleep: changes.contains { $0.kind == .suspended })
      guard let next = reader.readAll(at: moment, isStopping: { isStopping }) else { break }
      readings = next
    }
    writeOrigin(began, to: &writer, &originIsKnown)
    state.publish(view, failure: writer.failure)
  }

  /// ISO 8601, UTC, in whole seconds.
  private static func timestamp(_ seconds: Double) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func writeOrigin(_ began: Double, to writer: inout TelemetryLogWriter, _ isKnown: inout Bool) {
    guard !isKnown, let origin = state.origin else { return }
    isKnown = true
    writer.write(TelemetryLogOrigin(origin: origin - began))
  }

  /// Samples have fixed times. A slow sensor drops samples, which are not caught up.
  private func nextTick(after began: Double) -> Double {
    let elapsed = options.clocks.monotonic() - began
    return began + ((elapsed / options.interval).rounded(.down) + 1) * options.interval
  }

  /// - Parameter onWake: runs whenever the recorder changes something, and at the end.
  private func sleep(until tick: Double, onWake: () -> Void) {
    while true {
      onWake()
      let rest = tick - options.clocks.monotonic()
      if rest <= 0 || isStopping { return }
      state.sleep(seconds: rest)
    }
  }
}

/// Which readings are columns of the log, and which of them are lost.
private struct SensorTable {
  private struct Column {
    let source: Int
    let index: Int
    var failures = 0
    var isLost = false
  }

  private(set) var sensors: [Sensor] = []
  /// Sensors without a value at the first reading.
  private(set) var unavailable: [UnavailableSensor] = []
  private(set) var values: [Double?] = []
  private var columns: [Column] = []

  init(sources: [GuardedSource], first: [[Reading]]) {
    for (source, readings) in first.enumerated() {
      for (index, reading) in readings.enumerated() {
        let sensor = sources[source].sensors[index]
        if case .failed(let reason) = reading {
          unavailable.append(UnavailableSensor(name: sensor.id, reason: reason))
        } else {
          sensors.append(sensor)
          columns.append(Column(source: source, index: index))
        }
      }
    }
  }

  /// - Returns: id and reason of each newly lost sensor.
  mutating func take(_ readings: [[Reading]], patience: Int) -> [String] {
    var lost: [String] = []
    values = columns.indices.map { column in
      let reading = readings[columns[column].source][columns[column].index]
      guard case .failed(let reason) = reading else {
        columns[column].failures = 0
        return reading.value
      }
      columns[column].failures += 1
      if columns[column].failures == patience, !columns[column].isLost {
        columns[column].isLost = true
        lost.append("\(sensors[column].id): \(reason)")
      }
      return nil
    }
    return lost
  }
}
