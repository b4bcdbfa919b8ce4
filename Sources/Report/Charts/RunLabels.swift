import AssayCore

/// What runs are called beside one another: by what they differ in, as in `litert` and `openvino`, and no more.
struct RunLabels {
  /// In the order of the runs; no two are equal.
  let labels: [String]

  init(_ runs: [ReportedRun]) {
    let names = ModelNames(runs.map(\.report.model))
    let models = Self.shortened(runs.map { names[$0.report.model] })
    var parts: [[String]] = runs.map { _ in [] }
    func add(_ facts: [String]) {
      for index in runs.indices where !facts[index].isEmpty { parts[index].append(facts[index]) }
    }
    func differ(_ facts: [String]) -> Bool { Set(facts).count > 1 }
    let titles = zip(runs, models).map { $0.isForeign ? $0.title.printable : $1 }
    for facts in [titles, runs.map(\.target)] where differ(facts) { add(facts) }
    let others: [[String]] = [
      runs.map { $0.report.engine.version.map(Self.version) ?? "" },
      runs.map { $0.isForeign ? "" : $0.report.options.parallelText(of: $0.report.spec.measure) },
      runs.map { $0.report.options.batch.map { "batch \($0)" } ?? "" },
      runs.map { $0.host?.shortName.printable ?? "" },
      runs.map { $0.report.runID.map { "run \($0)" } ?? "" },
    ]
    for facts in others where differ(facts) && Set(parts).count < runs.count { add(facts) }
    if parts.contains(where: \.isEmpty) { add(titles) }
    var seen: [String: Int] = [:]
    labels = parts.map { parts in
      let label = parts.joined(separator: " · ")
      seen[label, default: 0] += 1
      return seen[label].flatMap { $0 > 1 ? "\(label) (\($0))" : nil } ?? label
    }
  }

  /// A version without the number of its build.
  static func version(_ version: String) -> String { String(version.prefix { $0 != "-" && $0 != "+" }).printable }

  /// Names without the words that all begin and end with: of `mobilenet_v1_quant.tflite` and `mobilenet_v2_quant.tflite`, `v1` and `v2`.
  /// Numbers keep the word before them.
  static func shortened(_ names: [String]) -> [String] {
    let distinct = Set(names)
    guard distinct.count > 1 else { return names }
    let ends = commonWordEnds(distinct.map(Array.init), separators: "_- /")
    let prefix =
      ends.last { end in distinct.allSatisfy { $0.dropFirst(end).first?.isNumber == false } } ?? 0
    let rest = distinct.map { Array($0.dropFirst(prefix)) }
    let suffix = commonWordEnds(rest.map { $0.reversed() }, separators: "_- .").last ?? 0
    return names.map { String($0.dropFirst(prefix).dropLast(suffix)) }
  }

  /// Where words end among the characters that all begin with, so that something of each is left.
  private static func commonWordEnds(_ names: [[Character]], separators: String) -> [Int] {
    guard let first = names.first else { return [] }
    let limit = (names.map(\.count).min() ?? 0) - 1
    var ends: [Int] = []
    for index in 0..<max(limit, 0) {
      guard names.allSatisfy({ $0[index] == first[index] }) else { break }
      // A point behind a digit is part of a number.
      let isInNumber = first[index] == "." && (index == 0 || first[index - 1].isNumber)
      if separators.contains(first[index]) && !isInNumber { ends.append(index + 1) }
    }
    return ends
  }
}
