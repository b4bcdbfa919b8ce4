import Testing

@testable import Assay

@Suite("A search climbs to the best place of a grid without looking at all of it")
struct GridClimbTests {
  /// - Returns: the place that it found, and how many it looked at.
  private func climb(
    _ sizes: [Int], from starts: [[Int]], _ value: ([Int]) -> Double
  ) -> (best: [Int]?, count: Int) {
    var climb = GridClimb(sizes: sizes, starts: starts)
    while let place = climb.next() { climb.add(value(place), at: place) }
    return (climb.best, climb.values.count)
  }

  @Test("On a hill it finds the top from either side", arguments: 0..<8)
  func hill(top: Int) {
    let found = climb([1, 1, 8], from: [[0, 0, 3]]) { -Double(abs($0[2] - top)) }
    #expect(found.best == [0, 0, top] && found.count <= abs(top - 3) + 3)
  }

  @Test("Of two hills it finds the higher one if a start is on it")
  func twoHills() {
    let heights: [Double] = [5, 1, 0, 1, 9]
    let found = climb([1, 1, 5], from: [[0, 0, 0], [0, 0, 4]]) { heights[$0[2]] }
    #expect(found.best == [0, 0, 4])
  }

  @Test("It goes along every axis, and looks at no place twice")
  func axes() {
    var seen: [[Int]] = []
    let found = climb([3, 4, 5], from: [[0, 0, 0], [0, 0, 0]]) { place in
      seen.append(place)
      return Double(place.reduce(0, +))
    }
    #expect(found.best == [2, 3, 4] && Set(seen).count == seen.count && seen.count < 60)
  }

  @Test("Places that fail everywhere end it")
  func failing() {
    let found = climb([1, 1, 3], from: [[0, 0, 1]]) { _ in -.infinity }
    #expect(found.count <= 3 && found.best != nil)
  }
}
