import AssayCore
import EngineKit
import Imaging
import ModelFiles
import TensorFiles

/// Finds what is given for each input of a model, and converts it.
struct InputResolver {
  let inputs: [TensorSpec]
  let textInputs: [String]
  let given: GivenTensors
  let graph: [InputUse?]
  let modelPath: String
  let format: ModelFormat?

  /// - Throws: `.usage`, with the names of the inputs, for a name that is none of them.
  func checkNames() throws(AssayError) {
    for name in given.values.keys.sorted() where try !isForTexts(name) { try check(name, flag: "--input") }
    for name in given.ranges.keys.sorted() where !name.isEmpty { try check(name, flag: "--input-range") }
  }

  /// Whether values are for an input that takes strings. The engine has taken them.
  ///
  /// - Throws: `.usage` for several that would take turns.
  private func isForTexts(_ name: String) throws(AssayError) -> Bool {
    guard let input = textInputs.first(where: { name.isEmpty || TensorName.areSame($0, name) }),
      let values = given.values[name], values[0].texts != nil
    else { return false }
    guard values.count == 1 else {
      throw AssayError(
        .usage, "Input '\(input.printable)' of \(modelPath) takes strings, which cannot take turns.",
        advice: "Give --input once for it.")
    }
    return true
  }

  private func check(_ name: String, flag: String) throws(AssayError) {
    if name.isEmpty ? inputs.count == 1 : inputs.contains(where: { TensorName.areSame($0.name, name) }) { return }
    throw AssayError(
      .usage,
      name.isEmpty
        ? "\(modelPath) has \(inputs.count) inputs, so \(flag) must name one: \(flag) NAME=…"
        : "\(flag) names '\(name.printable)', which is no input of \(modelPath).",
      advice: "Its inputs: \((inputs.map(\.name) + textInputs).map(\.printable).joined(separator: ", "))")
  }

  /// What is given for an input; `nil` for nothing.
  func values(of name: String) -> [GivenTensors.Named]? { find(name, in: given.values) }

  private func find<Value>(_ name: String, in all: [String: Value]) -> Value? {
    all[name] ?? all.first { !$0.key.isEmpty && TensorName.areSame($0.key, name) }?.value
      ?? (inputs.count == 1 ? all[""] : nil)
  }

  /// The files beside the model, by input.
  ///
  /// - Throws: `.usage` where they do not fit the inputs.
  func testData() throws(AssayError) -> [String: [GivenTensors.Named]] {
    var values: [String: [GivenTensors.Named]] = [:]
    // An engine may drop inputs that do not matter, and rename those that are outputs too.
    let hasDropped = given.testData.count > inputs.count
    for (index, named) in given.testData.enumerated() where named.texts == nil {
      if hasDropped, !named.name.isEmpty, !inputs.contains(where: { TensorName.areSame($0.name, named.name) }) {
        continue
      }
      guard let name = GivenTensors.input(of: named, at: index, among: inputs.map(\.name)),
        let input = inputs.first(where: { $0.name == name })
      else { throw AssayError(.usage, "\(named.source) is for no input.") }
      _ = try bytes(of: named, for: input)
      values[name] = [named]
    }
    return values
  }

  /// The range of an input's random values, and who sets it.
  ///
  /// - Throws: `.usage` for a range that the type does not have.
  func range(of input: TensorSpec, at index: Int) throws(AssayError) -> (InputRange?, InputChoice.Source) {
    let bounds = input.type.bounds
    let named = find(input.name, in: given.ranges)
    if let range = named ?? (input.type == .bool ? nil : given.ranges[""]) {
      if let bounds {
        guard range.low >= bounds.low, range.high <= bounds.high, range.low == range.low.rounded(),
          range.high == range.high.rounded()
        else {
          throw AssayError(
            .usage,
            "--input-range \(Figure.text(range.low))..\(Figure.text(range.high)) does not suit '\(input.name.printable)' of "
              + "\(modelPath), whose elements are \(input.type.rawValue).",
            advice: "Give whole numbers of that type: --input-range \("\(input.name)=LOW..HIGH".shellQuoted)")
        }
      }
      return (range, .range)
    }
    guard graph.indices.contains(index), let range = graph[index]?.range else { return (nil, .random) }
    guard let bounds else {
      return (InputRange(low: Double(range.lowerBound), high: Double(range.upperBound)), .graph)
    }
    let low = min(max(Double(range.lowerBound), bounds.low), bounds.high)
    return (InputRange(low: low, high: max(low, min(Double(range.upperBound), bounds.high))), .graph)
  }

  /// The elements that the graph needs of an input, unless the user gives a range.
  func elements(of input: TensorSpec, at index: Int) -> [Int]? {
    guard graph.indices.contains(index), find(input.name, in: given.ranges) == nil else { return nil }
    return graph[index]?.elements.flatMap { $0.count == input.elementCount && !$0.isEmpty ? $0 : nil }
  }

  /// A warning about indices outside the table that they index. Some engines read past its end without an error.
  ///
  /// - Parameters:
  ///   - range: of random values.
  ///   - values: given ones; none for random ones.
  func indexWarning(of input: TensorSpec, at index: Int, range: InputRange?, values: [[UInt8]]) -> Warning? {
    guard graph.indices.contains(index), let limit = graph[index]?.limit, input.elementCount > 0 else { return nil }
    let numbers = values.flatMap { value in
      value.withUnsafeBytes { bytes in
        (0..<input.elementCount).compactMap { Scalar(input.type, at: $0, of: bytes)?.double }
      }
    }
    guard let low = values.isEmpty ? range?.low : numbers.min(),
      let high = values.isEmpty ? range?.high : numbers.max(),
      // Negative indices count from the end.
      low < -Double(limit.upperBound) - 1 || high > Double(limit.upperBound)
    else { return nil }
    return .indexOutOfRange(input: input.name, low: low, high: high, last: limit.upperBound)
  }

  /// The bytes of an input from what is given.
  ///
  /// - Throws: `.usage` where type or shape do not fit; `.badData` for an image that cannot be decoded.
  func bytes(of named: GivenTensors.Named, for input: TensorSpec) throws(AssayError) -> [UInt8] {
    switch named.value {
    case .tensor(let tensor): try convert(tensor, named.source, to: input)
    case .numbers(let text): try convert(text, to: input)
    case .texts:
      throw AssayError(
        .usage, "\(named.source) is text; \(describe(input)) takes \(input.type.rawValue).",
        advice: "Give numbers, or a file of numbers.")
    case .raw(let bytes):
      if bytes.count == input.byteCount {
        bytes
      } else {
        throw AssayError(
          .usage,
          "\(named.source) has \(bytes.count) bytes; \(describe(input)) takes \(input.byteCount).")
      }
    case .image(let bytes): try prepare(bytes, named.source, for: input)
    }
  }

  private func convert(_ tensor: Tensor, _ source: String, to input: TensorSpec) throws(AssayError) -> [UInt8] {
    guard tensor.shape == input.shape else {
      throw AssayError(
        .usage, "\(source) has the shape \(tensor.shape); \(describe(input)) takes \(input.shape).",
        advice: "Give an array of that shape, or another --shape where the model allows it.")
    }
    var wrong = 0
    guard let bytes = tensor.bytes(as: input.type, failure: { wrong = $0 }) else {
      throw AssayError(
        .usage,
        "\(source) has \(tensor.type.rawValue) elements; \(describe(input)) takes \(input.type.rawValue), which does not "
          + "have the value \(tensor.element(wrong).map(Self.text) ?? "") at \(wrong).",
        advice: "Convert it first, as with array.astype('\(input.type.rawValue)').")
    }
    return bytes
  }

  private func convert(_ text: String, to input: TensorSpec) throws(AssayError) -> [UInt8] {
    var wrong: String?
    if let bytes = NumberList.bytes(text, as: input.type, count: input.elementCount, failure: { wrong = $0 }) {
      return bytes
    }
    let count = NumberList.parse(text)?.count ?? 0
    throw AssayError(
      .usage,
      wrong.map { "The number \($0) is no \(input.type.rawValue), which \(describe(input)) takes." }
        ?? "--input gives \(count) numbers; \(describe(input)) takes \(input.elementCount), or one for all.")
  }

  private func prepare(_ image: [UInt8], _ source: String, for input: TensorSpec) throws(AssayError) -> [UInt8] {
    let metadata: InputMetadata? =
      if let format {
        try InputMetadata.read(fromModel: modelPath, format: format, besides: given.preprocessing)
      } else { nil }
    var preparer = ImagePreparer(try Preprocessing(given.preprocessing, input: input, metadata: metadata))
    var bytes = [UInt8](repeating: 0, count: input.byteCount)
    let outcome = bytes.withUnsafeMutableBytes { memory in
      Result { () throws(AssayError) in try preparer.prepare(image, named: source, into: memory) }
    }
    try outcome.get()
    return bytes
  }

  private func describe(_ input: TensorSpec) -> String { "input '\(input.name.printable)' of \(modelPath)" }

  private static func text(_ scalar: Scalar) -> String {
    switch scalar {
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .flag(let value): "\(value)"
    }
  }
}

/// Numbers in messages.
private enum Figure {
  static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
