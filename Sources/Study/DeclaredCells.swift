public import AssayCore

/// The cells that a study declares, found by the names of runs.
public struct DeclaredCells: Sendable {
  private let cells: Set<StudyPlan.Cell>
  private let hosts: [String: Int32]
  private let models: [String: Int32]
  private let targets: [String: Int32]
  private let measures: [String: Int32]

  /// - Throws: `.badData` for more cells than a plan may have.
  public init(_ study: StudyFile) throws(AssayError) {
    cells = Set(try StudyPlan(study).cells)
    hosts = Self.places(study.hosts.map(\.name))
    models = Self.places(study.models.map(\.name))
    targets = Self.places(study.targets.map(\.name))
    measures = Self.places(study.measures.map(\.name))
  }

  private static func places(_ names: [String]) -> [String: Int32] {
    var places: [String: Int32] = [:]
    for (index, name) in names.enumerated() { places[name] = Int32(index) }
    return places
  }

  /// The cell that a run is of; `nil` if the study declares none such.
  ///
  /// - Parameter batch: `nil` for the model's own.
  public func cell(_ name: StudyMembership, threads: Int, batch: Int?) -> StudyPlan.Cell? {
    guard let host = hosts[name.host], let model = models[name.model], let target = targets[name.target],
      let measure = measures[name.measure]
    else { return nil }
    // A study may name the number of threads, or leave it open.
    for count in [Int32(clamping: threads), 0] {
      let cell = StudyPlan.Cell(
        host: host, model: model, target: target, measure: measure, threads: count,
        batch: Int32(clamping: batch ?? 0), repetition: Int32(clamping: name.repetition))
      if cells.contains(cell) { return cell }
    }
    return nil
  }
}
