/// What a study shows: sections of text, tables and figures.
public struct StudyOutline: Hashable, Sendable {
  public var sections: [Section] = []

  public struct Section: Hashable, Sendable {
    public var title: String
    public var text: String?
    public var items: [Item]

    public init(title: String, text: String? = nil, items: [Item]) {
      self.title = title
      self.text = text
      self.items = items
    }
  }

  public struct Item: Hashable, Sendable {
    public var content: Content
    /// As in "Table 5.1"; `nil` for the next one.
    public var number: String?
    /// Instead of the usual one.
    public var caption: String?
    public var options = Options()

    public init(_ content: Content, number: String? = nil, caption: String? = nil) {
      self.content = content
      self.number = number
      self.caption = caption
    }
  }

  public enum Content: Hashable, Sendable {
    case table(TableName)
    case figure(FigureName)
    /// A table of the published results, by its number.
    case published(String)
  }

  /// What an item is about. Each table and figure takes some of them.
  public struct Options: Hashable, Sendable {
    /// Only these devices.
    public var devices: [String] = []
    /// Only these hosts; for the impact of the host, two.
    public var hosts: [String] = []
    /// Limits of the latency, in milliseconds.
    public var limits: [Double] = []
    /// `top1` or `top5`.
    public var metric = Metric.top1
    public var tie = Tie.fastest

    public init() {}
  }

  public enum Metric: String, CaseIterable, Hashable, Sendable { case top1, top5 }

  /// Which of several results of equal accuracy a table shows.
  public enum Tie: String, CaseIterable, Hashable, Sendable {
    case fastest
    case firstListed = "first-listed"
  }

  public enum TableName: String, CaseIterable, Hashable, Sendable {
    /// Every result of a device.
    case resultsByDevice = "results-by-device"
    /// Minimum latency and maximum throughput by processor.
    case processors
    /// The latencies of a device on two hosts.
    case hostTimes = "host-times"
    /// Their reciprocals, with the regression.
    case hostSpeeds = "host-speeds"
    case bestTime = "best-time"
    case bestAccuracy = "best-accuracy"
    /// The best accuracy within limits of the latency.
    case bestAccuracyWithin = "best-accuracy-within"
    case accuracyByModel = "accuracy-by-model"
    /// What optimisers and precisions cost in accuracy.
    case accuracyLost = "accuracy-lost"
    /// The fitted lines of time against accuracy.
    case timeAgainstAccuracy = "time-against-accuracy"
    /// The results that no other beats in both time and accuracy.
    case paretoFront = "pareto-front"
    /// What each form of a model gives and costs, such as its precisions.
    case forms
    case stress
    /// What scenarios of MLPerf gave, and whether that counts.
    case scenarios
    case cost
    /// Own results beside those of others.
    case earlierWork = "earlier-work"
    /// How the sources measured.
    case methods
    /// Where sources contradict themselves.
    case contradictions
  }

  public enum FigureName: String, CaseIterable, Hashable, Sendable {
    case accuracyByModel = "accuracy-by-model"
    case timeAgainstAccuracy = "time-against-accuracy"
    case hostSpeeds = "host-speeds"
    /// The latency over the time of a device's stress test, every inference or their density.
    case stressScatter = "stress-scatter"
    case stressHistogram = "stress-histogram"
  }
}
