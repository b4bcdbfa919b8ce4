import Statistics

extension RunData {
  /// What is wrong with the records, in words.
  var problems: [String] {
    var problems: [String] = []
    if distribution.count == 0 { problems.append("The log holds no inferences.") }
    if absurdDurations > 0 {
      problems.append(
        "\(Self.records(absurdDurations)) of over 30 days \(absurdDurations == 1 ? "is" : "are") left out as impossible."
      )
    }
    if backwardStarts > 0 {
      problems.append(
        "\(Self.records(backwardStarts)) began before the one that was recorded earlier; "
          + "the time goes on from that one.")
    }
    if leaps > 0 {
      problems.append(
        "\(Self.records(leaps)) began over 30 days after the one before; the time goes on without the gap.")
    }
    return problems
  }

  private static func records(_ count: Int) -> String { count == 1 ? "1 inference" : "\(count) inferences" }
}
