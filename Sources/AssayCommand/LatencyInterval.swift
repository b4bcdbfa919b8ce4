import ArgumentParser
import Steadiness

/// A latency and a distance to both sides, written `1065ms±15ms` as in the thesis, or `1065ms+-15ms`.
struct LatencyInterval: ExpressibleByArgument {
  let interval: CenteredInterval

  init?(argument: String) {
    let parts = argument.replacing("+-", with: "±").split(separator: "±", omittingEmptySubsequences: false)
    guard parts.count == 2, let center = TimeSpan(argument: String(parts[0])),
      let tolerance = TimeSpan(argument: String(parts[1]))
    else { return nil }
    interval = CenteredInterval(center: center.milliseconds, tolerance: tolerance.milliseconds)
  }
}
