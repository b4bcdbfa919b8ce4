import ArgumentParser
import AssayCore
import Foundation
import TensorFiles

/// What the model is fed: options of every command that measures or runs.
struct InputArguments: ParsableArguments {
  @Option(
    name: .customLong("batch"), parsing: .unconditional,
    help: .init(
      "First dimension of every input, if the model allows it. Only assay streams measures with several, as in 1,4,16.",
      valueName: "count"),
    transform: BatchSizes.parse)
  var batches: [Int]?

  @Option(
    help: .init(
      "Shape of an input: NAME=1,224,224,3, or NAME= for a scalar; without NAME= for the only input. May be repeated.",
      valueName: "shape"))
  var shape: [String] = []

  @Option(help: .init("The signature to run, of a model with several (default: the first).", valueName: "name"))
  var signature: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: .init(
      "Values of an input: NAME=FILE (.npy, .npz, .pb, .raw, .png, .jpg) or NAME=NUMBER,…, or NAME=\"TEXT\",…; without NAME= for the only input. Several of one input take turns.",
      valueName: "name=values"))
  var input: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: .init("Range of a random input: NAME=LOW..HIGH; without NAME= for all.", valueName: "name=range"))
  var inputRange: [String] = []

  @Option(
    parsing: .unconditional,
    help: .init("Seed of random inputs and of the choice of images.", valueName: "number"))
  var seed: UInt64 = 1

  func validate() throws {
    _ = try shapes()
    _ = try given()
  }

  /// The batch of a command that measures with one.
  ///
  /// - Throws: a validation error for several.
  func batch() throws -> Int? {
    guard (batches?.count ?? 0) <= 1 else {
      throw ValidationError("Give one --batch here. Only assay streams measures with several, one after the other.")
    }
    return batches?.first
  }

  /// Whether any of them differs from its default.
  var isGiven: Bool {
    batches != nil || !shape.isEmpty || signature != nil || !input.isEmpty || !inputRange.isEmpty || seed != 1
  }

  func shapes() throws -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for given in shape {
      let parts = given.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let text = parts[parts.count - 1]
      // No dimensions at all are those of a scalar.
      let numbers = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let dimensions = numbers.compactMap(\.self)
      guard dimensions.count == numbers.count, dimensions.allSatisfy({ (0...Bounds.dimension).contains($0) }) else {
        throw ValidationError(
          "'\(given)' is no shape; write --shape NAME=1,224,224,3, each number from 0 to \(Bounds.dimension).")
      }
      guard dimensions.reduce(1.0, { $0 * Double($1) }) <= Bounds.elements else {
        throw ValidationError("The shape '\(given)' has more than \(Int(Bounds.elements)) elements.")
      }
      shapes[parts.count == 2 ? parts[0] : ""] = dimensions
    }
    return shapes
  }

  func given() throws -> GivenInputs {
    var given = GivenInputs()
    for text in input {
      let (name, value) = try Self.value(text)
      given.values[name, default: []].append(value)
    }
    for text in inputRange {
      let (name, range) = try Self.range(text)
      given.ranges[name] = range
    }
    return given
  }

  private static func value(_ text: String) throws -> (name: String, InputValue) {
    // A path may have an equals sign.
    if TensorFile.isReadable(text), FileManager.default.fileExists(atPath: text) {
      return ("", .file(InputFile(path: text)))
    }
    let (name, rest) = split(text)
    if NumberList.parse(rest) != nil { return (name, .numbers(rest)) }
    if let texts = texts(rest) { return (name, .texts(texts)) }
    guard TensorFile.isReadable(rest) else {
      throw ValidationError(
        "'\(rest)' in --input is neither a list of numbers nor a file with one of the suffixes "
          + ".\(TensorFile.suffixes.joined(separator: ", .")); write --input NAME=FILE.npy or --input NAME=1,2,3.")
    }
    return (name, .file(InputFile(path: rest)))
  }

  /// Strings in double quotes with commas between them, as in JSON; `nil` for anything else.
  private static func texts(_ text: String) -> [String]? {
    guard text.hasPrefix("\"") else { return nil }
    return try? JSONDecoder().decode([String].self, from: Data("[\(text)]".utf8))
  }

  private static func range(_ text: String) throws -> (name: String, InputRange) {
    let (name, rest) = split(text)
    let ends = rest.components(separatedBy: "..")
    guard ends.count == 2, !ends[1].hasPrefix("."), let low = Double(ends[0]), let high = Double(ends[1]),
      low.isFinite, high.isFinite, low <= high
    else {
      throw ValidationError("'\(text)' is no range; write --input-range NAME=0..49, the lower end first.")
    }
    return (name, InputRange(low: low, high: high))
  }

  /// The name before the first equals sign, empty without one, and the rest.
  private static func split(_ text: String) -> (name: String, rest: String) {
    guard let equals = text.firstIndex(of: "=") else { return ("", text) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}

/// Reads `8` or `1,4,16`.
private enum BatchSizes {
  private static let range = 1...65536

  static func parse(_ text: String) throws -> [Int] {
    try NumbersArgument.parse(text, range, "A batch")
  }
}
