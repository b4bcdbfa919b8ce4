/// The points that no other point beats in both of two numbers.
public enum ParetoFront {
  /// The indices of points with a cost and a gain that no other point has for less cost and no less gain, by rising cost. Of equal points, all.
  public static func indices(costs: [Double], gains: [Double]) -> [Int] {
    // By rising cost and, at the same cost, falling gain: a point is beaten if and only if one before it gains as much.
    let order = Array(zip(costs, gains)).indices.sorted {
      (costs[$0], -gains[$0], $0) < (costs[$1], -gains[$1], $1)
    }
    var front: [Int] = []
    for point in order {
      guard let best = front.last else {
        front.append(point)
        continue
      }
      if gains[point] > gains[best] || gains[point] == gains[best] && costs[point] == costs[best] {
        front.append(point)
      }
    }
    return front
  }
}
