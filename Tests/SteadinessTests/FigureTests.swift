import AssayCore
import RecordLog
import SimulatedRuns
import Steadiness
import Testing

@Suite("The figures of a long run are those of its inferences")
struct FigureTests {
  private let milliseconds: [Double]
  private let report: SteadinessReport

  init() throws {
    var random = RandomNumbers(seed: 3)
    milliseconds = (0..<20_000).map { _ in ((10 + random.exponential()) * 1e6).rounded() / 1e6 }
    report = Analysis.of(
      Analysis.records(milliseconds),
      options: SteadinessOptions(discardAbove: 13, shares: [CenteredInterval(center: 10.5, tolerance: 0.5)]))
  }

  @Test("Shares and the discarded tail count what lies within and beyond")
  func shares() throws {
    let within = milliseconds.count { 10 <= $0 && $0 <= 11 }
    #expect(report.shares.last == LatencyShare(from: 10, to: 11, count: within, share: Double(within) / 20_000))
    let discarded = try #require(report.discarded)
    #expect(discarded.count == milliseconds.count { $0 > 13 })
    #expect(discarded.remaining?.count == milliseconds.count { $0 <= 13 })
    #expect(discarded.remaining?.maximum == milliseconds.filter { $0 <= 13 }.max())
  }

  @Test("The densest intervals are the shortest that hold their share")
  func densest() {
    let sorted = milliseconds.sorted()
    for (interval, share) in zip(report.densest, [0.5, 0.9, 0.95]) {
      let held = Int((share * Double(sorted.count)).rounded(.up))
      let shortest = (0...(sorted.count - held)).map { sorted[$0 + held - 1] - sorted[$0] }.min() ?? 0
      #expect(abs(interval.to - interval.from - shortest) < 1e-9, "\(share)")
      #expect(interval.count >= held)
    }
  }

  @Test("The envelope has the exact percentiles of each piece, and misses no inference")
  func envelope() throws {
    #expect(report.envelope.reduce(0) { $0 + $1.count } == milliseconds.count)
    var index = 0
    for piece in report.envelope {
      let values = milliseconds[index..<(index + piece.count)].sorted()
      index += piece.count
      #expect(piece.minimum == values.first && piece.maximum == values.last)
      let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
      #expect(abs(piece.p50 - middle) < 1e-9)
      let position = 0.99 * Double(values.count - 1)
      let (low, high) = (values[Int(position)], values[min(Int(position) + 1, values.count - 1)])
      #expect(abs(piece.p99 - (low + (position - position.rounded(.down)) * (high - low))) < 1e-9)
    }
  }

  @Test("The density counts every inference once, in rows of equal ratio")
  func density() throws {
    let density = try #require(report.density)
    #expect(density.counts.joined().reduce(0, +) == milliseconds.count)
    #expect(density.timeEdges.count == density.counts.count + 1)
    let ratio = density.latencyEdges[1] / density.latencyEdges[0]
    for (low, high) in zip(density.latencyEdges, density.latencyEdges.dropFirst()) {
      #expect(abs(high / low - ratio) < 1e-9)
    }
  }

  @Test("Quantiles ascend from the fastest to the slowest")
  func quantiles() throws {
    #expect(report.quantiles.first?.latency == milliseconds.min())
    #expect(report.quantiles.last?.latency == milliseconds.max())
    #expect(zip(report.quantiles, report.quantiles.dropFirst()).allSatisfy { $0.latency <= $1.latency })
    #expect(zip(report.quantiles, report.quantiles.dropFirst()).allSatisfy { $0.probability < $1.probability })
  }
}
