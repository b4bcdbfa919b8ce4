/// What one reading of a YAML file and of those that it includes has found so far. All problems are reported together.
public final class YAMLReading {
  public private(set) var problems: [YAMLProblem] = []
  /// What stands for `${name}`; `nil` where texts have no variables.
  public var variables: [String: String]?
  /// Where names and numbers that occur once were given first.
  private var firsts: [Label: YAMLPlace] = [:]
  /// The files that were read: one that several others include counts once.
  private var files: Set<String> = []

  private struct Label: Hashable {
    let kind: String
    let name: String
  }

  /// - Parameter variables: `nil` where texts have none.
  public init(variables: [String: String]? = nil) { self.variables = variables }

  /// Whether a name is new among those of its kind. A problem if it is not.
  public func isNew(_ name: String, _ kind: String, at place: YAMLPlace) -> Bool {
    guard let first = firsts.updateValue(place, forKey: Label(kind: kind, name: name)) else { return true }
    firsts[Label(kind: kind, name: name)] = first
    add("There is a \(kind) '\(name)' already, at \(first.file):\(first.line).", at: place)
    return false
  }

  /// Whether a file is read for the first time.
  public func begin(_ file: String) -> Bool { files.insert(file).inserted }

  public func add(_ message: String, at place: YAMLPlace) {
    problems.append(YAMLProblem(place: place, message: message))
  }

  /// A text with its variables replaced; `nil`, and a problem, if one is unknown.
  public func resolved(_ text: String, at place: YAMLPlace) -> String? {
    guard let variables, text.contains("${") else { return text }
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
        add(YAMLMapping.unknown(name, "variable", among: variables.keys.sorted()), at: place)
        return nil
      }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
