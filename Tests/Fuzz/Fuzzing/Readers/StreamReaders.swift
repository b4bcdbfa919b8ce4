import AssayCore
import Foundation
import RecordLog
import Report
import Scenarios

extension FuzzedReader {
  /// The log of several streams: counted, read, exported and appended to.
  static func streamLog(_ bench: Workbench) throws -> FuzzedReader {
    let path = bench.path("streams.records")
    let sample = try sampleOfStreams(bench)
    // In a short log, damage is more often in what is refused.
    return FuzzedReader([sample, Array(sample.prefix(200)), Array(sample.prefix(4096 + 320))]) { input in
      try bench.write(input, to: "streams.records")
      return try accepts(.badData, naming: path) { () throws(AssayError) in
        let reader = try RecordLogReader(opening: path)
        guard reader.hasStreams else { return }
        let (counted, read) = (reader.count(), try reader.read { _ in })
        guard counted == read else { throw AssayError(.crashed, "\(counted) records are counted, \(read) are read.") }
        _ = (reader.publishedCount(), reader.samples())
        try RecordExporter.write(reader, to: TextSink(path: "/dev/null"))
        let log = try StreamRecordLog(appendingTo: path)
        try log.takeWindows(streams: 1)
        var writer = StreamRecordWriter(log, stream: 1)
        writer.append(start: 1, duration: 1, scheduled: 1, query: 1)
        try log.finish()
      }
    }
  }

  /// Three streams with windows that are full and ones that are not.
  private static func sampleOfStreams(_ bench: Workbench) throws -> [UInt8] {
    let name = "sample-streams.records"
    try? FileManager.default.removeItem(atPath: bench.path(name))
    let log = try StreamRecordLog(creating: bench.path(name), expectedCount: 10)
    for stream in 1...3 {
      var writer = StreamRecordWriter(log, stream: stream)
      for index in 0..<(100 * stream) {
        if !writer.hasRoom { try writer.makeRoom() }
        let start = UInt64(index * 1000 + stream)
        writer.append(start: start, duration: 900, scheduled: start - 1, query: UInt32(index))
      }
    }
    try log.finish()
    return try bench.read(name)
  }

  /// Recorded times of an open loop.
  static func arrivalTimes() -> FuzzedReader {
    let texts = ["0\n0.5\n0.5\n2\n", "# recorded\n1700000000.5\r\n\n 1700000000.75 # second\n1700000002\n"]
    return FuzzedReader(texts.map { Array($0.utf8) }) { input in
      try accepts(.badData, naming: "times.txt") { () throws(AssayError) in
        let due = try ArrivalTimes.parse(input, path: "times.txt")
        guard due.first == 0, zip(due, due.dropFirst()).allSatisfy({ $0 <= $1 }) else {
          throw AssayError(.crashed, "The times are not in order from 0.")
        }
      }
    }
  }
}
