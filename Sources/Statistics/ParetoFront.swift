/// The points that no other point beats in both of two numbers.
public enum ParetoFront {
  /// The indices of points with a cost and a gain that no other point has for less cost and no less gain, by rising cost. Of equal points, all.
  public static func indices(costs: [Double], gains: [Double]) -> [Int] {
    let points = Array(zip(costs, gains)).indices
    return points.filter { point in
      !points.contains { other in
        gains[other] >= gains[point] && costs[other] <= costs[point]
          && (gains[other] > gains[point] || costs[other] < costs[point])
      }
    }.sorted { (costs[$0], $0) < (costs[$1], $1) }
  }
}
