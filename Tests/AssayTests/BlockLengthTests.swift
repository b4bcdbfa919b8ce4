import AssayCore
import Testing

@testable import Assay

@Suite("Blocks are as long as it takes for every cell, and no longer")
struct BlockLengthTests {
  @Test("Fast cells run for 50 ms, each as many inferences as fit into that")
  func fast() {
    let length = BlockLength(medians: [1e6, 2e6, 30e3], seconds: 60)
    #expect(length.nanoseconds == 50e6)
    #expect(length.counts == [50, 25, 1667])
  }

  @Test("The slowest cell runs ten inferences, and all others for as long")
  func slow() {
    let length = BlockLength(medians: [20e6, 1e6], seconds: 60)
    #expect(length.nanoseconds == 200e6)
    #expect(length.counts == [10, 200])
  }

  @Test("Twenty rounds fit into the time, as far as two inferences of each cell do")
  func scarce() {
    let length = BlockLength(medians: [200e6, 100e6], seconds: 20)
    #expect(length.nanoseconds == 500e6)
    #expect(length.counts == [3, 5])
    #expect(BlockLength(medians: [10e9, 1e6], seconds: 20).counts == [2, 500])
  }

  @Test("A cell that takes no time at all runs a finite number of inferences")
  func instant() {
    #expect(BlockLength(medians: [0, 0], seconds: 60).counts == [1_000_000, 1_000_000])
  }

  @Test("The first tenth of a block does not count, nor does its first inference")
  func counted() {
    func counted(_ first: Int, _ count: Int) -> RecordRange {
      BlockLength.counted(RecordRange(first: first, count: count))
    }
    #expect(counted(100, 50) == RecordRange(first: 105, count: 45))
    #expect(counted(0, 2) == RecordRange(first: 1, count: 1))
    #expect(counted(7, 0) == RecordRange(first: 7, count: 0))
  }
}
