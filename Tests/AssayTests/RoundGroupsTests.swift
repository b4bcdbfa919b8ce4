import Testing

@testable import Assay

@Suite("Rounds are resampled in groups of neighbours")
struct RoundGroupsTests {
  private func blocks(_ count: Int) -> [[UInt64]] { (0..<count).map { [UInt64($0), UInt64($0)] } }

  @Test("Many rounds make ten groups of nearly equal size, in order, and none is lost")
  func many() {
    let pairs = RoundGroups.pairs(reference: blocks(25), cell: blocks(25).map { $0.map { $0 + 100 } })
    #expect(pairs.count == 10)
    #expect(pairs.flatMap(\.a) == blocks(25).flatMap(\.self))
    #expect(pairs.allSatisfy { pair in pair.b == pair.a.map { $0 + 100 } })
    #expect(pairs.allSatisfy { [4, 6].contains($0.a.count) })
  }

  @Test("Few rounds stand for themselves")
  func few() {
    #expect(RoundGroups.pairs(reference: blocks(9), cell: blocks(9)).map(\.a) == blocks(9))
    #expect(RoundGroups.pairs(reference: [], cell: []).isEmpty)
  }
}
