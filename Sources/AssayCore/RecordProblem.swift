/// What is wrong with the records of a run, or with what was recorded beside them. In JSON an object with a stable `code`.
public enum RecordProblem: Hashable, Sendable {
  case noInferences
  /// Durations of over 30 days, which are left out.
  case impossibleDurations(count: Int)
  /// Inferences that began before the one recorded earlier.
  case backwardStarts(count: Int)
  /// Inferences that began over 30 days after the one before.
  case longGaps(count: Int)
  /// The log has fewer records than its header says.
  case truncated(expected: Int, found: Int)
  /// The log has changed since the run was saved.
  case altered
  /// The telemetry log cannot be read, and why.
  case telemetryUnreadable(message: String)
  /// Lines of the telemetry log that make no sense and are left out.
  case damagedTelemetry(lines: Int)
  /// The text of a problem that an Assay before codes has stored.
  case recorded(String)

  /// The stable name of a kind of problem in JSON.
  public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    case noInferences = "no_inferences"
    case impossibleDurations = "impossible_durations"
    case backwardStarts = "backward_starts"
    case longGaps = "long_gaps"
    case truncated, altered
    case telemetryUnreadable = "telemetry_unreadable"
    case damagedTelemetry = "damaged_telemetry"
    case recorded
  }

  public var code: Code {
    switch self {
    case .noInferences: .noInferences
    case .impossibleDurations: .impossibleDurations
    case .backwardStarts: .backwardStarts
    case .longGaps: .longGaps
    case .truncated: .truncated
    case .altered: .altered
    case .telemetryUnreadable: .telemetryUnreadable
    case .damagedTelemetry: .damagedTelemetry
    case .recorded: .recorded
    }
  }
}

extension RecordProblem: Codable {
  private enum Keys: String, CodingKey {
    case code, count, expected, found, message, lines, text
  }

  /// Also reads a plain string, as older stores hold it, into `recorded`.
  public init(from decoder: any Decoder) throws {
    if let text = decoder.recordedText {
      self = .recorded(text)
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    self =
      switch try values.decode(Code.self, forKey: .code) {
      case .noInferences: .noInferences
      case .impossibleDurations: .impossibleDurations(count: try values.decode(Int.self, forKey: .count))
      case .backwardStarts: .backwardStarts(count: try values.decode(Int.self, forKey: .count))
      case .longGaps: .longGaps(count: try values.decode(Int.self, forKey: .count))
      case .truncated:
        .truncated(
          expected: try values.decode(Int.self, forKey: .expected), found: try values.decode(Int.self, forKey: .found))
      case .altered: .altered
      case .telemetryUnreadable: .telemetryUnreadable(message: try values.decode(String.self, forKey: .message))
      case .damagedTelemetry: .damagedTelemetry(lines: try values.decode(Int.self, forKey: .lines))
      case .recorded: .recorded(try values.decode(String.self, forKey: .text))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(code, forKey: .code)
    switch self {
    case .noInferences, .altered: break
    case .impossibleDurations(let count), .backwardStarts(let count), .longGaps(let count):
      try values.encode(count, forKey: .count)
    case .truncated(let expected, let found):
      try values.encode(expected, forKey: .expected)
      try values.encode(found, forKey: .found)
    case .telemetryUnreadable(let message): try values.encode(message, forKey: .message)
    case .damagedTelemetry(let lines): try values.encode(lines, forKey: .lines)
    case .recorded(let text): try values.encode(text, forKey: .text)
    }
  }
}
