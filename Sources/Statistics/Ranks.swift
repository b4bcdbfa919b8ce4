/// Ranks of values.
public enum Ranks {
  /// The rank of each value, 1 for the least; equal values share the mean of their ranks.
  public static func of(_ values: some Collection<Double>) -> [Double] {
    let values = Array(values)
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = Array(repeating: 0.0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
