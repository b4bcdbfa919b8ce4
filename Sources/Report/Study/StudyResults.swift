public import AssayCore
public import PublishedResults

/// What a study's tables and figures are made of.
public struct StudyResults: Sendable {
  /// What the study measured, and the published results that are its own.
  public var own: [Observation]
  /// The results of others; empty if published results were not asked for.
  public var others: [Observation]
  /// The published results; `nil` if they were not asked for.
  public var published: PublishedResults?
  /// The published source whose results are the study's own; `nil` for none.
  public var ownSource: String?

  public init(measured: [Observation], published: PublishedResults?, ownSource: String?) {
    let all = published?.observations ?? []
    own = all.filter { $0.source == ownSource } + measured
    others = all.filter { $0.source != ownSource }
    self.published = published
    self.ownSource = published == nil ? nil : ownSource
  }

  /// Own results with single inferences, of some devices and hosts; of all if none are given.
  func results(of devices: [String], on hosts: [String] = []) -> [Observation] {
    own.filter { observation in
      observation[.minimumLatency] == nil && observation[.maximumThroughput] == nil
        && (devices.isEmpty || devices.contains(observation.device))
        && (hosts.isEmpty || hosts.contains(observation.host ?? ""))
    }
  }
}
