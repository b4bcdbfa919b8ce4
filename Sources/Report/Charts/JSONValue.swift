/// A JSON value, written as Swift literals, for chart specifications.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// An object with the members of both; the newer replaces one of the same name.
  func merging(_ newer: [String: JSONValue]) -> JSONValue {
    guard case .object(let members) = self else { return .object(newer) }
    return .object(members.merging(newer) { $1 })
  }

  /// An array of numbers.
  static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }

  /// An array of strings.
  static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}

extension JSONValue {
  /// A scale from the lowest to the highest value of its data.
  ///
  /// - Parameter zero: whether a linear one begins at zero.
  static func scale(isLogarithmic: Bool, zero: Bool = false) -> JSONValue {
    isLogarithmic ? ["type": "log", "nice": false] : ["type": "linear", "nice": false, "zero": .bool(zero)]
  }
}

extension JSONValue {
  /// An axis of numbers. The title of a logarithmic one says so; the lines between its powers of ten are faint, and its labels are at
  /// 1, 2 and 5, over two decades at 1 alone.
  ///
  /// - Parameter ratio: of the ends of a logarithmic axis, as an expression: a number, or `ratio(of:)` where the reader can zoom.
  static func axis(
    _ title: String, isLogarithmic: Bool, format: String = "~r", ratio: String = "10"
  ) -> JSONValue {
    guard isLogarithmic else {
      // Zero gets no SI prefix.
      return [
        "title": .string(title), "format": .string(format), "labelExpr": "datum.value == 0 ? '0' : datum.label",
      ]
    }
    let digit = "datum.value / pow(10, floor(log(datum.value) / LN10 + 0.000001))"
    let isPower = "\(digit) < 1.00001"
    let isRound = "indexof(['1','2','5'], format(\(digit), '.5~r')) >= 0"
    let isShown = "\(ratio) < 3 ? true : \(ratio) < 100 ? \(isRound) : \(isPower)"
    return [
      "title": .string("\(title) (log scale)"), "format": .string(format),
      "labelExpr": .string("(\(isShown)) ? format(datum.value, '\(format)') : ''"),
      "gridOpacity": ["condition": ["test": .string(isPower), "value": 1], "value": 0.3],
    ]
  }

  /// The ratio of the ends of an axis, `x` or `y`, in a chart of one view.
  static func ratio(of channel: String) -> String { "(domain('\(channel)')[1] / domain('\(channel)')[0])" }
}

extension JSONValue {
  /// A line, and invisible points that show the figures under the pointer.
  ///
  /// - Parameter lineOnly: channels of the line alone, such as its colour.
  static func line(
    _ mark: [String: JSONValue], parameters: JSONValue, encoding: [String: JSONValue],
    lineOnly: [String: JSONValue] = [:]
  ) -> JSONValue {
    let line: JSONValue = ["type": "line", "clip": true, "aria": false]
    return [
      [
        "params": parameters, "mark": line.merging(mark),
        "encoding": .object(encoding.filter { $0.key != "tooltip" }.merging(lineOnly) { $1 }),
      ],
      [
        "mark": ["type": "point", "filled": true, "size": 60, "opacity": 0, "clip": true, "aria": false],
        "encoding": .object(encoding.filter { $0.key != "order" }),
      ],
    ]
  }
}

extension JSONValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    // JSON has neither infinity nor nan.
    case .number(let value): value.isFinite ? try container.encode(value) : try container.encodeNil()
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(stringLiteral value: String) { self = .string(value) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}
