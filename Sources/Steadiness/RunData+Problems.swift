import AssayCore
import Statistics

extension RunData {
  /// What is wrong with the records.
  var problems: [RecordProblem] {
    var problems: [RecordProblem] = []
    if distribution.count == 0 { problems.append(.noInferences) }
    if absurdDurations > 0 { problems.append(.impossibleDurations(count: absurdDurations)) }
    if backwardStarts > 0 { problems.append(.backwardStarts(count: backwardStarts)) }
    if leaps > 0 { problems.append(.longGaps(count: leaps)) }
    return problems
  }
}
