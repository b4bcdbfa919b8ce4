import AssayCore
import Testing

@Suite("Errors are short enough to read")
struct AssayErrorTests {
  @Test("A message that quotes a name of any length keeps its beginning and its end", arguments: ["a", "é", "👩‍👩‍👧‍👦"])
  func longNames(letter: String) {
    let name = String(repeating: letter, count: 100_000)
    let error = AssayError(.badModel, "Input '\(name)' of net is empty.", advice: "Rename '\(name)' in it.")
    #expect(error.message.hasPrefix("Input '") && error.message.hasSuffix("' of net is empty."))
    #expect(error.advice?.hasPrefix("Rename '") == true && error.advice?.hasSuffix("' in it.") == true)
    #expect(error.message.unicodeScalars.contains("…") && error.message.utf8.count < 2010)
  }

  @Test("Other messages stay whole")
  func usual() {
    let text = String(repeating: "x", count: 1900)
    #expect(AssayError(.badModel, text).message == text)
  }
}
