/// What a run is called in the study that it belongs to.
public struct StudyMembership: Codable, Hashable, Sendable {
  /// The names in the study file.
  public var study: String
  public var host: String
  public var model: String
  public var target: String
  public var measure: String
  /// From 1.
  public var repetition: Int
  /// From the start of the worker to the end of the run, for the time that is left; `nil` for a run that was cut short.
  public var seconds: Double?

  public init(study: String, host: String, model: String, target: String, measure: String, repetition: Int) {
    self.study = study
    self.host = host
    self.model = model
    self.target = target
    self.measure = measure
    self.repetition = repetition
  }

  enum CodingKeys: String, CodingKey {
    case study, host, model, target, measure, repetition
    case seconds = "wall_s"
  }
}
