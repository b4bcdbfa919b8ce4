package import AssayCore
import Machine
import Platform

/// The sensors of the GPUs that `nvidia-smi` lists, and their values in its lines.
package struct NvidiaTable: Sendable {
  package let sensors: [Sensor]
  /// Seconds after which a line is too old to be a reading.
  private let staleAfter: Double

  /// The queried values besides the number of the GPU, in the order of the columns.
  private static let quantities: [(id: String, name: String, Sensor.Quantity)] = [
    ("clock", "clock", .clock), ("temperature", "temperature", .temperature), ("power", "power", .power),
    ("throttled", "held down", .throttled),
  ]
  /// Software power cap, hardware slowdown, software and hardware thermal slowdown, power brake (nvml.h). Idling and clocks set by the user
  /// do not count.
  private static let throttlingReasons: UInt64 = 0x4 | 0x8 | 0x20 | 0x40 | 0x80

  /// - Parameter rows: by the number of the GPU.
  package init(_ rows: [Int: ProgramLines.Row], source: String, interval: Double) {
    staleAfter = max(5, 3 * interval)
    sensors = rows.keys.sorted().flatMap { gpu in
      Self.quantities.map { id, name, quantity in
        Sensor(id: "\(id).nvidia.\(gpu)", name: "GPU \(gpu) \(name)", quantity: quantity, source: source)
      }
    }
  }

  package func readings(in rows: [Int: ProgramLines.Row]) -> [Reading] {
    let now = MonotonicClock.seconds()
    return sensors.indices.map { index in
      let sensor = sensors[index]
      guard let gpu = sensor.id.split(separator: ".").last.flatMap({ Int($0) }), let row = rows[gpu],
        now - row.seconds <= staleAfter
      else { return .failed("\(sensor.source) has stopped talking") }
      let column = index % Self.quantities.count
      guard column < row.columns.count else { return .failed("\(sensor.source) gives too few columns") }
      return Self.reading(row.columns[column], of: sensor)
    }
  }

  private static func reading(_ text: String, of sensor: Sensor) -> Reading {
    if sensor.quantity == .throttled, text.hasPrefix("0x"), let reasons = UInt64(text.dropFirst(2), radix: 16) {
      return .value(reasons & throttlingReasons == 0 ? 0 : 1)
    }
    guard let number = Double(text) else { return .failed("\(sensor.source) says “\(text.prefix(40).printable)”") }
    return Reading(number, of: sensor)
  }
}
