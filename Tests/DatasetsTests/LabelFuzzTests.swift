import Fuzzing
import Testing

@Suite("Damaged label files")
struct LabelFuzzTests {
  @Test("3000 seeded mutations are read or refused, and none crashes the readers")
  func fuzz() throws {
    var fuzzer = LabelFuzzer(seed: 1)
    try fuzzer.run(count: 3000)
    #expect(fuzzer.accepted > 100 && fuzzer.refused > 100, "\(fuzzer)")
  }
}
