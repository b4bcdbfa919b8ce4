public import AssayCore
import EngineKit
import TensorFiles

/// The inputs that a user gives, read from their files before any engine is opened.
public struct GivenTensors: Sendable {
  enum Value: Sendable {
    case tensor(Tensor)
    case raw([UInt8])
    case image([UInt8])
    /// Numbers as they were written.
    case numbers(String)
    /// Strings; those of a command line have neither name nor shape.
    case texts([String], name: String, shape: [Int]?)
  }

  /// A value and where it comes from, for messages.
  struct Named: Sendable {
    let value: Value
    let source: String
  }

  /// By input name, in turn. The empty name stands for the only input.
  let values: [String: [Named]]
  /// Found beside the model, in the order of its inputs.
  let testData: [Named]
  /// Why the files beside the model are not used; `nil` where all of them can be read.
  let testDataProblem: String?
  let ranges: [String: InputRange]
  let preprocessing: PreprocessingChoice

  init(
    values: [String: [Named]], testData: [Named], ranges: [String: InputRange], preprocessing: PreprocessingChoice
  ) {
    self.values = values
    self.testData = testData
    testDataProblem = nil
    self.ranges = ranges
    self.preprocessing = preprocessing
  }

  /// - Parameter contents: where files lie, by content; one that is not listed lies at its own path.
  /// - Throws: `.badData` for a file that the user gives and that cannot be read.
  public init(_ given: GivenInputs, contents: [InputFile] = []) throws(AssayError) {
    var values: [String: [Named]] = [:]
    for name in given.values.keys.sorted() {
      for value in given.values[name] ?? [] {
        for (name, named) in try Self.read(value, for: name, contents) { values[name, default: []].append(named) }
      }
    }
    self.values = values
    var (testData, problem): ([Named], String?) = ([], nil)
    do throws(AssayError) {
      for file in given.testData { testData += try Self.read(.file(file), for: "", contents).map(\.named) }
    } catch {
      (testData, problem) = ([], error.message)
    }
    self.testData = testData
    testDataProblem = problem
    ranges = given.ranges
    preprocessing = given.preprocessing ?? PreprocessingChoice()
  }

  private static func read(
    _ value: InputValue, for name: String, _ contents: [InputFile]
  ) throws(AssayError) -> [(name: String, named: Named)] {
    let file: InputFile
    switch value {
    case .numbers(let text): return [(name, Named(value: .numbers(text), source: text))]
    case .texts(let texts): return [(name, Named(value: .texts(texts, name: "", shape: nil), source: value.text))]
    case .file(let named): file = named
    }
    let path = contents.first { $0.sha256 != nil && $0.sha256 == file.sha256 }?.path ?? file.path
    switch try TensorFile(reading: path, named: file.path) {
    case .raw(let bytes): return [(name, Named(value: .raw(bytes), source: file.path))]
    case .image(let bytes): return [(name, Named(value: .image(bytes), source: file.path))]
    case .texts(let tensor):
      let value = Value.texts(tensor.texts, name: tensor.name, shape: tensor.shape)
      return [(name, Named(value: value, source: file.path))]
    case .tensors(let tensors):
      return try choose(among: tensors, for: name, of: file.path).map { name, tensor in
        (name, Named(value: .tensor(tensor), source: file.path))
      }
    }
  }

  /// The tensor of a file for an input; without the name of one, those that have names stand for themselves.
  private static func choose(
    among tensors: [Tensor], for name: String, of path: String
  ) throws(AssayError) -> [(String, Tensor)] {
    if name.isEmpty, tensors.count > 1 { return tensors.map { ($0.name, $0) } }
    let named = tensors.first { TensorName.areSame($0.name, name) }
    if let tensor = named ?? (tensors.count == 1 ? tensors[0] : nil) { return [(name, tensor)] }
    throw AssayError(
      .usage, "\(path) has no array '\(name)'.", advice: "Its arrays: \(tensors.map(\.name).joined(separator: ", "))")
  }

  /// The shapes that given values have, by input name, for dynamic dimensions. The empty name stands for the only input.
  ///
  /// - Parameter names: of the model's inputs in order, for files beside it.
  func shapes(_ names: [String]) -> [String: [Int]] {
    var shapes = values.compactMapValues { list in list.lazy.compactMap(\.shape).first }
    for (index, named) in testData.enumerated() {
      if let name = Self.input(of: named, at: index, among: names) { shapes[name] = named.shape }
    }
    return shapes
  }

  /// The strings that are given, by input name.
  ///
  /// - Parameter names: of the model's inputs in order, for files beside it.
  func texts(_ names: [String]) -> [String: [String]] {
    var texts = values.compactMapValues { list in list.lazy.compactMap(\.texts).first }
    for (index, named) in testData.enumerated() {
      if let name = Self.input(of: named, at: index, among: names) { texts[name] = named.texts }
    }
    return texts
  }

  /// The input that a file beside the model is for: that of its name, or of its number.
  static func input(of named: Named, at index: Int, among names: [String]) -> String? {
    names.first { TensorName.areSame($0, named.name) } ?? (names.indices.contains(index) ? names[index] : nil)
  }
}

extension GivenTensors.Named {
  var shape: [Int]? {
    switch value {
    case .tensor(let tensor): tensor.shape
    case .texts(let texts, _, let shape): shape ?? Self.vector(texts.count)
    case .numbers(let text): Self.vector(NumberList.parse(text)?.count ?? 0)
    default: nil
    }
  }

  /// What is written on a command line is a vector, unless it is one value for all elements.
  private static func vector(_ count: Int) -> [Int]? { count > 1 ? [count] : nil }

  var name: String {
    switch value {
    case .tensor(let tensor): tensor.name
    case .texts(_, let name, _): name
    default: ""
    }
  }

  var texts: [String]? { if case .texts(let texts, _, _) = value { texts } else { nil } }
}
