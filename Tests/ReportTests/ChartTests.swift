import AssayCore
import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("Charts are Vega-Lite specifications")
struct ChartTests {
  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"]

  private static let reports: [(name: String, runs: [ReportedRun])] =
    SampleRuns.Name.allCases.map { ($0.rawValue, [$0.run]) } + [
      ("mixed", SampleRuns.mixed), ("short", [SampleRuns.short]),
    ]

  @Test(
    "Those of pages and of files conform to the schema of the Vega-Lite that is installed",
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with altair and jsonschema"))
  func schema() throws {
    let sandbox = try Sandbox()
    var count = 0
    for (name, runs) in Self.reports {
      let pages = ChartSet(runs.numbered(), palette: .page).all.map { ($0.id, Chart.json($0.specification)) }
      for (form, charts) in [
        ("page", pages), ("file", ReportPage.pictures(runs, style: PictureStyle()).map { ($0.name, $0.json) }),
      ] {
        for (id, json) in charts {
          try sandbox.write(Data(json.utf8), to: "\(name)-\(form)-\(id).json")
          count += 1
        }
      }
    }
    let trend = TrendChart(TrendTests.report().cells[0], .p50, number: 1).chart(.page)
    try sandbox.write(Data(Chart.json(trend.specification).utf8), to: "trend.json")
    #expect(count > 60)
    let python = try #require(Self.python)
    let result = try sandbox.start([python, PackageFiles.path("Tests/ReportTests/validate_specs.py"), sandbox.folder])
      .wait()
    #expect(result.status == 0, "\(result)")
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.first?.hasPrefix("v6.") == true && Chart.schema.contains("/v6."))
    #expect(lines.dropFirst().isEmpty, "\(result.standardOutput)")
  }

  @Test("A whole specification, as it was reviewed")
  func snapshot() throws {
    var run = ReportedRun(title: "a on b", report: SampleRuns.cell())
    run.report.latency = LatencySummary(
      count: 6, mean: 2, standardDeviation: nil, minimum: 1, maximum: 3, p50: 2,
      histogram: LatencyHistogram(from: 1, to: 3, counts: [1, 4, 1]))
    let charts = ChartSet([run].numbered(), palette: .picture(PictureStyle())).all
    #expect(charts.map(\.id) == ["histogram-1", "histogram-log-1"])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(charts[0].picture(PictureStyle())), as: UTF8.self) + "\n"
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/histogram.json")
    guard ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == nil else {
      return try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test("Charts draw what the analysis found, to the last digit that matters")
  func data() throws {
    let run = SampleRuns.throttling
    let report = try #require(run.steadiness)
    let chart = try #require(ChartSet([run].numbered(), palette: .page).all.first { $0.id == "time-1" })
    let tables = Dictionary(uniqueKeysWithValues: chart.data.map { ($0.name, $0.csv.split(separator: "\n")) })
    let envelope = try #require(tables["envelope"])
    #expect(envelope[0] == "start_s,end_s,count,min_ms,p50_ms,p99_ms,max_ms")
    #expect(envelope.count == report.envelope.count + 1)
    let first = envelope[1].split(separator: ",").compactMap { Double($0) }
    #expect(abs(first[4] - report.envelope[0].p50) < 1e-5)
    let counted = try #require(tables["density"]).dropFirst().reduce(0) { $0 + (Int($1.split(separator: ",")[4]) ?? 0) }
    #expect(counted == report.count, "no inference is lost between the cells")
    #expect(tables["temperature"]?.count == 1 + 400)
    let lines = try #require(tables["lines"])
    #expect(lines.count == 1 + 360, "two pieces of the time make one point")
    #expect(tables["steal"] == nil, "what never changes is told in the table alone")
    #expect(tables["shifts"]?[1].hasPrefix("p50 +34 %,the CPU clock fell from 1500 to 1100 MHz at 81 °C,6003") == true)
  }

  @Test("A density of too many cells becomes coarser, and loses none of its inferences")
  func coarser() {
    let grid = LatencyDensity(
      timeEdges: (0...251).map(Double.init), latencyEdges: (0...100).map { Double($0) + 1 },
      counts: Array(repeating: Array(repeating: 3, count: 100), count: 251))
    let coarse = grid.coarsened(to: 13_000)
    #expect(coarse.counts.count == 126)
    #expect(coarse.timeEdges.count == 127 && coarse.timeEdges.last == 251)
    #expect(coarse.counts.joined().reduce(0, +) == 251 * 100 * 3)
    #expect(coarse.counts[125][0] == 3 && coarse.counts[0][0] == 6)
  }

  @Test("Sensors that were read before the first inference do not move the axis of time")
  func early() throws {
    var run = SampleRuns.steady
    run.telemetry = TelemetrySeries(
      sensors: [Sensor(id: "t", name: "t", quantity: .temperature, source: "t")], seconds: [-5, 1, 2, 99_999],
      values: [[40, 41, 42, 43]])
    let chart = try #require(ChartSet([run].numbered(), palette: .page).all.first)
    #expect(chart.data.first { $0.name == "temperature" }?.csv == "sensor,time_s,temperature\nt,1,41\nt,2,42\n")
  }

  @Test("Latencies below a tenth of a millisecond are drawn in µs")
  func units() {
    #expect(LatencyUnit(fitting: [0.02, 0.0999]) == .microseconds)
    #expect(LatencyUnit(fitting: [0.02, 0.1]) == .milliseconds)
    #expect(LatencyUnit(fitting: []) == .milliseconds)
    #expect(LatencyUnit(fitting: [0.0421]).text(0.0421) == "42.10 µs")
    #expect(LatencyUnit(fitting: [0.0421]).text(24.149) == "24.15 ms")
  }

  @Test("Fields of tables are quoted where they must be, and numbers are short, exact and finite")
  func tables() {
    let table = ChartData(
      "t", texts: ["name"], numbers: ["x"],
      rows: [
        (["a,\"b\"\nc"], [1.0 / 3]), (["=d"], [-1]), (["d"], [nil]), (["e"], [.nan]), (["f"], [16_600_000]),
        (["g"], [1234.56789]),
        (["h"], [1e300]), (["i"], [-9.3e18]), (["j"], [.infinity]),
      ])
    #expect(
      table.csv
        == "name,x\n\"a,\"\"b\"\" c\",0.3333333\n'=d,-1\nd,\ne,\nf,16600000\ng,1234.568\nh,1e+300\ni,-9.3e+18\nj,\n")
    #expect([Double.nan, .infinity, -.infinity].map { Figures.short($0) } == ["–", "–", "–"])
  }

  @Test("Bins of a histogram are of equal width on the axis that they are drawn on", arguments: [1.05, 1.5, 8])
  func histogramAxis(range: Double) throws {
    let report = SampleRuns.report(seconds: 10, pieces: 10) { _, random in
      Double.random(in: 20...(20 * range), using: &random)
    }
    let summary = try #require(report.latency)
    let bins = try #require(HistogramBins(summary, report.density))
    let widths = bins.bins.map { bins.isLogarithmic ? $0.to / $0.from : $0.to - $0.from }
    let least = try #require(widths.min())
    let most = try #require(widths.max())
    #expect(most < 1.21 * least)
    #expect(bins.isLogarithmic == (range > 1.2))
  }

  @Test("Runs without records, equal latencies, one record: charts of what there is")
  func scarce() {
    var empty = ReportedRun(title: "empty", report: SampleRuns.cell())
    empty.steadiness = SteadinessReport(count: 0, seconds: 0)
    var equal = ReportedRun(title: "equal", report: SampleRuns.cell())
    equal.steadiness = SampleRuns.report(seconds: 1, pieces: 1) { _, _ in 2 }
    let set = ChartSet([empty, equal].numbered(), palette: .page)
    #expect(set.each[0].isEmpty)
    #expect(set.each[1].map(\.id) == ["time-2", "histogram-2", "histogram-log-2", "percentiles-2", "cumulative-2"])
    #expect(set.together.isEmpty)
    #expect(!set.all.contains { Chart.json($0.specification).contains("nan") })
  }

  @Test("A line has points up to a pause and from its end on, and none between")
  func gaps() throws {
    let chart = try #require(ChartSet([SampleRuns.paused].numbered(), palette: .page).all.first)
    let lines = try #require(chart.data.first { $0.name == "lines" }).csv.split(separator: "\n")
    let empty = lines.filter { $0.hasSuffix(",,") }
    #expect(empty == ["20,,"])
    #expect(lines.contains { $0.hasPrefix("20,5") } && lines.contains { $0.hasPrefix("40.2,") })
  }

  @Test("Pieces that are far apart throughout are no gaps: images are decoded between inferences")
  func spaced() {
    let pieces = (0..<100).map { index in
      EnvelopePiece(
        start: Double(index) * 0.01, end: Double(index) * 0.01 + 0.002, count: 1, minimum: 1, p50: 1, p99: 1, maximum: 1
      )
    }
    #expect(!EnvelopeGroups(pieces, atMost: 50).hasGaps)
    #expect(EnvelopeGroups(pieces, atMost: 50).groups.count == 50)
  }

  @Test("A picture has the size of labels, the width and the colours that were asked for, and nothing to zoom with")
  func pictures() throws {
    let style = PictureStyle(width: 340, fontSize: 9, theme: .paper)
    let pictures = ReportPage.pictures(SampleRuns.mixed, style: style)
    for (name, json) in pictures {
      #expect(json.contains(#""usermeta":{"width":340}"#) && json.contains(#""labelFontSize":9"#), "\(name)")
      #expect(!json.contains("var(--") && !json.contains("Drag here") && !json.contains(#""title":{"#), "\(name)")
    }
    let dark = ReportPage.pictures(SampleRuns.mixed, style: PictureStyle(theme: .dark))
    #expect(dark.allSatisfy { $0.json.contains(##""background":"#14171c""##) && $0.json.contains(#""title":{"#) })
  }

  @Test("Logarithmic axes say so")
  func logarithmic() throws {
    let charts = ChartSet(SampleRuns.mixed.numbered(), palette: .page).all
    var count = 0
    for chart in charts {
      let json = Chart.json(chart.specification)
      let scales = json.components(separatedBy: #""type":"log""#).count - 1
      guard scales > 0 else { continue }
      count += 1
      #expect(json.contains("(log scale)"), "\(chart.id)")
    }
    #expect(count > 5)
  }
}
