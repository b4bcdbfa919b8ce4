public import AssayCore

/// The names of the classes, from a file with one per line, in the order of the model's outputs.
///
/// A line may begin with its own number (`0 tench`, counted from 0 through the whole file) or with a WordNet synset
/// (`n01440764 tench, Tinca tinca`), which then also names the class.
public struct ClassList: Sendable {
  /// More classes than any model has.
  static let limit = 1_000_000

  /// By class.
  public let names: [String]
  /// Whether the file has a background class before the first, which is not in `names`: 1001 lines, the first `background` or `dummy`.
  public let hasBackground: Bool
  let path: String
  private let classes: [String: Int]
  /// By name, a second class of that name.
  private let doubles: [String: Int]

  /// - Throws: `.badData`, with the line, if the file is not such a list.
  public init(readingFrom path: String) throws(AssayError) {
    var lines = try TextLines(opening: path)
    var names: [String] = []
    while let line = try lines.next() {
      guard names.count <= Self.limit else {
        throw AssayError(.badData, "\(path) has more than \(Self.limit) lines; a labels file has one per class.")
      }
      let name = line.trimmed
      guard !name.isEmpty else { throw AssayError(.badData, "\(lines.place) names no class.") }
      names.append(String(name))
    }
    guard !names.isEmpty else {
      throw AssayError(.badData, "\(path) is empty; a labels file has one class name per line.")
    }
    names = Self.withoutNumbers(names) ?? names
    hasBackground = names.count == 1001 && ["background", "dummy"].contains(names[0].lowercased())
    if hasBackground { names.removeFirst() }
    var classes: [String: Int] = [:]
    var doubles: [String: Int] = [:]
    for (label, name) in names.enumerated() {
      let keys = Self.synset(of: name).map { $0.count < name.count ? [name, String($0)] : [name] } ?? [name]
      for key in keys where classes.updateValue(classes[key] ?? label, forKey: key) != nil { doubles[key] = label }
    }
    self.path = path
    self.names = names
    self.classes = classes
    self.doubles = doubles
  }

  /// The class of that name or synset.
  ///
  /// - Throws: `.badData` for a name that several classes have.
  func label(of name: String) throws(AssayError) -> Int? {
    guard let label = classes[name] else { return nil }
    guard let other = doubles[name] else { return label }
    throw AssayError(
      .badData, "\(path) has the name \(name.quoted) for class \(label) and for class \(other).",
      advice: "Name that class by its index, and say --labels-as index, or make the names differ.")
  }

  /// Whether the name stands in the list, once or more often.
  func contains(_ name: String) -> Bool { classes[name] != nil }

  /// The text after the numbers, if every line begins with its own.
  private static func withoutNumbers(_ lines: [String]) -> [String]? {
    var names: [String] = []
    names.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      let digits = line.prefix { $0.isASCII && $0.isNumber }
      let rest = line[digits.endIndex...].drop { $0 == ":" || $0 == "," }.trimmed
      guard Int(digits) == index, digits.endIndex < line.endIndex, !rest.isEmpty,
        " \t:,".contains(line[digits.endIndex])
      else { return nil }
      names.append(String(rest))
    }
    return names
  }

  /// The synset that a line begins with: n and eight digits.
  private static func synset(of line: String) -> Substring? {
    let word = line.prefix { $0 != " " && $0 != "\t" }
    let isSynset =
      word.utf8.count == 9 && word.hasPrefix("n") && word.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    return isSynset ? word : nil
  }
}
