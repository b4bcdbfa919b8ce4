import ArgumentParser
import Steadiness

/// A latency and how far others may lie from it, as the thesis writes it: `1065ms±15ms`, or `1065ms+-15ms` where there is no ± on the keyboard.
struct Within: ExpressibleByArgument {
  let interval: CenteredInterval

  init?(argument: String) {
    let parts = argument.replacing("+-", with: "±").split(separator: "±", omittingEmptySubsequences: false)
    guard parts.count == 2, let center = TimeSpan(argument: String(parts[0])),
      let tolerance = TimeSpan(argument: String(parts[1]))
    else { return nil }
    interval = CenteredInterval(center: center.milliseconds, tolerance: tolerance.milliseconds)
  }
}
