public import AssayCore

/// The best observation of each device by some measure.
public enum BestResults {
  /// Which of several observations of equal accuracy is the best one.
  public enum Tie: String, CaseIterable, Sendable {
    case fastest
    /// The first one in its source.
    case firstListed = "first-listed"
  }

  /// A device and its best observation; `nil` if it has none.
  public struct Row: Hashable, Sendable {
    public let device: String
    public let best: Observation?
    /// Others of the same accuracy, fastest first.
    public let equals: [Observation]
  }

  /// The least latency of each device, in the order of the observations.
  public static func times(_ observations: [Observation]) -> [Row] {
    observations.devices.map { device in
      let timed = observations.filter { $0.device == device && $0[.latency] != nil }
      return Row(device: device, best: timed.min { ($0[.latency] ?? 0) < ($1[.latency] ?? 0) }, equals: [])
    }
  }

  /// The highest top-1 accuracy of each device that has one, among the observations with a latency up to a limit in milliseconds.
  ///
  /// - Parameter limit: `nil` for none.
  public static func accuracies(_ observations: [Observation], within limit: Double? = nil, tie: Tie) -> [Row] {
    let measured = observations.filter { $0[.top1] != nil && $0[.latency] != nil }
    return measured.devices.map { device in
      let candidates = measured.filter { $0.device == device && ($0[.latency] ?? 0) <= limit ?? .infinity }
      let highest = candidates.compactMap { $0[.top1] }.max()
      var ties = candidates.filter { $0[.top1] == highest }
      let fastest = ties.enumerated().sorted {
        ($0.element[.latency] ?? 0, $0.offset) < ($1.element[.latency] ?? 0, $1.offset)
      }
      .map(\.element)
      if tie == .fastest { ties = fastest }
      let best = ties.first
      return Row(device: device, best: best, equals: fastest.filter { $0 != best })
    }
  }
}

extension [Observation] {
  /// Their devices, each once, in order.
  public var devices: [String] { distinct(\.device) }

  /// The values of a member, each once, in order.
  public func distinct(_ member: (Observation) -> String) -> [String] {
    var seen: Set<String> = []
    return map(member).filter { seen.insert($0).inserted }
  }
}
