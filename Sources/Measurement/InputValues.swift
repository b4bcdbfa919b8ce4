public import AssayCore
public import EngineKit
public import ModelFiles
import TensorFiles

/// The values of a model's inputs: given ones, and random ones in the range that the user, the graph or the type sets.
public struct InputValues: Sendable {
  /// What each input gets.
  public let choices: [InputChoice]
  /// About files beside the model that do not fit, and about indices outside their table.
  public let warnings: [Warning]
  private let ranges: [InputRange?]
  /// What the model's graph does with each input, as far as it is known.
  private let graph: [InputUse?]
  /// The given values of each input, in turn; none for a random one.
  private let turns: [[[UInt8]]]

  /// - Parameters:
  ///   - textInputs: the names of inputs that take strings, which the model was compiled with.
  ///   - graph: what the model's graph does with each input, as far as it is known.
  ///   - format: of the model, whose file may say how images become numbers.
  /// - Throws: `.usage` where names, types, shapes or ranges do not fit the inputs; `.badData` for images that cannot be read.
  public init(
    _ inputs: [TensorSpec], textInputs: [String] = [], given: GivenTensors = GivenTensors.none, graph: [InputUse?] = [],
    model path: String = "", format: ModelFormat? = nil
  ) throws(AssayError) {
    let resolver = InputResolver(
      inputs: inputs, textInputs: textInputs, given: given, graph: graph, modelPath: path, format: format)
    try resolver.checkNames()
    var warnings = given.testDataProblem.map { [Warning.testDataUnused(message: $0)] } ?? []
    var testData: [String: [GivenTensors.Named]] = [:]
    do throws(AssayError) {
      testData = try resolver.testData()
    } catch {
      warnings.append(.testDataUnused(message: error.message))
    }
    var (choices, ranges, turns): ([InputChoice], [InputRange?], [[[UInt8]]]) = ([], [], [])
    for (index, input) in inputs.enumerated() {
      let own = resolver.values(of: input.name)
      var values = own ?? testData[input.name] ?? []
      let elements = values.isEmpty ? resolver.elements(of: input, at: index) : nil
      if let elements {
        let text = elements.map(String.init).joined(separator: ",")
        values = [GivenTensors.Named(value: .numbers(text), source: text)]
      }
      turns.append(try values.map { value throws(AssayError) in try resolver.bytes(of: value, for: input) })
      let (range, source) = try resolver.range(of: input, at: index)
      ranges.append(range)
      choices.append(
        values.isEmpty
          ? InputChoice(name: input.name, source: source, random: range, type: input.type)
          : InputChoice(
            name: input.name, source: elements != nil ? .graph : own == nil ? .testData : .given,
            values: values.map(\.source)))
      if let warning = resolver.indexWarning(of: input, at: index, range: range, values: turns[index]) {
        warnings.append(warning)
      }
    }
    (self.choices, self.warnings, self.ranges, self.turns) = (choices, warnings, ranges, turns)
    self.graph = graph
  }

  /// Whether an input has several values.
  public var takesTurns: Bool { turns.contains { $0.count > 1 } }

  /// The place of the only input that is not given: that of images.
  public var imageInput: Int? {
    let random = turns.indices.filter { turns[$0].isEmpty }
    return random.count == 1 ? random[0] : nil
  }

  /// Fills all inputs of a session, given ones with their first value.
  public func fill(_ session: some InferenceSession, seed: UInt64) {
    session.fillInputs(seed: seed, ranges: ranges)
    for (index, values) in turns.enumerated() { if let first = values.first { copy(first, to: index, of: session) } }
  }

  /// Fills the inputs that have several values with those of a turn.
  public func fill(_ session: some InferenceSession, turn: Int) {
    for (index, values) in turns.enumerated() where values.count > 1 {
      copy(values[turn % values.count], to: index, of: session)
    }
  }

  /// Fills the memory of one input with a sample: a given value in turn, or random numbers, those of sample 0 as with the seed alone.
  func fill(_ memory: UnsafeMutableRawBufferPointer, as input: TensorSpec, at index: Int, sample: Int, seed: UInt64) {
    let values = turns[index]
    guard values.isEmpty else { return values[sample % values.count].withUnsafeBytes { memory.copyMemory(from: $0) } }
    RandomInputs.fill(
      memory, spec: input, seed: seed &+ UInt64(sample), inputIndex: index, range: ranges[index])
  }

  private func copy(_ value: [UInt8], to index: Int, of session: some InferenceSession) {
    value.withUnsafeBytes { session.inputBytes(at: index).copyMemory(from: $0) }
  }
}

extension InputValues {
  /// Adds to an error of an inference how to give other values, where the values of integer inputs may be its cause.
  public func explain(_ error: AssayError, inputs: [TensorSpec]) -> AssayError {
    guard error.code == .inferenceFailed, error.advice == nil else { return error }
    let integers = inputs.indices.filter { [.int32, .int64, .uint32, .uint64].contains(inputs[$0].type) }
    // What the graph has chosen itself is hardly the cause.
    guard let index = integers.first(where: { choices[$0].source != .graph }) ?? integers.first else { return error }
    let high = graph.indices.contains(index) ? graph[index]?.range.map { "\($0.upperBound)" } : nil
    let name = inputs[index].name.printable
    return AssayError(
      error.code, error.message,
      advice:
        "If a value of '\(name)' is the cause, give others: --input-range \("\(inputs[index].name)=0..\(high ?? "N")".shellQuoted), or "
        + "--input \("\(inputs[index].name)=FILE.npy".shellQuoted)", outputTail: error.outputTail)
  }
}

extension GivenTensors {
  /// All inputs are random.
  public static let none = GivenTensors(values: [:], testData: [], ranges: [:], preprocessing: PreprocessingChoice())
}

extension InputChoice {
  fileprivate init(name: String, source: Source, random range: InputRange?, type: DataType) {
    let range = range ?? type.randomRange
    self.init(name: name, source: source, low: range.low, high: range.high)
  }
}

extension DataType {
  /// The values of random inputs without another range.
  fileprivate var randomRange: InputRange {
    switch self {
    case .int8, .int16, .uint8, .uint16: bounds ?? InputRange(low: 0, high: 99)
    case .int32, .uint32, .int64, .uint64: InputRange(low: 0, high: 99)
    default: InputRange(low: 0, high: 1)
    }
  }
}
