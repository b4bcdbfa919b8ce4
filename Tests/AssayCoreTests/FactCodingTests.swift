import AssayCore
import Foundation
import Testing

@Suite("Facts are JSON objects with a code and numbers, and are read again")
struct FactCodingTests {
  private static let warnings: [Warning] = [
    .latencyVariation(coefficient: 0.034), .outliers(extreme: 3, tukey: 12, count: 500), .slowStart(change: 0.08),
    .drift(change: -0.04), .fallback(message: "Softmax runs on the CPU."), .sortedOutput,
    .brokenScores(notANumber: 1, infinite: 2, constant: 3, images: 9), .sharedMachine,
    .workerStopped(count: 2, seconds: 3.5, inferences: 1), .assayStopped(count: 1, seconds: 2),
    .telemetryFailed(message: "The disk is full.", advice: "Free some space."),
    .telemetryFailed(message: "The disk is full.", advice: nil), .testDataUnused(message: "It does not fit."),
    .signatureChosen("first", of: ["first", "second"]), .shapeAssumed(input: "ids", shape: [1, 512]),
    .indexOutOfRange(input: "ids", low: 0, high: 99, last: 49),
    .governor("ondemand"), .loadAverage(3.5, cores: 4),
    .onBattery, .swapUsed(bytes: 1 << 30), .lowMemory(availableBytes: 100 << 20), .virtualMachine(hypervisor: "kvm"),
    .virtualMachine(hypervisor: nil), .restrictedAffinity(allowed: 2, cores: 4), .recorded("It was odd: look."),
  ]
  private static let problems: [RecordProblem] = [
    .noInferences, .impossibleDurations(count: 2), .backwardStarts(count: 1), .longGaps(count: 3),
    .truncated(expected: 2000, found: 500), .altered, .telemetryUnreadable(message: "No such file."),
    .damagedTelemetry(lines: 4), .recorded("It is torn."),
  ]
  private static let causes: [ShiftCause?] = [
    nil, .clock(.init(sensor: "CPU clock", from: 1400, to: 1200, temperature: 80, isThermal: true)), .undervoltage,
    .clockHeldDown(.init(temperature: 81, isThermal: false)), .steal(from: 0.01, to: 0.3), .recorded("it got hot"),
  ]
  private static let shifts = causes.map { cause in
    var shift = LevelShift(
      at: 60, atRange: [59, 61], statistic: .p999, from: 10, to: 12, change: 0.2, changeRange: [0.1, 0.3],
      pValue: 1e-9)
    shift.cause = cause
    return shift
  }
  private static let share = LatencyShare(from: 9, to: 11, count: 95, share: 0.95)
  private static let findings: [Finding] =
    shifts.map { Finding(.shift($0), strength: .strong) } + [
      Finding(.throttling(shifts[1]), strength: .strong),
      Finding(.steady(.init(share: share, isSearched: true)), strength: .strong),
      Finding(.spread(.init(shares: [share, share], slowestOverFastest: 3)), strength: .weak),
      Finding(.outliers(.init(maximum: 80, p99: 12, maximumOverMedian: 8)), strength: .moderate),
      Finding(
        .trend(.init(slope: LatencyTrend(millisecondsPerHour: 0.5, range: [0.4, 0.6], pValue: 1e-6), change: 0.02)),
        strength: .weak),
      Finding(.modes([.init(center: 10, share: 0.4), .init(center: 20, share: 0.6)]), strength: .strong),
      Finding(
        .stalls(.init(PeriodicStalls(periodSeconds: 10, count: 180, latency: 80, pValue: 1e-9), latencyOverMedian: 4)),
        strength: .strong),
      Finding(.slowStart(SlowStart(endsAt: 60, from: 12, to: 10)), strength: .moderate),
      Finding(.clockHeldDown(timeShare: 0.1), strength: .moderate),
      Finding(.undervoltage(timeShare: 0.2), strength: .moderate),
      Finding(.competingLoad(.init(load: 4.9, cores: 2, steal: 0.1)), strength: .strong),
      Finding(.recorded(sentence: "It was odd."), strength: .weak),
    ]
  private static let notes: [ComparisonNote] = [
    .threadsDiffer, .batchSizesDiffer, .modelsDiffer, .inputsDiffer, .engineVersionsDiffer, .machinesDiffer,
    .onlyLatenciesKnown(cells: [1, 3]), .recordsAltered(run: 7, path: "/a.records"), .recorded("They differ."),
  ]

  private static let datasets: [DatasetDescription] = [
    DatasetDescription(
      images: 500, labels: .folders(.init(classes: 5, emptyClasses: 1, naming: .name, list: "labels.txt")),
      backgroundList: "labels.txt", sample: .init(count: 100, seed: 1)),
    DatasetDescription(
      images: 3,
      labels: .file(.init(name: "val.csv", format: .columns, imageColumn: "file", labelColumn: "class"))),
    DatasetDescription(images: nil, labels: .recorded("500 images")),
  ]

  @Test("Every fact is read as it was written")
  func roundTrip() throws {
    func check<Fact: Codable & Hashable>(_ facts: [Fact]) throws {
      for fact in facts {
        let data = try JSONEncoder().encode(fact)
        #expect(try JSONDecoder().decode(Fact.self, from: data) == fact, "\(String(decoding: data, as: UTF8.self))")
      }
    }
    try check(Self.warnings)
    try check(Self.problems)
    try check(Self.findings)
    try check(Self.notes)
    try check(Self.datasets)
    // None is missing above.
    #expect(Set(Self.warnings.map(\.code)) == Set(Warning.Code.allCases))
    #expect(Set(Self.problems.map(\.code)) == Set(RecordProblem.Code.allCases))
    #expect(Set(Self.findings.map(\.code)) == Set(Finding.Code.allCases))
    #expect(Set(Self.notes.map(\.code)) == Set(ComparisonNote.Code.allCases))
  }

  @Test("JSON has codes and units in snake_case")
  func shape() throws {
    func json(_ fact: some Encodable) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(fact), as: UTF8.self)
    }
    #expect(try json(Warning.latencyVariation(coefficient: 0.5)) == #"{"code":"latency_variation","coefficient":0.5}"#)
    #expect(
      try json(Warning.loadAverage(3.5, cores: 4)) == #"{"code":"load_average","cores":4,"load_average":3.5}"#)
    #expect(
      try json(RecordProblem.truncated(expected: 9, found: 3)) == #"{"code":"truncated","expected":9,"found":3}"#)
    #expect(
      try json(Finding(.slowStart(SlowStart(endsAt: 60, from: 12, to: 10)), strength: .weak))
        == #"{"code":"slow_start","ends_at_s":60,"from_ms":12,"strength":"weak","to_ms":10}"#)
    #expect(
      try json(ShiftCause.clock(.init(sensor: "CPU clock", from: 1400, to: 1200, isThermal: true)))
        == #"{"code":"clock","from_mhz":1400,"sensor":"CPU clock","thermal":true,"to_mhz":1200,"undervoltage":false}"#)
    #expect(try json(ComparisonNote.onlyLatenciesKnown(cells: [2])) == #"{"cells":[2],"code":"only_latencies_known"}"#)
  }

  private func read<Fact: Decodable>(_ json: String, as type: Fact.Type) throws -> Fact {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  @Test("The sentences of older stores are kept as they are")
  func former() throws {
    #expect(try read(#""it varies: look""#, as: Warning.self) == .recorded("it varies: look"))
    #expect(try read(#""The log ends early.""#, as: RecordProblem.self) == .recorded("The log ends early."))
    #expect(try read(#""The threads differ.""#, as: ComparisonNote.self) == .recorded("The threads differ."))
    #expect(try read(#""it got hot""#, as: ShiftCause.self) == .recorded("it got hot"))
    #expect(try read(#""500 images""#, as: DatasetDescription.self) == Self.datasets[2])
    let finding = try read(
      #"{"kind":"shift","sentence":"The median rose.","strength":"strong","numbers":{"at_s":60}}"#, as: Finding.self)
    #expect(finding == Finding(.recorded(sentence: "The median rose."), strength: .strong))
    let report = try read(
      """
      {"count":1,"seconds":2,"findings":[],"envelope":[],"shares":[],"densest":[],"quantiles":[],"modes":[],
       "shifts":[{"at_s":1,"at_ci95_s":[0,2],"statistic":"p50","from_ms":1,"to_ms":2,"change":1,"change_ci95":[0,2],
                  "p_value":0,"cause":"it got hot"}],
       "warm_up":{"ends_at_s":1,"from_ms":3,"to_ms":2},"problems":["It is torn."]}
      """, as: SteadinessReport.self)
    #expect(report.seconds == 2 && report.slowStart == SlowStart(endsAt: 1, from: 3, to: 2))
    #expect(report.shifts.first?.cause == .recorded("it got hot") && report.problems == [.recorded("It is torn.")])
  }

  @Test("Latencies and turns of schema 1, without units in their names, are read; the new names are written")
  func formerNames() throws {
    let histogram = #""histogram":{"from_ms":1,"to_ms":2,"counts":[1]}"#
    let latency = try read(
      """
      {"count":9,"mean":2,"stddev":0.5,"min":1,"max":4,"p50":2,"p90":3,"p95":3.1,"p99":3.2,"p99_9":3.3,
       "median_ci95":[1.5,2.5],"too_few_for":{},\(histogram)}
      """, as: LatencySummary.self)
    #expect(latency.p999 == 3.3 && latency.medianInterval == [1.5, 2.5] && latency.standardDeviation == 0.5)
    let written = String(decoding: try JSONEncoder().encode(latency), as: UTF8.self)
    #expect(written.contains(#""p99_9_ms":3.3"#) && !written.contains(#""p50":"#))
    #expect(try read(written, as: LatencySummary.self) == latency)
    let turns = try read(
      #"{"ending":"precise","rounds":3,"seconds":2,"precision":0.01}"#, as: Interleaving.self)
    #expect(turns.seconds == 2)
    #expect(throws: DecodingError.self) {
      try read("{\"count\":9,\"mean\":2,\"too_few_for\":{},\(histogram)}", as: LatencySummary.self)
    }
  }
}
