import AssayCore

/// Turns the number or name of a class into its label.
struct LabelReader {
  let classes: ClassList?
  let reading: LabelReading?

  /// The label that `text` means.
  ///
  /// - Throws: `.badData`, beginning with `place`, if it is none, or could be two.
  func label(_ text: String, at place: String) throws(AssayError) -> Int {
    let number = reading == .name ? nil : try number(text, at: place)
    let named = reading == .index ? nil : try classes?.label(of: text)
    switch (number, named) {
    case (let number?, let named?) where number != named:
      throw AssayError(
        .badData,
        "\(place): the label \(text.quoted) is class \(number) by its number and class \(named) by its name in \(classes?.path ?? "").",
        advice: "Say which: --labels-as index or --labels-as name.")
    case (let label?, _), (nil, let label?): return label
    case (nil, nil): throw unknown(text, at: place)
    }
  }

  /// Whether `text` could be a label.
  func reads(_ text: String) -> Bool { (try? label(text, at: "")) != nil }

  /// `nil` if it is not a number.
  private func number(_ text: String, at place: String) throws(AssayError) -> Int? {
    guard let number = Self.digits(text) else {
      let isNegative = text.hasPrefix("-") && Self.digits(text.dropFirst()) != nil
      guard isNegative else { return nil }
      throw AssayError(.badData, "\(place): the label \(text.quoted) is negative.", advice: "Labels count from 0.")
    }
    if let classes, number >= classes.names.count {
      if reading == nil, classes.contains(text) { return nil }
      throw AssayError(
        .badData, "\(place): the label \(text.quoted) is beyond the \(classes.names.count) classes of \(classes.path).",
        advice: "Labels count from 0.")
    }
    guard number < ClassList.limit else {
      throw AssayError(
        .badData,
        "\(place): the label \(text.quoted) is larger than \(ClassList.limit - 1), which no model's classes reach."
      )
    }
    return number
  }

  /// The number of a text of digits alone; `Int.max` for a larger one.
  static func digits(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text) ?? .max
  }

  private func unknown(_ text: String, at place: String) -> AssayError {
    guard let classes else {
      return AssayError(
        .badData, "\(place): the label \(text.quoted) is not a number.",
        advice:
          "Where classes are given by name, --labels FILE must list the names in the order of the model's outputs.")
    }
    return AssayError(
      .badData,
      "\(place): the label \(text.quoted) is \(reading == .index ? "not a number" : reading == .name ? "not a class of \(classes.path)" : "neither a number nor a class of \(classes.path)")."
    )
  }
}
