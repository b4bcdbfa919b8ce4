import AssayCore
import Testing

@testable import Report

@Suite("Every fact has its sentence")
struct SentenceTests {
  @Test("Warnings say what is wrong and what to do about it")
  func warnings() {
    let texts: [(Warning, String)] = [
      (
        .latencyVariation(coefficient: 0.0342),
        "Latencies vary by 3.4 % (standard deviation over mean). "
          + "Quote the median; close other programs, fix the clocks, or measure longer."
      ),
      (
        .outliers(extreme: 3, tukey: 12, count: 500),
        "3 of 500 inferences lie over 10 robust deviations from the median, 12 beyond Tukey's fences. "
          + "They count like all others; the median hardly moves for them."
      ),
      (
        .slowStart(change: 0.08),
        "The first tenth of the run is 8.0 % slower than the rest. Warm up longer, as with --warm-up 3."
      ),
      (
        .drift(change: -0.04),
        "Latencies fell by 4.0 % over the run. Something heats up or settles: let it, as with --warm-up 30, or measure longer."
      ),
      (
        .fallback(message: "Softmax runs on the CPU."),
        "Softmax runs on the CPU. The rest runs on the device you asked for: the latency is that of both."
      ),
      (
        .sortedOutput,
        "For every image the scores fall from the first to the last, as if they were sorted. "
          + "Scores must stand in the order of the classes: take the model's output before it is sorted."
      ),
      (
        .brokenScores(notANumber: 20, infinite: 0, constant: 5, images: 25),
        "The scores of 25 of 25 images are no ranking and count as wrong: 20 with NaN, 5 with equal ones alone. "
          + "Check the conversion of the model and the preprocessing; half precision may overflow."
      ),
      (
        .sharedMachine,
        "Another Assay measured on this machine at the same time. Let one end before the other begins."
      ),
      (
        .workerStopped(count: 1, seconds: 2.5, inferences: 1),
        "The worker was stopped once, for 2.5 s in all; 1 inference that this cut does not count. "
          + "A signal, a debugger, or a container or machine that was suspended did it: measure again if that was not meant."
      ),
      (
        .workerStopped(count: 3, seconds: 70, inferences: 2),
        "The worker was stopped 3 times, for 1 min 10 s in all; 2 inferences that this cut do not count. "
          + "A signal, a debugger, or a container or machine that was suspended did it: measure again if that was not meant."
      ),
      (
        .workerStopped(count: 1, seconds: 2, inferences: 0),
        "The worker was stopped once, for 2.0 s in all; no latency that counts is affected. "
          + "A signal, a debugger, or a container or machine that was suspended did it: measure again if that was not meant."
      ),
      (
        .assayStopped(count: 2, seconds: 12),
        "The assay that measured was stopped 2 times, for 12 s in all. "
          + "A signal, a debugger, or a container or machine that was suspended did it: measure again if that was not meant."
      ),
      (
        .telemetryFailed(message: "The disk is full.", advice: nil), "The disk is full. The latencies are not affected."
      ),
      (
        .telemetryFailed(message: "The disk is full.", advice: "Free some space."), "The disk is full. Free some space."
      ),
      (
        .testDataUnused(message: "It does not fit."),
        "The files in test_data_set_0 beside the model are not used: It does not fit. "
          + "Its inputs are random; give others with --input."
      ),
      (
        .signatureChosen("first", of: ["first", "second"]),
        "The model has the signatures first, second; this is 'first'. Choose another with --signature NAME."
      ),
      (
        .shapeAssumed(input: "ids", shape: [1, 512]),
        "The model leaves sizes of 'ids' open; it is measured at [1, 512]. Give yours, as with --shape ids=1,512."
      ),
      (
        .indexOutOfRange(input: "ids", low: 0, high: 99, last: 49),
        "The values of 'ids' lie in 0 to 99, but index rows 0 to 49. "
          + "An engine may read past the table without an error: give indices inside it."
      ),
      (
        .governor("ondemand"),
        "The CPU governor is 'ondemand': clocks follow the load. "
          + "Fix them: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
      ),
      (
        .loadAverage(3.5, cores: 4),
        "Load average 3.50 on 4 cores: other programs compete with the measurement. Stop them, or wait (`top` shows them)."
      ),
      (.onBattery, "The machine runs on battery and may lower its clocks. Plug in its power supply."),
      (
        .swapUsed(bytes: 300 << 20),
        "300.0 MiB of memory are swapped out. Close programs, then: sudo swapoff -a && sudo swapon -a"
      ),
      (
        .lowMemory(availableBytes: 100 << 20),
        "Only 100.0 MiB of memory are available. Close programs, or measure smaller models."
      ),
      (
        .virtualMachine(hypervisor: "kvm"),
        "This is a virtual machine (kvm): its hardware is shared, so expect noise. "
          + "Compare within one run, or measure on the bare machine."
      ),
      (
        .restrictedAffinity(allowed: 2, cores: 4),
        "This process may use 2 of 4 CPUs. To use all, start it without taskset or a CPU set."
      ),
      (.recorded("it varies: look"), "it varies: look"),
    ]
    for (warning, text) in texts { #expect(warning.text == text) }
    #expect(Set(texts.map(\.0.code)) == Set(Warning.Code.allCases))
  }

  private static func shift(_ statistic: LevelShift.Statistic = .median, _ cause: ShiftCause? = nil) -> LevelShift {
    var shift = LevelShift(
      at: 6000, atRange: [5990, 6010], statistic: statistic, from: 300, to: 402, change: 0.34,
      changeRange: [0.33, 0.35], pValue: 1e-9)
    shift.cause = cause
    return shift
  }

  @Test("Findings are whole sentences with their numbers")
  func findings() {
    let pi = LatencyShare(from: 1050, to: 1080, count: 93, share: 0.93)
    let jetson = LatencyShare(from: 0.5, to: 1.004, count: 95, share: 0.954)
    let rose = "The median rose by 34 %, from 300 to 402 ms, at 1 h 40 min"
    let hot = ShiftCause.clock(.init(sensor: "CPU clock", from: 1400, to: 1200, temperature: 80, isThermal: true))
    let weak = ShiftCause.clock(.init(sensor: "CPU clock", from: 1400, to: 1200, isUndervolted: true))
    let texts: [(Finding.Fact, String)] = [
      (
        .steady(.init(share: pi, isSearched: true)),
        "Steady: 93 % of inferences within 1065 ± 15 ms (1.4 %); no shift, no trend."
      ),
      (.steady(.init(share: pi, isSearched: false)), "Steady: 93 % of inferences within 1065 ± 15 ms (1.4 %)."),
      (
        .spread(.init(shares: [pi, jetson], slowestOverFastest: 6.18)),
        "Spread: 93 % of inferences within 1065 ± 15 ms (1.4 %), 95 % of inferences within 0.75 ± 0.25 ms (34 %); "
          + "the slowest took 6.2 times as long as the fastest."
      ),
      (
        .outliers(.init(maximum: 80.04, p99: 12.34, maximumOverMedian: 8)),
        "Some inferences take far longer: the slowest 80.0 ms, 8.0 times the median; 99 % stay below 12.3 ms."
      ),
      (.shift(Self.shift()), "\(rose)."),
      (
        .shift(Self.shift(.p999)),
        "The p99.9 latency rose by 34 %, from 300 to 402 ms, at 1 h 40 min; the median stayed."
      ),
      (
        .throttling(Self.shift(.median, hot)),
        "\(rose), when the CPU clock fell from 1400 to 1200 MHz at 80 °C: thermal throttling."
      ),
      (
        .shift(Self.shift(.median, weak)),
        "\(rose), when the CPU clock fell from 1400 to 1200 MHz and the supply voltage became too low "
          + "(under-voltage, not heat)."
      ),
      (
        .shift(Self.shift(.median, .undervoltage)),
        "\(rose), when the supply voltage became too low (under-voltage, not heat)."
      ),
      (
        .throttling(Self.shift(.median, .clockHeldDown(.init(temperature: 85, isThermal: true)))),
        "\(rose), when the machine began to hold its clock down at 85 °C: thermal throttling."
      ),
      (
        .shift(Self.shift(.median, .steal(from: 0.01, to: 0.3))),
        "\(rose), when the share of the processors that the hypervisor gave to others rose from 1.0 % to 30 %."
      ),
      (.shift(Self.shift(.median, .recorded("it got hot"))), "\(rose), when it got hot."),
      (
        .trend(
          .init(slope: LatencyTrend(millisecondsPerHour: -0.52, range: [-0.6, -0.44], pValue: 0), change: -0.021)),
        "Latency falls by 0.52 ms an hour (95 % interval 0.44 … 0.60), 2.1 % over the run."
      ),
      (
        .modes([.init(center: 23.7, share: 0.1185), .init(center: 26.4, share: 0.4), .init(center: 29.6, share: 0.48)]),
        "The device runs at 3 speeds and switches between them: 23.7 ms (12 %), 26.4 ms (40 %) and 29.6 ms (48 %)."
      ),
      (
        .stalls(.init(PeriodicStalls(periodSeconds: 10, count: 180, latency: 80, pValue: 0), latencyOverMedian: 4)),
        "Every 10 s an inference takes 80.0 ms, 4.0 times the median, 180 times in all."
      ),
      (
        .slowStart(SlowStart(endsAt: 60, from: 120, to: 100)),
        "The run began 20 % slower: 120 instead of 100 ms until 1 min."
      ),
      (.clockHeldDown(timeShare: 0.1), "The machine held its clock down for 10 % of the time."),
      (
        .undervoltage(timeShare: 0.167),
        "The supply voltage was too low for 17 % of the time: under-voltage, not heat."
      ),
      (
        .competingLoad(.init(load: 4.9, cores: 2, steal: 0.12)),
        "Other programs competed for the processors: on average 4.9 other threads ran or waited, on 2 cores; "
          + "the hypervisor gave 12 % of the time to other machines."
      ),
      (.recorded(sentence: "It was odd."), "It was odd."),
    ]
    for (fact, text) in texts { #expect(Finding(fact, strength: .weak).sentence == text) }
    #expect(Set(texts.map { Finding($0.0, strength: .weak).code }) == Set(Finding.Code.allCases))
    for (fact, _) in texts { #expect(Finding(fact, strength: .weak).headline.hasSuffix(".")) }
  }

  @Test("Problems of records say how many, and what became of them")
  func problems() {
    let texts: [(RecordProblem, String)] = [
      (.noInferences, "The log holds no inferences."),
      (.impossibleDurations(count: 1), "1 inference of over 30 days is left out as impossible."),
      (.impossibleDurations(count: 2), "2 inferences of over 30 days are left out as impossible."),
      (.backwardStarts(count: 1), "1 inference began before the one recorded earlier; time continues from that one."),
      (.longGaps(count: 3), "3 inferences began over 30 days after the one before; time continues without the gap."),
      (.truncated(expected: 2000, found: 500), "The log ends early: of 2000 records in its header, 500 are there."),
      (.altered, "The record log has changed since the run was saved."),
      (.telemetryUnreadable(message: "Cannot read it."), "Cannot read it."),
      (.damagedTelemetry(lines: 1), "1 line of the telemetry log makes no sense and is left out."),
      (.damagedTelemetry(lines: 4), "4 lines of the telemetry log make no sense and are left out."),
      (.recorded("It is torn."), "It is torn."),
    ]
    for (problem, text) in texts { #expect(problem.sentence == text) }
    #expect(Set(texts.map(\.0.code)) == Set(RecordProblem.Code.allCases))
  }

  @Test("Notes of a comparison name the values of the cells")
  func notes() {
    func cell(_ number: Int) -> ComparisonSide {
      var report = CellReport(
        CellSpec(
          model: ModelReference(path: "/m/\(number).onnx", sha256: String(repeating: "\(number)", count: 64)),
          target: Target(engine: "onnxruntime"),
          options: CellOptions(threads: number, batch: number == 1 ? nil : number, seed: 7),
          measure: .latency(RepetitionRule())))
      report.engine.version = "1.\(number)"
      report.inputs = [TensorSpec(name: "x", type: .float32, shape: [number, 3])]
      let host = HostDescription(
        cpu: "CPU \(number)", architecture: "x86_64", cores: 4, physicalCores: 4, allowedCores: 4,
        allowedPhysicalCores: 4, kernel: "6.\(number)")
      return ComparisonSide(name: "run\(number)", medianMilliseconds: 1, count: 9, host: host, report: report)
    }
    let report = ComparisonReport(
      host: HostDescription(
        architecture: "x86_64", cores: 4, physicalCores: 4, allowedCores: 4, allowedPhysicalCores: 4),
      cells: [cell(1), cell(2)], reference: 1, comparisons: [], interleaving: nil, notes: [])
    let texts: [(ComparisonNote, String)] = [
      (.threadsDiffer, "The threads differ: cell 1 has 1, cell 2 has 2."),
      (.batchSizesDiffer, "The batch sizes differ: cell 1 has the model's own, cell 2 has 2."),
      (
        .modelsDiffer,
        "The models differ: cell 1 has 1.onnx (sha256 111111111111), cell 2 has 2.onnx (sha256 222222222222)."
      ),
      (.inputsDiffer, "The inputs differ: cell 1 has float32 1×3 (seed 7), cell 2 has float32 2×3 (seed 7)."),
      (.engineVersionsDiffer, "The engine versions differ: cell 1 has 1.1, cell 2 has 1.2."),
      (.machinesDiffer, "The machines differ: cell 1 has CPU 1, 4 cores, 6.1, cell 2 has CPU 2, 4 cores, 6.2."),
      (
        .onlyLatenciesKnown(cells: [1, 2, 9]),
        "Only the latencies are known of run1, run2: check yourself that models, inputs and machines are the same."
      ),
      (.recordsAltered(run: 7, path: "/a"), "The record log of run 7 has changed since the run was saved: /a"),
      (.recorded("They differ."), "They differ."),
    ]
    for (note, text) in texts { #expect(note.sentence(in: report) == text) }
    #expect(Set(texts.map(\.0.code)) == Set(ComparisonNote.Code.allCases))
  }

  @Test("A live view shows the readings that are known")
  func readings() {
    #expect(
      SensorReadings(temperature: 61.6, clock: 1400, power: 5.26, isThrottled: true).text
        == "62 °C, 1.4 GHz, 5.3 W, throttled")
    #expect(SensorReadings(temperature: 50, isThrottled: false).text == "50 °C")
    #expect(SensorReadings().text == "")
  }

  @Test("A data set is described by its layout, its labels and the sample that was used")
  func datasets() {
    func text(_ labels: DatasetDescription.Labels) -> String { DatasetDescription(images: 9, labels: labels).text }
    #expect(
      text(.folders(.init(classes: 5, emptyClasses: 2, naming: .index)))
        == "9 images in 5 class folders named by index, 2 of them empty")
    #expect(
      text(.folders(.init(classes: 5, emptyClasses: 0, naming: .rank)))
        == "9 images in 5 class folders labelled by the rank of their names")
    #expect(
      text(.folders(.init(classes: 5, emptyClasses: 0, naming: .name, list: "labels.txt")))
        == "9 images in 5 class folders named as in labels.txt")
    #expect(text(.file(.init(name: "val.txt", format: .names))) == "9 images labelled by name in val.txt")
    #expect(
      text(.file(.init(name: "val.txt", format: .order)))
        == "9 images labelled in the sorted order of their names by val.txt")
    #expect(
      text(.file(.init(name: "v.csv", format: .columns, imageColumn: "file", labelColumn: "class")))
        == "9 images labelled by the columns file and class of v.csv")
    let sampled = DatasetDescription(
      images: 9, labels: .file(.init(name: "val.txt", format: .names)), backgroundList: "labels.txt",
      sample: .init(count: 3, seed: 1))
    #expect(
      sampled.text
        == "9 images labelled by name in val.txt; the background class that labels.txt begins with is not counted; "
        + "used: 3 of 9 images, stratified by class, seed 1")
    #expect(DatasetDescription(images: nil, labels: .recorded("500 images")).text == "500 images")
  }

  @Test("A table of cells has each advice once, behind all cells that it is for")
  func advice() {
    var (one, two) = (SampleRuns.cell("a.onnx"), SampleRuns.cell("b.onnx"))
    one.warnings = [.latencyVariation(coefficient: 0.1), .recorded("old")]
    two.warnings = [.latencyVariation(coefficient: 0.2)]
    let text = RunTables(RunReport(host: SampleRuns.host, cells: [one, two])).terminal()
    #expect(
      text.contains(
        """
          • a.onnx on litert: Latencies vary by 10.0 % (standard deviation over mean).
            b.onnx on litert: Latencies vary by 20.0 % (standard deviation over mean).
            → Quote the median; close other programs, fix the clocks, or measure longer.
          • a.onnx on litert: old
        """), "\(text)")
  }
}
