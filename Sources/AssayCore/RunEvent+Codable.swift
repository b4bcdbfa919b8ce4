extension TimedEvent: Codable {
  private enum CodingKeys: String, CodingKey { case seconds = "t_s" }

  public init(from decoder: any Decoder) throws {
    seconds = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .seconds)
    event = try RunEvent(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seconds, forKey: .seconds)
    try event.encode(to: encoder)
  }
}

extension RunEvent: Codable {
  /// The name of an event in JSON.
  public enum Name: String, Codable, Hashable, Sendable, CaseIterable {
    case plan
    case cellStarted = "cell_started"
    case ready, measuring, progress, round, sensors, findings, warning, ended, saved
  }

  private enum CodingKeys: String, CodingKey {
    case event, cell, findings, warning, report, run
  }

  public var name: Name {
    switch self {
    case .plan: .plan
    case .cellStarted: .cellStarted
    case .ready: .ready
    case .measuring: .measuring
    case .progress: .progress
    case .round: .round
    case .sensors: .sensors
    case .findings: .findings
    case .warning: .warning
    case .ended: .ended
    case .saved: .saved
    }
  }

  /// The number of the cell that the event is about, from 1; `nil` where it is about all.
  public var cell: Int? {
    switch self {
    case .plan, .round: nil
    case .cellStarted(let cell), .ready(let cell, _), .measuring(let cell, _), .progress(let cell, _),
      .sensors(let cell, _), .findings(let cell, _), .warning(let cell, _), .ended(let cell, _), .saved(let cell, _):
      cell
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.decode(Name.self, forKey: .event)
    switch name {
    case .plan:
      self = .plan(try EventPlan(from: decoder))
      return
    case .round:
      self = .round(try RoundProgress(from: decoder))
      return
    default: break
    }
    let cell = try values.decode(Int.self, forKey: .cell)
    switch name {
    case .ready: self = .ready(cell: cell, try ReadySession(from: decoder))
    case .measuring: self = .measuring(cell: cell, try WarmUpResult(from: decoder))
    case .progress: self = .progress(cell: cell, try CellProgress(from: decoder))
    case .sensors: self = .sensors(cell: cell, try SensorReadings(from: decoder))
    case .findings: self = .findings(cell: cell, try values.decode([Finding].self, forKey: .findings))
    case .warning: self = .warning(cell: cell, try values.decode(Warning.self, forKey: .warning))
    case .ended: self = .ended(cell: cell, try values.decode(CellReport.self, forKey: .report))
    case .saved: self = .saved(cell: cell, run: try values.decode(Int64.self, forKey: .run))
    case .cellStarted, .plan, .round: self = .cellStarted(cell: cell)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .event)
    try values.encodeIfPresent(cell, forKey: .cell)
    switch self {
    case .plan(let plan): try plan.encode(to: encoder)
    case .cellStarted: break
    case .ready(_, let session): try session.encode(to: encoder)
    case .measuring(_, let result): try result.encode(to: encoder)
    case .progress(_, let progress): try progress.encode(to: encoder)
    case .round(let progress): try progress.encode(to: encoder)
    case .sensors(_, let summary): try summary.encode(to: encoder)
    case .findings(_, let findings): try values.encode(findings, forKey: .findings)
    case .warning(_, let warning): try values.encode(warning, forKey: .warning)
    case .ended(_, let report): try values.encode(report, forKey: .report)
    case .saved(_, let run): try values.encode(run, forKey: .run)
    }
  }
}
