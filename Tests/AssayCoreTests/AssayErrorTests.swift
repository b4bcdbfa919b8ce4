import AssayCore
import Testing

@Suite("Errors are short enough to read")
struct AssayErrorTests {
  @Test("A message that quotes a name of any length is cut, others stay whole")
  func lengths() {
    let name = String(repeating: "name", count: 20_000)
    let error = AssayError(.badModel, "The input '\(name)' is missing.", advice: "Rename \(name).")
    #expect(error.message.hasPrefix("The input 'name") && error.message.hasSuffix("…"))
    #expect(error.description.count < 10_000)
    let text = String(repeating: "x", count: 3000)
    #expect(AssayError(.badModel, text).message == text)
  }
}
