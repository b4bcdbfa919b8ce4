public import AssayCore

extension Warning {
  /// What is wrong and what to do about it.
  public var text: String { advice.map { "\(finding) \($0)" } ?? finding }

  /// What is wrong.
  public var finding: String {
    switch self {
    case .latencyVariation(let coefficient):
      "Latencies vary by \(Figures.percent(coefficient)) (standard deviation over mean)."
    case .outliers(let extreme, let tukey, let count):
      "\(extreme) of \(count) inferences lie over 10 robust deviations from the median, \(tukey) beyond Tukey's fences."
    case .slowStart(let change): "The first tenth of the run is \(Figures.percent(change)) slower than the rest."
    case .drift(let change):
      "Latencies \(change > 0 ? "rose" : "fell") by \(Figures.percent(abs(change))) over the run."
    case .fallback(let message): message
    case .sortedOutput: "For every image the scores fall from the first to the last, as if they were sorted."
    case .testDataUnused(let message): "The files in test_data_set_0 beside the model are not used: \(message)"
    case .indexOutOfRange(let input, let low, let high, let last):
      "The values of '\(input.printable)' lie in \(SingleRunText.number(low)) to \(SingleRunText.number(high)), but index rows 0 to \(last)."
    case .signatureChosen(let name, let all):
      "The model has the signatures \(all.joined(separator: ", ")); this is '\(name)'."
    case .shapeAssumed(let input, let shape):
      "The model leaves sizes of '\(input.printable)' open; it is measured at \(shape)."
    case .brokenScores(let notANumber, let infinite, let constant, let images):
      Self.brokenScores(notANumber: notANumber, infinite: infinite, constant: constant, images: images)
    case .sharedMachine: "Another Assay measured on this machine at the same time."
    case .workerStopped(let count, let seconds, let inferences):
      "The worker was stopped \(Self.times(count)), for \(Figures.time(seconds)) in all; "
        + (inferences == 0
          ? "no latency that counts is affected."
          : "\(Figures.inferences(inferences)) that this cut \(inferences == 1 ? "does" : "do") not count.")
    case .assayStopped(let count, let seconds):
      "The assay that measured was stopped \(Self.times(count)), for \(Figures.time(seconds)) in all."
    case .telemetryFailed(let message, _): message
    case .governor(let governor): "The CPU governor is '\(governor)': clocks follow the load."
    case .loadAverage(let average, let cores):
      "Load average \(Figures.fixed(average, decimals: 2)) on \(cores) cores: other programs compete with the measurement."
    case .onBattery: "The machine runs on battery and may lower its clocks."
    case .swapUsed(let bytes): "\(Figures.bytes(bytes)) of memory are swapped out."
    case .lowMemory(let availableBytes): "Only \(Figures.bytes(availableBytes)) of memory are available."
    case .virtualMachine(let hypervisor):
      "This is a virtual machine\(hypervisor.map { " (\($0))" } ?? ""): its hardware is shared, so expect noise."
    case .restrictedAffinity(let allowed, let cores): "This process may use \(allowed) of \(cores) CPUs."
    case .recorded(let text): text
    }
  }

  /// What to do about it; the same words for every warning of a kind.
  public var advice: String? {
    switch self {
    case .latencyVariation: "Quote the median; close other programs, fix the clocks, or measure longer."
    case .outliers: "They count like all others; the median hardly moves for them."
    case .slowStart: "Warm up longer, as with --warm-up 3."
    case .drift: "Something heats up or settles: let it, as with --warm-up 30, or measure longer."
    case .fallback: "The rest runs on the device you asked for: the latency is that of both."
    case .sortedOutput: "Scores must stand in the order of the classes: take the model's output before it is sorted."
    case .testDataUnused: "Its inputs are random; give others with --input."
    case .indexOutOfRange: "An engine may read past the table without an error: give indices inside it."
    case .signatureChosen: "Choose another with --signature NAME."
    case .shapeAssumed(let input, let shape):
      "Give yours, as with --shape \(input.printable)=\(shape.map(String.init).joined(separator: ","))."
    case .brokenScores: "Check the conversion of the model and the preprocessing; half precision may overflow."
    case .sharedMachine: "Let one end before the other begins."
    case .workerStopped, .assayStopped:
      "A signal, a debugger, or a container or machine that was suspended did it: measure again if that was not meant."
    case .telemetryFailed(_, let advice): advice ?? "The latencies are not affected."
    case .governor:
      "Fix them: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
    case .loadAverage: "Stop them, or wait (`top` shows them)."
    case .onBattery: "Plug in its power supply."
    case .swapUsed: "Close programs, then: sudo swapoff -a && sudo swapon -a"
    case .lowMemory: "Close programs, or measure smaller models."
    case .virtualMachine: "Compare within one run, or measure on the bare machine."
    case .restrictedAffinity: "To use all, start it without taskset or a CPU set."
    case .recorded: nil
    }
  }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  private static func brokenScores(notANumber: Int, infinite: Int, constant: Int, images: Int) -> String {
    let kinds = [("with NaN", notANumber), ("with infinite ones", infinite), ("with equal ones alone", constant)]
    let parts = kinds.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    // A damaged store can hold numbers whose sum does not fit.
    let broken = notANumber &+ infinite &+ constant
    return "The scores of \(broken) of \(images) images are no ranking and count as wrong: "
      + parts.joined(separator: ", ") + "."
  }
}
