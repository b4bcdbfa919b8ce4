public import AssayCore

/// The names of the classes, from a file with one per line, in the order of the model's outputs.
///
/// A line may begin with its own number (`0 tench`, counted from 0 through the whole file) or with a WordNet synset, and may have several
/// synonyms, separated by commas: `n01440764 tench, Tinca tinca`. The first synonym is the name; the line, the synset and each synonym stand for
/// the class. Where one class has a text as its whole name and another only as a synonym, it stands for the first.
public struct ClassList: Sendable {
  /// More classes than any model has.
  static let limit = 1_000_000

  /// By class.
  public let names: [String]
  /// Whether the file has a background class before the first, which is not in `names`: 1001 lines, the first `background` or `dummy`.
  public let hasBackground: Bool
  let path: String
  /// By text, the class that it stands for, and a second one that it could as well stand for.
  private let classes: [String: Entry]

  private struct Entry {
    let label: Int
    /// How well the text fits: 0 for the whole line or its synset, 1 for the first synonym, 2 for another.
    let distance: Int
    var double: Int?
  }

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
    var classes: [String: Entry] = [:]
    for (label, line) in names.enumerated() {
      for (text, distance) in Self.texts(of: line) {
        let entry = Entry(label: label, distance: distance)
        guard let known = classes[text], known.distance <= distance else {
          classes[text] = entry
          continue
        }
        if known.distance == distance, known.label != label { classes[text]?.double = label }
      }
    }
    self.path = path
    self.names = names.map { Self.synonyms(of: $0).first ?? $0 }
    self.classes = classes
  }

  /// The class of that name or synset.
  ///
  /// - Throws: `.badData` for a name that several classes have.
  func label(of name: String) throws(AssayError) -> Int? {
    guard let entry = classes[name] else { return nil }
    guard let other = entry.double else { return entry.label }
    throw AssayError(
      .badData, "\(path) has the name \(name.quoted) for class \(entry.label) and for class \(other).",
      advice: "Name that class by its index, and say --labels-as index, or make the names differ.")
  }

  /// All that stands for the class of a line.
  private static func texts(of line: String) -> [(text: String, distance: Int)] {
    let synset = synset(of: line)
    let rest = String(line.dropFirst(synset?.count ?? 0).trimmed)
    let whole = [line, rest] + (synset.map { [String($0)] } ?? [])
    let synonyms = synonyms(of: line).enumerated().map { (text: $1, distance: $0 == 0 ? 1 : 2) }
    return whole.filter { !$0.isEmpty }.map { ($0, 0) } + synonyms
  }

  /// The parts of a line between commas, without the synset; a line of a synset alone has none.
  private static func synonyms(of line: String) -> [String] {
    let rest = line.dropFirst(synset(of: line)?.count ?? 0)
    return rest.split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
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
