import AssayCore
import Glibc
import Platform
import RecordLog
import SimulatedRuns
import Steadiness

/// The cost of one analysis of a long run.
///
///     steadiness scale write PATTERN SECONDS FILE [SEED]    makes a record log: raspberry-pi, jetson, coral, ncs2
///     steadiness scale write-count N FILE                   makes one of N inferences of some 0.65 ms
///     steadiness scale csv FILE CSV                         writes its records as text, start_ms,latency_ms
///     steadiness scale analyze FILE                         prints records, wall time and peak memory, and what was found
enum ScaleBenchmark {
  static func run(_ arguments: [String]) {
    do throws(AssayError) {
      switch (arguments.first, arguments.count) {
      case ("write", 4...):
        guard let pattern = ThesisPattern(rawValue: arguments[1]), let seconds = Double(arguments[2]) else { usage() }
        let seed = arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1
        var run = pattern.run(seed: seed, seconds: seconds)
        try run.write(to: arguments[3])
      case ("write-count", 3):
        guard let count = Int(arguments[1]) else { usage() }
        try write(count: count, to: arguments[2])
      case ("csv", 3): try writeText(arguments[1], to: arguments[2])
      case ("analyze", 2): try analyze(arguments[1])
      default: usage()
      }
    } catch {
      print(error)
      exit(1)
    }
  }

  private static func usage() -> Never {
    print("steadiness scale write PATTERN SECONDS FILE [SEED] | write-count N FILE | csv FILE CSV | analyze FILE")
    exit(64)
  }

  private static func analyze(_ path: String) throws(AssayError) {
    let start = MonotonicClock.seconds()
    let report = try SteadinessAnalysis.analyze(RecordLogReader(opening: path))
    let wall = MonotonicClock.seconds() - start
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let found = report.findings.map(\.code.rawValue).joined(separator: ",")
    print(
      "{\"count\": \(report.count), \"wall_s\": \(wall), \"peak_mib\": \(usage.ru_maxrss / 1024), \"found\": \"\(found)\"}"
    )
  }

  /// Latencies around 0.65 ms from three random numbers each, which is fast.
  private static func write(count: Int, to path: String) throws(AssayError) {
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    var random = RandomNumbers(seed: 1)
    var time: UInt64 = 0
    for _ in 0..<count {
      if !log.hasRoom { try log.makeRoom() }
      let duration = UInt64(500_000 + 100_000 * (random.uniform() + random.uniform() + random.uniform()))
      log.append(start: time, duration: duration)
      time += duration + 100
    }
    try log.finish()
  }

  private static func writeText(_ path: String, to target: String) throws(AssayError) {
    guard let file = fopen(target, "w") else { throw AssayError(.inputOutput, "Cannot write \(target).") }
    defer { fclose(file) }
    fputs("start_ms,latency_ms\n", file)
    try RecordLogReader(opening: path).read { records in
      var text = ""
      for record in records { text += "\(Double(record.start) / 1e6),\(Double(record.duration) / 1e6)\n" }
      fputs(text, file)
    }
  }
}
