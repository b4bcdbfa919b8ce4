import AssayCore

extension Warning {
  /// In a few words, for the first screen: `busy: load 6.9 on 2 cores`.
  var words: String {
    switch self {
    case .latencyVariation(let coefficient): "noisy: varies by \(Figures.roundPercent(coefficient))"
    case .outliers(let extreme, _, let count):
      "\(Figures.roundPercent(Double(extreme) / Double(max(count, 1)))) outliers"
    case .slowStart(let change): "slow start: the first tenth takes \(Figures.roundPercent(change)) longer"
    case .drift(let change): "drifts: \(change > 0 ? "rose" : "fell") by \(Figures.roundPercent(change))"
    case .sortedOutput: "scores fall from first to last, as if sorted"
    case .testDataUnused: "test_data_set_0 beside the model does not fit it"
    case .indexOutOfRange(let input, _, let high, let last):
      "'\(input.printable)' goes to \(SingleRunText.number(high)), its table to \(last)"
    case .signatureChosen(let name, let all): "signature '\(name)' of \(all.count)"
    case .shapeAssumed(let input, let shape): "open sizes: '\(input.printable)' measured at \(shape)"
    case .sharedMachine: "another Assay measured here at the same time"
    case .workerStopped(_, let seconds, _): "the worker was stopped for \(Figures.time(seconds))"
    case .assayStopped(_, let seconds): "assay was stopped for \(Figures.time(seconds))"
    case .telemetryFailed: "sensors could not be recorded"
    case .governor(let governor): "clocks follow the load (governor \(governor.printable))"
    case .loadAverage(let average, let cores): "busy: load \(Figures.fixed(average, decimals: 1)) on \(cores) cores"
    case .onBattery: "on battery"
    case .swapUsed(let bytes): "swapping: \(Figures.bytes(bytes)) swapped out"
    case .lowMemory(let availableBytes): "memory is short: \(Figures.bytes(availableBytes)) left"
    case .virtualMachine: "virtual machine: expect noise"
    case .restrictedAffinity(let allowed, let cores): "may use \(allowed) of \(cores) CPUs"
    case .fallback, .brokenScores, .recorded: finding
    }
  }

  /// What changes the meaning of a number comes first, then what makes it noisy, then what is so on many machines.
  var rank: Int {
    switch self {
    case .brokenScores, .sortedOutput, .indexOutOfRange, .fallback, .sharedMachine, .workerStopped: 0
    case .testDataUnused, .shapeAssumed, .signatureChosen, .recorded: 1
    case .loadAverage, .latencyVariation, .drift, .slowStart, .lowMemory, .swapUsed: 2
    case .onBattery, .governor, .restrictedAffinity, .outliers, .telemetryFailed, .assayStopped: 3
    case .virtualMachine: 4
    }
  }

  /// How bad it is, among warnings of a kind; `nil` where each says something of its own.
  fileprivate var size: Double? {
    switch self {
    case .latencyVariation(let size), .slowStart(let size), .loadAverage(let size, _): size
    case .drift(let change): abs(change)
    case .outliers(let extreme, _, let count): Double(extreme) / Double(max(count, 1))
    case .brokenScores(let notANumber, let infinite, let constant, _):
      Double(notANumber) + Double(infinite) + Double(constant)
    case .workerStopped(_, let seconds, _), .assayStopped(_, let seconds): seconds
    default: nil
    }
  }

  /// Equal for warnings that one line can stand for.
  fileprivate var kind: Kind { size == nil ? .single(self) : .sized(code: code) }

  fileprivate enum Kind: Hashable {
    case single(Warning)
    case sized(code: Warning.Code)
  }
}

/// The warnings of a run at a glance.
struct WarningDigest {
  /// At most three, the most important first, each with the cells it is about unless it is about all.
  let lines: [String]
  /// Those that are left out.
  let hiddenCount: Int
  /// Whether medians alone can be trusted.
  let isNoisy: Bool

  static let limit = 3

  /// - Parameters:
  ///   - host: of the machine.
  ///   - cells: of each cell, with its name.
  init(host: [Warning], cells: [(name: String, warnings: [Warning])]) {
    var kinds: [(worst: Warning, cells: [Int])] = host.map { ($0, []) }
    var places: [Warning.Kind: Int] = [:]
    for (number, cell) in cells.enumerated() {
      for warning in cell.warnings {
        guard let place = places[warning.kind] else {
          places[warning.kind] = kinds.count
          kinds.append((warning, [number]))
          continue
        }
        if warning.size ?? 0 > kinds[place].worst.size ?? 0 { kinds[place].worst = warning }
        if kinds[place].cells.last != number { kinds[place].cells.append(number) }
      }
    }
    let sorted = kinds.enumerated().sorted { ($0.element.worst.rank, $0.offset) < ($1.element.worst.rank, $1.offset) }
    let all = sorted.map { _, kind in
      let isCommon = kind.cells.isEmpty || kind.cells.count == cells.count
      let names = kind.cells.count > 1 ? "\(kind.cells.count) cells" : kind.cells.first.map { cells[$0].name } ?? ""
      return kind.worst.words + (isCommon ? "" : " (\(names))")
    }
    lines = Array(all.prefix(Self.limit))
    hiddenCount = all.count - lines.count
    isNoisy = kinds.contains { if case .latencyVariation(let share) = $0.worst { share > 0.1 } else { false } }
  }

  /// The commands that show what the screen leaves out.
  func more(on runs: [Int64]) -> String {
    let hidden = hiddenCount > 0 ? " (\(hiddenCount) more warning\(hiddenCount == 1 ? "" : "s"))" : ""
    let report = runs.isEmpty ? "" : ", assay report \(runs.prefix(8).map(String.init).joined(separator: " "))"
    return "More: -v\(hidden)\(report)"
  }
}
