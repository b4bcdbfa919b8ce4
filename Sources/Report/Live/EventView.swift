public import AssayCore

/// Turns the events of a run into text for a terminal. Knows neither the terminal nor the time.
public protocol EventView {
  /// The desired time between `progress` events, in seconds.
  var interval: Double { get }
  mutating func receive(_ event: TimedEvent) -> LiveText
}

/// What a view shows after an event.
public struct LiveText: Equatable, Sendable {
  /// Lines to print once.
  public var messages: [String]
  /// Lines that replace the last ones; `nil` keeps those, an empty array removes them.
  public var lines: [String]?

  public init(messages: [String] = [], lines: [String]? = nil) {
    self.messages = messages
    self.lines = lines
  }

  static let unchanged = LiveText()
}

/// A bar of blocks: `██████░░░░`.
func progressBar(_ share: Double) -> String {
  let width = 24
  let filled = Int(min(max(share.isFinite ? share : 0, 0), 1) * Double(width))
  return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
}

extension EventPlan {
  /// How images and labels were read; empty for random inputs.
  var imageMessages: [String] {
    guard let images else { return [] }
    return ["Images: \(images.layout.printable)"] + (images.sampling.map { ["Used: \($0)"] } ?? [])
  }
}
