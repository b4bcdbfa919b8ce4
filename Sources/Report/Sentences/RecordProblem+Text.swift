public import AssayCore

extension RecordProblem {
  /// A whole sentence.
  public var sentence: String {
    switch self {
    case .noInferences: "The log holds no inferences."
    case .impossibleDurations(let count):
      "\(Figures.inferences(count)) of over 30 days \(count == 1 ? "is" : "are") left out as impossible."
    case .backwardStarts(let count):
      "\(Figures.inferences(count)) began before the one recorded earlier; time continues from that one."
    case .longGaps(let count):
      "\(Figures.inferences(count)) began over 30 days after the one before; time continues without the gap."
    case .truncated(let expected, let found):
      "The log ends early: of \(expected) records in its header, \(found) are there."
    case .altered: "The record log has changed since the run was saved."
    case .telemetryUnreadable(let message): message
    case .damagedTelemetry(let lines):
      "\(lines == 1 ? "1 line of the telemetry log makes" : "\(lines) lines of the telemetry log make") no sense and "
        + "\(lines == 1 ? "is" : "are") left out."
    case .recorded(let text): text
    }
  }
}
