/// What the sides of a comparison differ in besides their latencies, and what else its reader must know. In JSON an object with a stable
/// `code`; the values that differ stand in the cells.
public enum ComparisonNote: Hashable, Sendable {
  case threadsDiffer
  case batchSizesDiffer
  case modelsDiffer
  case inputsDiffer
  case engineVersionsDiffer
  case machinesDiffer
  /// Of these cells, numbered from 1, only the latencies are known.
  case onlyLatenciesKnown(cells: [Int])
  /// The record log of a run has changed since the run was saved.
  case recordsAltered(run: Int64, path: String)
  /// The text of a note that an Assay before codes has stored.
  case recorded(String)

  /// The stable name of a kind of note in JSON.
  public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    case threadsDiffer = "threads_differ"
    case batchSizesDiffer = "batch_sizes_differ"
    case modelsDiffer = "models_differ"
    case inputsDiffer = "inputs_differ"
    case engineVersionsDiffer = "engine_versions_differ"
    case machinesDiffer = "machines_differ"
    case onlyLatenciesKnown = "only_latencies_known"
    case recordsAltered = "records_altered"
    case recorded
  }

  public var code: Code {
    switch self {
    case .threadsDiffer: .threadsDiffer
    case .batchSizesDiffer: .batchSizesDiffer
    case .modelsDiffer: .modelsDiffer
    case .inputsDiffer: .inputsDiffer
    case .engineVersionsDiffer: .engineVersionsDiffer
    case .machinesDiffer: .machinesDiffer
    case .onlyLatenciesKnown: .onlyLatenciesKnown
    case .recordsAltered: .recordsAltered
    case .recorded: .recorded
    }
  }
}

extension ComparisonNote: Codable {
  private enum Keys: String, CodingKey {
    case code, cells, run, text
    case path = "record_log"
  }

  /// Also reads a plain string, as older reports hold it, into `recorded`.
  public init(from decoder: any Decoder) throws {
    if let text = decoder.recordedText {
      self = .recorded(text)
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    self =
      switch try values.decode(Code.self, forKey: .code) {
      case .threadsDiffer: .threadsDiffer
      case .batchSizesDiffer: .batchSizesDiffer
      case .modelsDiffer: .modelsDiffer
      case .inputsDiffer: .inputsDiffer
      case .engineVersionsDiffer: .engineVersionsDiffer
      case .machinesDiffer: .machinesDiffer
      case .onlyLatenciesKnown: .onlyLatenciesKnown(cells: try values.decode([Int].self, forKey: .cells))
      case .recordsAltered:
        .recordsAltered(
          run: try values.decode(Int64.self, forKey: .run), path: try values.decode(String.self, forKey: .path))
      case .recorded: .recorded(try values.decode(String.self, forKey: .text))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(code, forKey: .code)
    switch self {
    case .threadsDiffer, .batchSizesDiffer, .modelsDiffer, .inputsDiffer, .engineVersionsDiffer, .machinesDiffer: break
    case .onlyLatenciesKnown(let cells): try values.encode(cells, forKey: .cells)
    case .recordsAltered(let run, let path):
      try values.encode(run, forKey: .run)
      try values.encode(path, forKey: .path)
    case .recorded(let text): try values.encode(text, forKey: .text)
    }
  }
}
