/// What the inputs of a model get instead of values that Assay chooses.
///
/// It is part of a cell's identity, where the content of a file counts and its path does not. The empty name stands for the only input, for
/// all members of an `.npz` file, and, of a range, for all inputs.
///
/// JSON: `{"values": {"ids": [{"file": "ids.npy", "sha256": "…"}], "sr": [{"numbers": "16000"}]}, "ranges": {"": [0, 49]}}`; strings
/// stand in `{"texts": ["…"]}`.
public struct GivenInputs: Codable, Hashable, Sendable {
  /// By input name; several take turns.
  public var values: [String: [InputValue]]
  /// By input name.
  public var ranges: [String: InputRange]
  /// Files in the order of the inputs, found beside the model; `values` is empty then.
  public var testData: [InputFile]
  /// What is done to image files; `nil` for the default of every command.
  public var preprocessing: PreprocessingChoice?

  public init(values: [String: [InputValue]] = [:], ranges: [String: InputRange] = [:]) {
    self.values = values
    self.ranges = ranges
    testData = []
  }

  enum CodingKeys: String, CodingKey {
    case values, ranges, preprocessing
    case testData = "test_data"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    values = try container.decodeIfPresent([String: [InputValue]].self, forKey: .values) ?? [:]
    ranges = try container.decodeIfPresent([String: InputRange].self, forKey: .ranges) ?? [:]
    testData = try container.decodeIfPresent([InputFile].self, forKey: .testData) ?? []
    preprocessing = try container.decodeIfPresent(PreprocessingChoice.self, forKey: .preprocessing)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !values.isEmpty { try container.encode(values, forKey: .values) }
    if !ranges.isEmpty { try container.encode(ranges, forKey: .ranges) }
    if !testData.isEmpty { try container.encode(testData, forKey: .testData) }
    try container.encodeIfPresent(preprocessing, forKey: .preprocessing)
  }
}

extension GivenInputs {
  public var isEmpty: Bool { values.isEmpty && ranges.isEmpty && testData.isEmpty }

  /// All files, each once.
  public var files: [InputFile] {
    var seen: Set<InputFile> = []
    let all = values.keys.sorted().flatMap { values[$0] ?? [] }.compactMap(\.file) + testData
    return all.filter { seen.insert($0).inserted }
  }

  /// Passes every file through `change`.
  public mutating func changeFiles<Failure: Error>(
    _ change: (InputFile) throws(Failure) -> InputFile
  ) throws(Failure) {
    for name in values.keys.sorted() {
      var list: [InputValue] = []
      for value in values[name] ?? [] {
        if let file = value.file { list.append(.file(try change(file))) } else { list.append(value) }
      }
      values[name] = list
    }
    var files: [InputFile] = []
    for file in testData { files.append(try change(file)) }
    testData = files
  }

  /// What is the same wherever the files lie.
  public var withoutPaths: GivenInputs {
    var copy = self
    copy.changeFiles { InputFile(path: "", sha256: $0.sha256) }
    return copy
  }
}

/// One value of an input.
public enum InputValue: Hashable, Sendable {
  case file(InputFile)
  /// Numbers as they were written, separated by commas; a single one is the value of every element.
  case numbers(String)
  /// Strings; a single one is the value of every element.
  case texts([String])

  public var file: InputFile? { if case .file(let file) = self { file } else { nil } }

  /// As a command line has it.
  public var text: String {
    switch self {
    case .file(let file): file.path
    case .numbers(let text): text
    case .texts(let texts): texts.map { "\"\($0)\"" }.joined(separator: ",")
    }
  }
}

extension InputValue: Codable {
  private enum CodingKeys: String, CodingKey { case numbers, texts }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let texts = try container.decodeIfPresent([String].self, forKey: .texts) {
      self = .texts(texts)
    } else if let text = try container.decodeIfPresent(String.self, forKey: .numbers) {
      self = .numbers(text)
    } else {
      self = .file(try InputFile(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .file(let file): try file.encode(to: encoder)
    case .numbers(let text):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(text, forKey: .numbers)
    case .texts(let texts):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(texts, forKey: .texts)
    }
  }
}

/// A file with tensors or an image.
public struct InputFile: Codable, Hashable, Sendable {
  /// As the user gave it; absolute in the store.
  public var path: String
  /// `nil` until the file has been looked at.
  public var sha256: String?

  public init(path: String, sha256: String? = nil) {
    self.path = path
    self.sha256 = sha256
  }

  enum CodingKeys: String, CodingKey {
    case sha256
    case path = "file"
  }
}

/// The values that a random input may have, ends included. In JSON `[low, high]`.
public struct InputRange: Hashable, Sendable {
  public let low: Double
  public let high: Double

  /// - Precondition: both are finite, and `low` is not above `high`.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

extension InputRange: Codable {
  public init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    (low, high) = (try values.decode(Double.self), try values.decode(Double.self))
    guard low.isFinite, high.isFinite, low <= high else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no range"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(low)
    try values.encode(high)
  }
}

/// What an input of a session really got.
public struct InputChoice: Codable, Hashable, Sendable {
  public enum Source: String, Codable, Sendable {
    /// Random values of the type's own range.
    case random
    /// Random values in the range that the model's graph sets, or the very numbers that it needs.
    case graph
    /// Random values in a range that the user gives.
    case range
    /// Values that the user gives.
    case given
    /// Files beside the model.
    case testData = "test_data"
  }

  public let name: String
  public let source: Source
  /// The lowest and the highest random value; `nil` for given ones.
  public let low: Double?
  public let high: Double?
  /// What was given, in turn: paths of files, or numbers; `nil` for random values. Also the numbers that the graph needs.
  public let values: [String]?

  public init(name: String, source: Source, low: Double? = nil, high: Double? = nil, values: [String]? = nil) {
    self.name = name
    self.source = source
    self.low = low
    self.high = high
    self.values = values
  }
}
