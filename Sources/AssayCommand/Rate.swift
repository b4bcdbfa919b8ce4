import ArgumentParser

/// A number a second as people write it: `20/s`, or `20`.
struct Rate: ExpressibleByArgument {
  let perSecond: Double
  let defaultValueDescription: String

  init?(argument: String) {
    guard let rate = Double(argument.hasSuffix("/s") ? argument.dropLast(2) : argument[...]), rate.isFinite else {
      return nil
    }
    perSecond = rate
    defaultValueDescription = argument
  }

  static func check(_ rate: Rate?) throws {
    guard let rate, rate.perSecond <= 0 else { return }
    throw ValidationError("--rate must be more than 0, as in 20/s; it is \(rate.defaultValueDescription).")
  }
}

/// A rate that stays or changes: `50/s`, `10..200/s`.
struct RateRange: ExpressibleByArgument {
  let first: Double
  let last: Double
  let defaultValueDescription: String

  init?(argument: String) {
    guard let dots = argument.firstRange(of: "..") else {
      guard let rate = Rate(argument: argument) else { return nil }
      (first, last, defaultValueDescription) = (rate.perSecond, rate.perSecond, argument)
      return
    }
    guard let first = Rate(argument: String(argument[..<dots.lowerBound])),
      let last = Rate(argument: String(argument[dots.upperBound...]))
    else { return nil }
    (self.first, self.last, defaultValueDescription) = (first.perSecond, last.perSecond, argument)
  }

  static func check(_ range: RateRange?) throws {
    guard let range, min(range.first, range.last) <= 0 else { return }
    throw ValidationError(
      "--rate must be more than 0, as in 50/s or 10..200/s; it is \(range.defaultValueDescription).")
  }
}
