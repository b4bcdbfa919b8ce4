public import AssayCore

/// A live comparison in one line: `32 rounds, 12 s of at most 60 s, widest interval 3.1 % of 1.0 %`.
public struct TurnsView: EventView {
  public let interval = 0.2
  private var limits: TurnLimits?
  private var nextSeconds = 0.0

  public init() {}

  public mutating func receive(_ event: TimedEvent) -> LiveText {
    switch event.event {
    case .plan(let plan): limits = plan.turns
    case .cellStarted: return LiveText(lines: ["Loading and warming up …"])
    case .round(let progress): return show(progress)
    case .ended: return LiveText(lines: [])
    default: break
    }
    return .unchanged
  }

  /// Draws only a few times per second, because drawing takes time from the rounds.
  private mutating func show(_ progress: RoundProgress) -> LiveText {
    guard let limits, progress.seconds >= nextSeconds else { return .unchanged }
    nextSeconds = progress.seconds + interval
    let width = progress.width.map {
      ", widest interval \(Figures.percent($0)) of \(Figures.percent(limits.precision))"
    }
    let time = "\(Figures.duration(progress.seconds)) of at most \(Figures.duration(limits.maximumSeconds))"
    return LiveText(lines: ["\(progress.rounds) round\(progress.rounds == 1 ? "" : "s"), \(time)\(width ?? "")"])
  }
}
