import ArgumentParser
import AssayCore

/// A length of time as people write it: `3h`, `1h30m`, `20min`, `45s`, `5ms`, `250us`. The unit is required.
struct TimeSpan: ExpressibleByArgument, Hashable {
  let seconds: Double

  var milliseconds: Double { seconds * 1000 }
  /// As the user wrote it.
  let defaultValueDescription: String

  init(seconds: Double, text: String) {
    self.seconds = seconds
    defaultValueDescription = text
  }

  init?(argument: String) {
    guard let seconds = TimeText.seconds(argument) else { return nil }
    self.init(seconds: seconds, text: argument)
  }

  static func check(_ span: TimeSpan?, _ range: ClosedRange<Double>, _ option: String, _ words: String) throws {
    guard let span, !range.contains(span.seconds) else { return }
    throw ValidationError("\(option) must be \(words); it is \(span.defaultValueDescription).")
  }
}
