public import AssayCore

/// One line per cell: `[1/2] ██████░░░░ net.tflite on litert: median 0.731 ms, 1024 inferences`.
public struct ProgressView: EventView {
  public let interval = 0.2
  private var plan = EventPlan(cells: [])

  public init() {}

  public mutating func receive(_ event: TimedEvent) -> LiveText {
    switch event.event {
    case .plan(let plan):
      self.plan = plan
      return LiveText(messages: plan.imageMessages)
    case .cellStarted(let cell): return line(cell, share: 0, "starting")
    case .measuring(let cell, _): return line(cell, share: 0, "measuring")
    case .progress(let cell, let progress): return show(progress, of: cell)
    case .ended: return LiveText(lines: [])
    default: return .unchanged
    }
  }

  private func show(_ progress: CellProgress, of cell: Int) -> LiveText {
    guard plan.cells.indices.contains(cell - 1) else { return .unchanged }
    if case .accuracy = plan.cells[cell - 1].measure,
      let images = plan.images.flatMap({ $0.sample?.count ?? $0.images })
    {
      return line(cell, share: Double(progress.count) / Double(max(images, 1)), accuracy(progress, of: images))
    }
    let rule = plan.cells[cell - 1].measure.rule
    let counted = Double(progress.count) / Double(max(rule.minimumCount, 1))
    let timed = rule.minimumSeconds > 0 ? progress.seconds / rule.minimumSeconds : 1
    let capped = rule.maximumSeconds.map { progress.seconds / max($0, 1e-9) } ?? 0
    let median = progress.median.map { "median \(Figures.short($0)) ms, " } ?? ""
    return line(cell, share: max(min(counted, timed), capped), median + Figures.inferences(progress.count))
  }

  /// `top-1 90.6 %, median 9.012 ms, 240 images, 92.4/s, 3 s left`
  private func accuracy(_ progress: CellProgress, of images: Int) -> String {
    var parts: [String] = []
    if let counts = progress.accuracy, let top = counts.top.first, counts.images > 0 {
      parts.append("top-\(top.k) \(Figures.percent(Double(top.correct) / Double(counts.images)))")
    }
    if let median = progress.median { parts.append("median \(Figures.short(median)) ms") }
    parts.append("\(progress.count) image\(progress.count == 1 ? "" : "s")")
    if let counts = progress.accuracy, counts.seconds > 0, counts.images > 0 {
      let rate = Double(counts.preparedCount) / counts.seconds
      let left = Double(max(0, images - progress.count)) / rate
      parts.append("\(Figures.short(rate))/s, \(Figures.duration(left)) left")
    }
    return parts.joined(separator: ", ")
  }

  /// The ends of a long name, so that the figures after it fit a terminal.
  private static func short(_ name: String) -> String {
    name.count > 24 ? "\(name.prefix(11))…\(name.suffix(12))" : name
  }

  private func line(_ cell: Int, share: Double, _ text: String) -> LiveText {
    guard plan.cells.indices.contains(cell - 1) else { return .unchanged }
    let spec = plan.cells[cell - 1]
    let name = "\(Self.short(ModelNames(plan.cells.map(\.model))[spec.model])) on \(spec.target)"
    if spec.measure.kind == .streams {
      return LiveText(lines: [
        "[\(cell)/\(plan.cells.count)] \(progressBar(share)) \(name) with \(spec.options.streamsText): \(text)"
      ])
    }
    let sweeps = Set(plan.cells.map(\.options.threads)).count > 1
    let threads = sweeps ? " with \(Figures.threads(spec.options.threads))" : ""
    return LiveText(lines: [
      "[\(cell)/\(plan.cells.count)] \(progressBar(share)) \(name)\(threads): \(text)"
    ])
  }
}
