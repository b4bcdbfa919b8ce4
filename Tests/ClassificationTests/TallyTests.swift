import AssayCore
import Classification
import Testing

@Suite("Images are counted by rank, by class and by what they were taken for")
struct TallyTests {
  @Test("An image counts for every K that its class is within")
  func ranks() {
    var tally = Tally(classCount: 10, ranks: [1, 3, 5])
    tally.add(label: 4, best: [4, 1, 2, 3, 5])
    tally.add(label: 4, best: [1, 2, 4, 3, 5])
    tally.add(label: 4, best: [1, 2, 3, 5, 4])
    tally.add(label: 4, best: [1, 2, 3, 5, 6])
    #expect(tally.counts.images == 4)
    #expect(tally.counts.top.map(\.correct) == [1, 2, 3])
  }

  @Test("Classes without images are left out, and confusions come with the most frequent first")
  func classes() {
    var tally = Tally(classCount: 100, ranks: [1])
    for _ in 0..<3 { tally.add(label: 7, best: [8]) }
    for _ in 0..<2 { tally.add(label: 3, best: [9]) }
    tally.add(label: 7, best: [7])
    // Output 0 of a model with a background class.
    tally.add(label: 0, best: [-1])
    let counts = tally.complete
    #expect(counts.classes.map(\.label) == [0, 3, 7])
    #expect(counts.classes.map(\.images) == [1, 2, 4])
    #expect(counts.classes.map(\.top1Correct) == [0, 0, 1])
    #expect(counts.confusions.map(\.label) == [7, 3, 0])
    #expect(counts.confusions.map(\.predicted) == [8, 9, -1])
    #expect(counts.confusions.map(\.images) == [3, 2, 1])
  }

  @Test("A rank counts in the place of the list: a tie is wrong, and no class is confused with itself")
  func ties() {
    var tally = Tally(classCount: 10, ranks: [1, 2])
    tally.add(label: 4, best: [4, 1], rank: 1)
    // Scores that are no ranking.
    tally.add(label: 4, best: [])
    #expect(tally.counts.images == 2 && tally.counts.top.map(\.correct) == [0, 1])
    #expect(tally.complete.confusions.map(\.predicted) == [1])
  }
}
