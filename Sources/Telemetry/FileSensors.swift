import AssayCore
package import Glibc
import Machine
import Synchronization

/// One number in one file.
struct NumberFile: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let path: String
  /// Sensor units per unit of the file.
  let scale: Double

  var sensors: [Sensor] { [sensor] }

  func read(at moment: Moment) -> [Reading] {
    [Reading(of: sensor) { () throws(ReadFailure) in try files.number(path) * scale }]
  }
}

/// Power as voltage times current, each in a file of its own.
struct PowerProduct: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let voltagePath: String
  let currentPath: String
  /// Watts for one unit of each file.
  let scale: Double

  var sensors: [Sensor] { [sensor] }

  func read(at moment: Moment) -> [Reading] {
    [
      Reading(of: sensor) { () throws(ReadFailure) in
        try files.number(voltagePath) * files.number(currentPath) * scale
      }
    ]
  }
}

/// The power of a discharging battery. A charging one shows the charger's power, not the machine's.
struct DischargingBattery: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let statusPath: String
  /// The power, or voltage and current.
  let factorPaths: [String]
  /// Watts for one unit of the product.
  let scale: Double

  var sensors: [Sensor] { [sensor] }

  func read(at moment: Moment) -> [Reading] {
    guard files.text(statusPath) == "Discharging" else { return [.notYet] }
    return [
      Reading(of: sensor) { () throws(ReadFailure) in
        var power = scale
        for path in factorPaths { power *= try files.number(path) }
        // Some drivers give a discharging current a minus sign.
        return abs(power)
      }
    ]
  }
}

/// Bits in a file that say whether the clock is being held down.
struct ThrottleFlags: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let path: String
  let mask: UInt64

  var sensors: [Sensor] { [sensor] }

  func read(at moment: Moment) -> [Reading] {
    [
      Reading(of: sensor) { () throws(ReadFailure) in
        let text = try files.contents(of: path)
        guard let bits = UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16) else {
          throw ReadFailure("\(files.path(path)) holds “\(text.prefix(40).printable)”, not hexadecimal flags")
        }
        return bits & mask == 0 ? 0 : 1
      }
    ]
  }
}

/// The clock of each CPU as x86 kernels list it in `/proc/cpuinfo`.
struct ListedClocks: SensorSource {
  let files: HostFiles
  let sensors: [Sensor]
  static let path = "proc/cpuinfo"

  /// `nil` if none is listed.
  init?(files: HostFiles) {
    guard let clocks = try? Self.clocks(in: files.contents(of: Self.path)), !clocks.isEmpty else { return nil }
    self.files = files
    sensors = clocks.indices.map {
      Sensor(id: "clock.cpu\($0)", name: "CPU \($0) clock", quantity: .clock, source: files.path(Self.path))
    }
  }

  func read(at moment: Moment) -> [Reading] {
    do {
      let clocks = Self.clocks(in: try files.contents(of: Self.path))
      return sensors.indices.map {
        guard $0 < clocks.count, let clock = clocks[$0] else { return .failed("\(sensors[$0].source) lists no clock") }
        return Reading(clock, of: sensors[$0])
      }
    } catch {
      return sensors.map { _ in .failed(error.reason) }
    }
  }

  private static func clocks(in listing: String) -> [Double?] {
    listing.parts(by: "\n").lazy.filter { $0.hasPrefix("cpu MHz") }
      .map { HostProbe.value(of: $0).flatMap { Double($0) } }
  }
}

/// One line of `/proc/meminfo` or of a process's status, in kB.
struct MemoryLine: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let path: String
  let key: String

  var sensors: [Sensor] { [sensor] }

  func read(at moment: Moment) -> [Reading] {
    [
      Reading(of: sensor) { () throws(ReadFailure) in
        let line = try files.contents(of: path).parts(by: "\n").first { $0.hasPrefix(key) }
        guard let number = line?.parts(by: " ").dropFirst().first.flatMap({ Double($0.trimmed()) }) else {
          throw ReadFailure("\(files.path(path)) has no \(key)")
        }
        return number / 1024
      }
    ]
  }
}

/// The resident memory of a process that may change or end.
struct WorkerMemory: SensorSource {
  let sensor: Sensor
  let files: HostFiles
  let process: WatchedProcess
  private var lastSeen: pid_t?

  init(sensor: Sensor, files: HostFiles, process: WatchedProcess) {
    self.sensor = sensor
    self.files = files
    self.process = process
  }

  var sensors: [Sensor] { [sensor] }

  mutating func read(at moment: Moment) -> [Reading] {
    guard let pid = process.current else { return [.notYet] }
    let line = MemoryLine(sensor: sensor, files: files, path: "proc/\(pid)/status", key: "VmRSS:")
    let readings = line.read(at: moment)
    // The end of the process is not a failure of the sensor.
    if readings.first?.value == nil { return lastSeen == pid ? [.notYet] : readings }
    lastSeen = pid
    return readings
  }
}

/// The process whose memory is recorded. It may change during the recording.
package final class WatchedProcess: Sendable {
  private let pid: Mutex<pid_t?>

  package init(_ pid: pid_t?) {
    self.pid = Mutex(pid)
  }

  var current: pid_t? {
    get { pid.withLock { $0 } }
    set { pid.withLock { $0 = newValue } }
  }
}
