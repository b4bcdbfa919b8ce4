public import AssayCore

/// A place in a YAML file.
public struct YAMLPlace: Hashable, Sendable {
  public let file: String
  /// From 1.
  public let line: Int
  public let column: Int

  public init(file: String, line: Int, column: Int) { (self.file, self.line, self.column) = (file, line, column) }
}

/// Something wrong in a YAML file, and where.
public struct YAMLProblem: Hashable, Sendable, CustomStringConvertible {
  public let place: YAMLPlace
  public let message: String

  public var description: String { "\(place.file):\(place.line):\(place.column): \(message)" }
}

extension [YAMLProblem] {
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
    var error = AssayError(.badData, lines[0])
    error.others = [String](lines.dropFirst())
    return error
  }
}
