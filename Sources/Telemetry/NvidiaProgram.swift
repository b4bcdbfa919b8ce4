import AssayCore
import Glibc
import Machine
import Platform

/// `nvidia-smi`, which prints one line per GPU and interval.
final class NvidiaProgram: SensorSource {
  private let table: NvidiaTable
  private let output: ProgramOutput

  /// Seconds until the first line: the driver may have to wake the GPU.
  private static let patience = 10.0

  /// Drivers before 535 use another name for the reasons for a lower clock.
  private static let reasonColumns = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"]
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
      if !rows.isEmpty { return NvidiaProgram(NvidiaTable(rows, source: path, interval: interval), output) }
      failure = ReadFailure(output.complaint ?? "\(path) said nothing within \(Int(patience)) s")
      output.close()
    }
    throw failure
  }

  private init(_ table: NvidiaTable, _ output: ProgramOutput) { (self.table, self.output) = (table, output) }

  var sensors: [Sensor] { table.sensors }

  func read(at moment: Moment) -> [Reading] {
    guard output.hasEnded else { return table.readings(in: output.rows) }
    return sensors.map { .failed("\($0.source) has ended") }
  }

  func close() {
    output.close()
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
