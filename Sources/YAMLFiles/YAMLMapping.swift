import AssayCore
public import Yams

/// A mapping of a YAML file with known keys. What is wrong with it becomes a problem of the reading; what is left can be read.
public struct YAMLMapping {
  /// Where it begins.
  public let place: YAMLPlace
  private let reading: YAMLReading
  private let values: [String: Node]
  /// What it describes, as in "a model".
  private let kind: String

  /// - Parameter keys: all that it may have.
  public init?(_ node: Node, kind: String, keys: [String], file: String, reading: YAMLReading) {
    func place(_ node: Node) -> YAMLPlace {
      YAMLPlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
    guard case .mapping(let mapping) = node else {
      reading.add(
        "Here belongs \(kind), with keys such as \(keys.prefix(3).joined(separator: ", ")).", at: place(node))
      return nil
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        reading.add("A key is a word.", at: place(key))
        continue
      }
      guard keys.contains(scalar.string) else {
        let suggestion = EditDistance.suggestion(for: scalar.string, among: keys)
        reading.add(
          "\(kind.capitalizedFirst) has no '\(scalar.string)'. "
            + (suggestion.map { "Is it '\($0)'?" } ?? "It has: \(keys.joined(separator: ", "))."),
          at: place(key))
        continue
      }
      values[scalar.string] = value
    }
    self.reading = reading
    self.values = values
    self.kind = kind
    self.place = place(node)
  }

  public func place(of node: Node) -> YAMLPlace {
    YAMLPlace(file: place.file, line: node.mark?.line ?? place.line, column: node.mark?.column ?? place.column)
  }

  /// A label of its own: a node can be written as a literal, as a key can.
  public func add(_ message: String, on node: Node) { reading.add(message, at: place(of: node)) }

  /// A problem with the value of a key, or with the mapping if it has none.
  public func add(_ message: String, at key: String? = nil) {
    reading.add(message, at: key.flatMap { values[$0] }.map(place(of:)) ?? place)
  }

  public func has(_ key: String) -> Bool { values[key] != nil }

  public func node(_ key: String) -> Node? { values[key] }

  // MARK: Values

  /// A line of text. A problem if it is missing and required, or no text.
  public func text(_ key: String, isRequired: Bool = false) -> String? {
    guard let node = values[key] else {
      if isRequired { add("\(kind.capitalizedFirst) needs '\(key)'.") }
      return nil
    }
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      add("'\(key)' is a text.", on: node)
      return nil
    }
    return reading.resolved(scalar.string, at: place(of: node))
  }

  /// A text, or a list of them.
  public func texts(_ key: String) -> [String]? {
    guard let node = values[key] else { return nil }
    return nodes(of: node).compactMap { element in
      guard case .scalar(let scalar) = element, !scalar.string.isEmpty else {
        add("'\(key)' is a text or a list of texts.", on: element)
        return nil
      }
      return reading.resolved(scalar.string, at: place(of: element))
    }
  }

  /// The elements of a list; a value that is no list is its only element.
  public func nodes(_ key: String) -> [Node] { values[key].map(nodes(of:)) ?? [] }

  private func nodes(of node: Node) -> [Node] {
    if case .sequence(let sequence) = node { return Array(sequence) }
    return [node]
  }

  /// The mappings of a list, which have these keys; what is none is a problem.
  public func mappings(_ key: String, kind: String, keys: [String]) -> [YAMLMapping] {
    nodes(key).compactMap { YAMLMapping($0, kind: kind, keys: keys, file: place.file, reading: reading) }
  }

  public func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let text = text(key) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      add("'\(key)' is a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound)).", at: key)
      return nil
    }
    return number
  }

  public func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = text(key) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      add("'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound).", at: key)
      return nil
    }
    return number
  }

  /// One of the names of a type.
  public func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice? {
    choice(key, key, among: Array(type.allCases), \.rawValue)
  }

  /// One of some values, by its name.
  ///
  /// - Parameter what: what they are, as in "format".
  public func choice<Choice>(
    _ key: String, _ what: String, among choices: [Choice], _ name: (Choice) -> String
  ) -> Choice? {
    guard let text = text(key) else { return nil }
    if let choice = choices.first(where: { name($0) == text }) { return choice }
    add(Self.unknown(text, what, among: choices.map(name)), at: key)
    return nil
  }

  /// What to say of a name that is none of some.
  public static func unknown(_ name: String, _ what: String, among names: [String]) -> String {
    if let suggestion = EditDistance.suggestion(for: name, among: names) {
      return "There is no \(what) '\(name)'. Is it '\(suggestion)'?"
    }
    return names.isEmpty
      ? "There is no \(what) '\(name)': the file declares none."
      : "There is no \(what) '\(name)'. It is one of: \(names.joined(separator: ", "))."
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
