import AssayCore
import Glibc
import Machine
import Platform

/// `nvidia-smi`, which prints one line per GPU and interval.
final class NvidiaProgram: SensorSource {
  let sensors: [Sensor]
  private let output: ProgramOutput
  /// Seconds after which a line is too old to be a reading.
  private let staleAfter: Double

  /// Seconds until the first line: the driver may have to wake the GPU.
  private static let patience = 10.0

  /// The queried values besides the number of the GPU, in the order of the columns.
  private static let quantities: [(id: String, name: String, Sensor.Quantity)] = [
    ("clock", "clock", .clock), ("temperature", "temperature", .temperature), ("power", "power", .power),
    ("throttled", "held down", .throttled),
  ]
  /// Drivers before 535 use another name for the reasons for a lower clock.
  private static let reasonColumns = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"]
  /// Software power cap, hardware slowdown, software and hardware thermal slowdown, power brake (nvml.h). Idling and clocks set by the user
  /// do not count.
  private static let throttlingReasons: UInt64 = 0x4 | 0x8 | 0x20 | 0x40 | 0x80

  /// Starts the program and waits for its first lines.
  ///
  /// - Throws: the reason why there are none.
  static func start(_ path: String, interval: Double, isStopping: () -> Bool) throws(ReadFailure) -> NvidiaProgram {
    var failure = ReadFailure("\(path) says nothing")
    for column in reasonColumns {
      let arguments = [
        "--query-gpu=index,clocks.sm,temperature.gpu,power.draw,\(column)", "--format=csv,noheader,nounits",
        "--loop-ms=\(Int((max(interval, 0.1) * 1000).rounded()))",
      ]
      let output = try ProgramOutput(ProcessSpec(path, arguments))
      let rows = output.firstRows(within: patience, isStopping: isStopping)
      if !rows.isEmpty { return NvidiaProgram(path: path, output: output, rows: rows, interval: interval) }
      failure = ReadFailure(output.complaint ?? "\(path) said nothing within \(Int(patience)) s")
      output.close()
    }
    throw failure
  }

  /// - Parameter rows: by the number of the GPU.
  private init(path: String, output: ProgramOutput, rows: [Int: ProgramOutput.Row], interval: Double) {
    self.output = output
    staleAfter = max(5, 3 * interval)
    sensors = rows.keys.sorted().flatMap { gpu in
      Self.quantities.map { id, name, quantity in
        Sensor(id: "\(id).nvidia.\(gpu)", name: "GPU \(gpu) \(name)", quantity: quantity, source: path)
      }
    }
  }

  func read(at moment: Moment) -> [Reading] {
    let now = MonotonicClock.seconds()
    let rows = output.rows
    return sensors.indices.map { index in
      let sensor = sensors[index]
      guard !output.hasEnded else { return .failed("\(sensor.source) has ended") }
      guard let gpu = sensor.id.split(separator: ".").last.flatMap({ Int($0) }), let row = rows[gpu],
        now - row.seconds <= staleAfter
      else { return .failed("\(sensor.source) has stopped talking") }
      let column = index % Self.quantities.count
      guard column < row.columns.count else { return .failed("\(sensor.source) gives too few columns") }
      return Self.reading(row.columns[column], of: sensor)
    }
  }

  func close() {
    output.close()
  }

  private static func reading(_ text: String, of sensor: Sensor) -> Reading {
    if sensor.quantity == .throttled, text.hasPrefix("0x"), let reasons = UInt64(text.dropFirst(2), radix: 16) {
      return .value(reasons & throttlingReasons == 0 ? 0 : 1)
    }
    guard let number = Double(text) else { return .failed("\(sensor.source) says “\(text.prefix(40).printable)”") }
    return Reading(number, of: sensor)
  }
}

extension SensorSearch {
  /// Looks for `nvidia-smi` in the folders of `PATH`, below the root.
  mutating func findGPUs(interval: Double, isStopping: () -> Bool) {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    guard let program = ProcessSpec.locate("nvidia-smi", path: path, root: files.root) else { return }
    do {
      add(try NvidiaProgram.start(program, interval: interval, isStopping: isStopping))
    } catch {
      report("GPU", error.reason)
    }
  }
}
