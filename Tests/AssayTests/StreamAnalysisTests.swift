import RecordLog
import TestSupport
import Testing

@testable import Assay

@Suite("Throughput of streams is the work of all of them over the time in which all ran")
struct StreamAnalysisTests {
  private let sandbox: Sandbox
  private var path: String { sandbox.path("log.records") }

  init() throws { sandbox = try Sandbox() }

  /// A log of streams with 1000 inferences of 10 ms each.
  ///
  /// - Parameter pause: how much longer the 500th lasts.
  private func write(streams: Int, pause: UInt64 = 0) throws {
    let log = try StreamRecordLog(creating: path, expectedCount: 1000)
    for stream in 1...streams {
      var writer = StreamRecordWriter(log, stream: stream)
      var start: UInt64 = 0
      for index in 0..<1000 {
        let duration = 10_000_000 + (index == 500 ? pause : 0)
        if !writer.hasRoom { try writer.makeRoom() }
        writer.append(start: start, duration: duration, scheduled: start, query: UInt32(index))
        start += duration
      }
    }
    try log.finish()
  }

  private func analysis(streams: Int) throws -> StreamAnalysis {
    try #require(try StreamAnalysis(RecordLogReader(opening: path), streams: streams))
  }

  @Test("Streams add up", arguments: [1, 2, 5])
  func sum(streams: Int) throws {
    try write(streams: streams)
    let found = try analysis(streams: streams)
    #expect(abs(found.rate - 100 * Double(streams)) < 0.01)
    #expect(found.counts == Array(repeating: 1000, count: streams))
    #expect(try StreamAnalysis.streams(in: RecordLogReader(opening: path)) == streams)
  }

  @Test("Time in which the process was stopped does not count")
  func stopped() throws {
    try write(streams: 2, pause: 5_000_000_000)
    #expect(try abs(analysis(streams: 2).rate - 2000 / 15) < 1)
    #expect(RecordLogWriter.add(RecordedStop(start: 5_005_000_000, duration: 5_000_000_000), to: path))
    let found = try analysis(streams: 2)
    #expect(abs(found.rate - 200) < 0.01 && found.counts == [1000, 1000])
    let interval = try #require(found.interval)
    #expect(abs(interval.lowerBound - 200) < 0.5 && abs(interval.upperBound - 200) < 0.5)
  }
}
