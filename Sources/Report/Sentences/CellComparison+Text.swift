import AssayCore

extension CellComparison {
  /// `openvino is 1.41 × slower than litert (99 %: 1.35 – 1.48, 32 rounds)`
  func sentence(cell: String, reference: String, of report: ComparisonReport) -> String {
    let isSlower = ratio >= 1
    let times = "\(Figures.significant(isSlower ? ratio : 1 / ratio)) ×"
    return switch verdict {
    case .faster, .slower:
      "\(cell) is \(times) \(isSlower ? "slower" : "faster") than \(reference)\(evidence(isSlower, report))"
    case .sameWithinNoise: "\(cell) is as fast as \(reference) within the noise\(evidence(true, report))"
    case .notEnoughData:
      "\(cell) and \(reference) cannot be told apart\(evidence(true, report)); \(ComparisonTables(report).advice)"
    }
  }

  /// `openvino gives 1.43 × the throughput of litert (99 %: 1.38 – 1.47)`; `nil` without streams.
  func throughputSentence(cell: String, reference: String) -> String? {
    throughput.map { found in
      let interval = found.wideInterval.map { wide in
        " (99 %: \(wide.map { Figures.significant($0) }.joined(separator: " – ")))"
      }
      let caution =
        switch found.verdict {
        case .faster, .slower: ""
        case .sameWithinNoise: ", the same within the noise"
        case .notEnoughData: ", which may be noise"
        }
      return
        "\(cell) gives \(Figures.significant(found.ratio)) × the throughput of \(reference)\(interval ?? "")\(caution)"
    }
  }

  /// The interval that the verdict rests on, as a ratio in the direction of the sentence, and the rounds.
  private func evidence(_ isSlower: Bool, _ report: ComparisonReport) -> String {
    let interval = wideInterval.map { wide in
      let ends = isSlower ? wide : wide.reversed().map { 1 / $0 }
      return "99 %: \(ends.map { Figures.significant($0) }.joined(separator: " – "))"
    }
    let rounds = report.interleaving.map { "\($0.rounds) rounds" }
    let facts = [interval, rounds].compactMap(\.self)
    return facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
  }

  /// `+41 %`, `−0.6 %`: what the ratio changes.
  var change: String {
    let size = Figures.roundPercent(ratio - 1)
    return "\(ratio < 1 ? "−" : "+")\(size)"
  }

  /// `1.35 – 1.48`, of the interval that the verdict rests on.
  var wideRange: String? {
    wideInterval.map { $0.map { Figures.significant($0) }.joined(separator: " – ") }
  }
}
