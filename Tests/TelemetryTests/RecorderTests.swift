import AssayCore
import Foundation
import Glibc
import Platform
import Synchronization
import Testing

@testable import Telemetry

@Suite("A recorder writes what sensors say, whatever they do")
struct RecorderTests {
  private static let zone = "sys/class/thermal/thermal_zone0/temp"

  @Test("Samples, sensors and what is missing are in the log, and the newest values in the view")
  func recording() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options(), workerProcess: 4711)
    try recorder.start()
    try await eventually("samples are taken") { try tree.series().seconds.count >= 3 }
    let view = recorder.latest
    #expect(recorder.stop() == nil)
    let series = try tree.series()
    #expect(series.value("temperature.zone.cpu-thermal", at: 0) == 62.322)
    #expect(series.value("worker_memory", at: 2) == 64)
    #expect(series.unavailable.map(\.name) == ["power"])
    #expect(series.seconds.first == 0)
    #expect(series.seconds == series.seconds.sorted())
    #expect(series.damagedLines == 0)
    #expect(view.readings == SensorReadings(temperature: view.temperature, clock: view.clock, isThrottled: false))
    #expect(view.isThrottled == false)
    #expect(view.sensors == series.sensors)
  }

  @Test("A sensor that hangs is lost, while others go on and the recording can be stopped")
  func hangingSensor() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options(deadline: 0.3))
    try recorder.start()
    try await eventually("a sample is taken") { try !tree.series().seconds.isEmpty }
    tree.makeHanging(Self.zone)
    try await eventually("the sensor is lost") { try !tree.series().events.isEmpty }
    tree.write("1200000", to: "sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq")
    try await eventually("another sensor goes on") { recorder.latest.value(of: "clock.cpu0") == 1200 }
    #expect(recorder.stop() == nil)
    let series = try tree.series()
    let event = try #require(series.events.first { $0.kind == .sensorLost })
    #expect(event.detail.hasPrefix("temperature.zone.cpu-thermal: "))
    #expect(event.detail.contains("does not answer"))
    #expect(series.value("temperature.zone.cpu-thermal", at: series.seconds.count - 1) == nil)
    #expect(recorder.latest.temperature == nil)
  }

  @Test("A sensor that answers again after it hung has values again")
  func sensorThatComesBack() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options(deadline: 0.3))
    try recorder.start()
    try await eventually("a sample is taken") { try !tree.series().seconds.isEmpty }
    tree.makeHanging(Self.zone)
    try await eventually("the sensor is lost") { try !tree.series().events.isEmpty }
    // Whoever opened the FIFO gets its end at once; the next reader finds a file.
    let fifo = open("\(tree.root)/\(Self.zone)", O_WRONLY | O_NONBLOCK)
    tree.write("71000", to: Self.zone)
    close(fifo)
    try await eventually("it is back") { recorder.latest.temperature == 71 }
    #expect(recorder.stop() == nil)
  }

  @Test("A sensor that hangs from the start is unavailable, and stop does not wait for it")
  func hangingFromTheStart() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    tree.makeHanging(Self.zone)
    let patient = TelemetryRecorder(tree.options(deadline: 3600))
    try patient.start()
    #expect(patient.stop() == nil, "it returns although the first sample would take an hour")
    let recorder = TelemetryRecorder(tree.options(deadline: 0.3))
    try recorder.start()
    try await eventually("a sample is taken") { try !tree.series().seconds.isEmpty }
    recorder.stop()
    let missing = try #require(tree.series().unavailable.first { $0.name == "temperature.zone.cpu-thermal" })
    #expect(missing.reason.contains("does not answer"))
  }

  @Test(
    "A sensor that vanishes or gives garbage gives no values, then an event, and others go on",
    arguments: [nil, "garbage", "1000000000", "-300000"])
  func lostSensor(text: String?) async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options())
    try recorder.start()
    try await eventually("a sample is taken") { recorder.latest.temperature != nil }
    if let text { tree.write(text, to: Self.zone) } else { tree.remove(Self.zone) }
    try await eventually("an event tells of it") { try !tree.series().events.isEmpty }
    recorder.stop()
    let series = try tree.series()
    #expect(series.events.filter { $0.detail.hasPrefix("temperature.zone.cpu-thermal: ") }.count == 1)
    #expect(series.value("temperature.zone.cpu-thermal", at: series.seconds.count - 1) == nil)
    #expect(series.value("clock.cpu0", at: series.seconds.count - 1) == 600)
    #expect(series.events.contains { $0.kind == .sensorLost })
  }

  @Test("A worker that is told later is watched, and that it ends is no fault of the sensor")
  func workerThatEnds() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options())
    try recorder.start()
    try await eventually("a sample is taken") { try !tree.series().seconds.isEmpty }
    #expect(try tree.series().value("worker_memory", at: 0) == nil)
    recorder.watch(workerProcess: 4711)
    try await eventually("its memory is recorded") { recorder.latest.value(of: "worker_memory") == 64 }
    tree.remove("proc/4711/status")
    try await eventually("it has ended") { recorder.latest.value(of: "worker_memory") == nil }
    let count = try tree.series().seconds.count
    try await eventually("samples follow") { try tree.series().seconds.count > count + 5 }
    recorder.stop()
    #expect(try tree.series().events.isEmpty)
  }

  @Test("A machine that slept and a clock that was set are events")
  func clocks() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let shifts = Mutex((boot: 0.0, wall: 0.0))
    var options = tree.options()
    let system = MachineClocks.system
    options.clocks.boot = { system.boot() + shifts.withLock { $0.boot } }
    options.clocks.wall = { system.wall() + shifts.withLock { $0.wall } }
    let recorder = TelemetryRecorder(options)
    try recorder.start()
    try await eventually("a sample is taken") { try tree.series().seconds.count >= 2 }
    // Asleep, the wall clock goes on too.
    shifts.withLock { $0 = (boot: 600, wall: 600) }
    try await eventually("the sleep is seen") { try !tree.series().events.isEmpty }
    shifts.withLock { $0.wall -= 3600 }
    try await eventually("the step is seen") { try tree.series().events.count >= 2 }
    recorder.stop()
    let series = try tree.series()
    let events = series.events
    #expect(events.map(\.kind) == [.suspended, .clockStep])
    #expect(events.allSatisfy { series.seconds.contains($0.seconds) }, "each belongs to a sample")
    #expect(events.map(\.detail) == ["the machine slept for 10 min", "the wall clock was set back by 60 min"])
  }

  @Test("Times are counted from the begin of the measurement, which may be told later")
  func origin() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options())
    try recorder.start()
    try await eventually("samples are taken") { try tree.series().seconds.count >= 3 }
    let began = MonotonicClock.seconds()
    recorder.measurementBegan(at: UInt64(began * 1e9))
    recorder.measurementBegan(at: UInt64((began + 1000) * 1e9))
    try await eventually("there are samples after it") { try (tree.series().seconds.last ?? -1) > 0 }
    recorder.stop()
    let seconds = try tree.series().seconds
    #expect(seconds.count { $0 < 0 } >= 3)
    #expect(seconds == seconds.sorted())
  }

  @Test("A begin that is told just before the end is in the log")
  func lateOrigin() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options())
    try recorder.start()
    try await eventually("a sample is taken") { try !tree.series().seconds.isEmpty }
    recorder.measurementBegan(at: UInt64(MonotonicClock.seconds() * 1e9))
    recorder.stop()
    #expect(try #require(tree.series().seconds.first) < 0)
    #expect(try tree.log().contains("origin_s"))
  }

  @Test("A run that goes on appends to its log, at its place on the axis, also with other sensors")
  func resumed() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let first = TelemetryRecorder(tree.options())
    try first.start()
    first.measurementBegan(at: UInt64(MonotonicClock.seconds() * 1e9))
    try await eventually("samples are taken") { try tree.series().seconds.count >= 3 }
    first.stop()
    let before = try tree.series()
    // It was killed in the middle of a line.
    try tree.append("[3.1,60")
    tree.remove(Self.zone)
    // The first part may be minutes long: this task waits for others before it looks.
    let offset = (before.seconds.last ?? 0).rounded() + 500
    var options = tree.options()
    options.secondsOffset = offset
    let second = TelemetryRecorder(options)
    try second.start()
    second.measurementBegan(at: UInt64(MonotonicClock.seconds() * 1e9))
    try await eventually("samples follow") { try (tree.series().seconds.last ?? 0) > offset }
    second.stop()
    let series = try tree.series()
    #expect(series.damagedLines == 1)
    #expect(series.sensors == before.sensors)
    #expect(Array(series.seconds.prefix(before.seconds.count)) == before.seconds)
    #expect(series.events.map(\.kind) == [.resumed])
    #expect(series.events.first?.seconds == offset)
    #expect(series.value("temperature.zone.cpu-thermal", at: series.seconds.count - 1) == nil)
    #expect(series.value("clock.cpu0", at: series.seconds.count - 1) == 600)
    #expect(series.unavailable.map(\.name).contains("temperature.zone.cpu-thermal"))
  }

  @Test("A full disk ends the log, with an error, and not the readings")
  func fullDisk() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    var options = tree.options()
    options.logPath = "/dev/full"
    let recorder = TelemetryRecorder(options)
    try recorder.start()
    try await eventually("the error is told") { recorder.failure != nil }
    tree.write("70000", to: Self.zone)
    try await eventually("sensors are read all the same") { recorder.latest.temperature == 70 }
    let error = try #require(recorder.stop())
    #expect(error.code == .inputOutput)
    #expect(error.message.contains("No space left on device"))
    #expect(error.advice?.contains("room on the disk") == true)
  }

  @Test("A log that cannot be made, and intervals and offsets without sense, are errors before anything starts")
  func badOptions() throws {
    let tree = try RecordedTree("raspberry-pi-4")
    var options = tree.options()
    options.logPath = "/nowhere/telemetry.log"
    #expect { try TelemetryRecorder(options).start() } throws: { ($0 as? AssayError)?.code == .inputOutput }
    for interval in [0, -1, .nan, .infinity, 1e9] {
      var options = tree.options()
      options.interval = interval
      #expect { try TelemetryRecorder(options).start() } throws: { ($0 as? AssayError)?.code == .usage }
    }
    options = tree.options()
    options.secondsOffset = .nan
    #expect { try TelemetryRecorder(options).start() } throws: { ($0 as? AssayError)?.code == .usage }
    #expect(!FileManager.default.fileExists(atPath: tree.options().logPath))
  }

  @Test("A recorder may be stopped before it was started, twice, or just dropped")
  func stopping() async throws {
    let tree = try RecordedTree("raspberry-pi-4")
    let recorder = TelemetryRecorder(tree.options())
    #expect(recorder.stop() == nil)
    try recorder.start()
    try recorder.start()
    #expect(recorder.stop() == nil)
    #expect(recorder.stop() == nil)
    do {
      let dropped = TelemetryRecorder(tree.options())
      try dropped.start()
    }
    let length = try tree.log().count
    try await Task.sleep(for: .milliseconds(200))
    #expect(try tree.log().count == length, "nothing is written after the end")
  }
}

extension RecordedTree {
  var logPath: String { "\(root)/telemetry.log" }

  func options(deadline: Double = 30) -> RecordingOptions {
    RecordingOptions(logPath: logPath, root: root, interval: 0.02, deadline: deadline)
  }

  func log() throws -> String { try String(contentsOfFile: logPath, encoding: .utf8) }

  func series() throws -> TelemetrySeries { try TelemetryLogReader.read(logPath) }

  func append(_ text: String) throws {
    try (log() + text).write(toFile: logPath, atomically: true, encoding: .utf8)
  }
}

extension TelemetrySeries {
  func value(_ id: String, at sample: Int) -> Double? {
    sensors.firstIndex { $0.id == id }.flatMap { values[$0][sample] }
  }
}

extension TelemetrySnapshot {
  fileprivate func value(of id: String) -> Double? {
    sensors.firstIndex { $0.id == id }.flatMap { values[$0] }
  }
}

/// Waits until something holds, however slow the machine is.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async throws {
  let clock = ContinuousClock()
  // A thread of the lowest priority waits long while other tests compute. So does this one while they block all threads of the pool: the time
  // may be over before it has looked twice.
  let end = clock.now + .seconds(300)
  var looks = 0
  while clock.now < end || looks < 300 {
    if try condition() { return }
    looks += 1
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("It did not come about that \(what).", sourceLocation: sourceLocation)
}
