import ArgumentParser

/// A percentage on the command line, written with its sign, so that 0.05 is not mistaken for 5 %: `5%`.
struct Percentage: ExpressibleByArgument {
  /// 0.05 for 5 %.
  let share: Double
  private let text: String

  init?(argument: String) {
    guard argument.hasSuffix("%"),
      let percent = Double(argument.dropLast()), percent.isFinite
    else { return nil }
    share = percent / 100
    text = argument
  }

  var defaultValueDescription: String { text }

  func check(_ range: ClosedRange<Double>, _ option: String) throws {
    guard !range.contains(share * 100) else { return }
    throw ValidationError("\(option) must be from \(range.lowerBound)% to \(range.upperBound)%; it is \(text).")
  }
}
