import TestSupport
import Testing

@Suite("Damaged label files")
struct LabelFuzzTests {
  @Test("3000 seeded mutations are read or refused, and none crashes the readers")
  func fuzz() throws {
    let result = try Sandbox().start(["\(Sandbox.debugFolder)/fuzz-labels", "3000", "1"]).wait()
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.contains("3000 inputs"))
  }
}
