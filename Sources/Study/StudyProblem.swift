public import AssayCore

/// A place in a study file.
public struct StudyPlace: Hashable, Sendable {
  public let file: String
  /// From 1.
  public let line: Int
  public let column: Int
}

/// Something wrong in a study file, and where.
public struct StudyProblem: Hashable, Sendable, CustomStringConvertible {
  public let place: StudyPlace
  public let message: String

  public var description: String { "\(place.file):\(place.line):\(place.column): \(message)" }
}

extension [StudyProblem] {
  /// More are only counted: a file of another kind has one per line.
  private static var maximum: Int { 50 }

  /// All problems as one error; `nil` for none.
  public var error: AssayError? {
    guard !isEmpty else { return nil }
    let sorted = sorted {
      ($0.place.file, $0.place.line, $0.place.column) < ($1.place.file, $1.place.line, $1.place.column)
    }
    let rest = count > Self.maximum ? ["and \(count - Self.maximum) more"] : []
    let lines = sorted.prefix(Self.maximum).map(\.description) + rest
    return AssayError(.badData, lines.joined(separator: "\n"))
  }
}

/// What one reading of a study file and of those that it includes has found so far. All problems are reported together.
final class StudyReading {
  private(set) var problems: [StudyProblem] = []
  /// What stands for `${name}`.
  var variables: [String: String] = [:]
  /// Where names and numbers that occur once were given first.
  private var firsts: [Label: StudyPlace] = [:]
  /// The files that were read: one that several others include counts once.
  private var files: Set<String> = []

  private struct Label: Hashable {
    let kind: String
    let name: String
  }

  /// Whether a name is new among those of its kind. A problem if it is not.
  func isNew(_ name: String, _ kind: String, at place: StudyPlace) -> Bool {
    guard let first = firsts.updateValue(place, forKey: Label(kind: kind, name: name)) else { return true }
    firsts[Label(kind: kind, name: name)] = first
    add("There is a \(kind) '\(name)' already, at \(first.file):\(first.line).", at: place)
    return false
  }

  /// Whether a file is read for the first time.
  func begin(_ file: String) -> Bool { files.insert(file).inserted }

  func add(_ message: String, at place: StudyPlace) { problems.append(StudyProblem(place: place, message: message)) }

  /// A text with its variables replaced; `nil`, and a problem, if one is unknown.
  func resolved(_ text: String, at place: StudyPlace) -> String? {
    guard text.contains("${") else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: "}") else {
        add("'${' has no '}'.", at: place)
        return nil
      }
      let name = String(rest[..<end])
      guard let value = variables[name] else {
        add(StudyMapping.unknown(name, "variable", among: variables.keys.sorted()), at: place)
        return nil
      }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
