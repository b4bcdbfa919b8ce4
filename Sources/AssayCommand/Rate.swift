import ArgumentParser

/// A number a second as people write it: `20/s`, or `20`.
struct Rate: ExpressibleByArgument {
  let perSecond: Double
  let defaultValueDescription: String

  init?(argument: String) {
    guard let rate = Double(argument.hasSuffix("/s") ? argument.dropLast(2) : argument[...]), rate.isFinite, rate > 0
    else { return nil }
    perSecond = rate
    defaultValueDescription = argument
  }
}
